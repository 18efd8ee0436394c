"""validate.py RELEASES KEDA-KINDS FILE...: each document of the files against the schema of its kind, strictly. Prints a line for each fault."""
import glob
import sys

import kubernetes_validate
import yaml
from jsonschema import Draft7Validator

releases, kinds, files = sys.argv[1].split(","), sys.argv[2], sys.argv[3:]


def strict(schema):
    """What the API server does with a custom kind: unknown fields are faults, unless its schema keeps them."""
    if isinstance(schema, dict):
        if "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
            schema.setdefault("additionalProperties", False)
        for value in schema.values():
            strict(value)
    elif isinstance(schema, list):
        for value in schema:
            strict(value)
    return schema


custom = {}
for file in glob.glob(f"{kinds}/*.yaml") if kinds else []:
    with open(file) as stream:
        definition = yaml.safe_load(stream)
    for version in definition["spec"]["versions"]:
        schema = version["schema"]["openAPIV3Schema"]
        schema["properties"]["metadata"] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
        custom[f"{definition['spec']['group']}/{version['name']}", definition["spec"]["names"]["kind"]] = strict(schema)

faults, checked, unknown = 0, 0, set()
for file in files:
    with open(file) as stream:
        documents = [document for document in yaml.safe_load_all(stream) if document]
    for document in documents:
        name = f"{document['kind']}/{document['metadata']['name']}"
        key = (document["apiVersion"], document["kind"])
        problems = []
        if key in custom:
            problems = [f"{'.'.join(map(str, error.path))}: {error.message}" for error in Draft7Validator(custom[key]).iter_errors(document)]
        elif key[0].startswith("keda.sh/"):
            unknown.add(key[1])
            continue
        else:
            for release in releases:
                try:
                    kubernetes_validate.validate(document, release, strict=True)
                except kubernetes_validate.ValidationError as error:
                    problems.append(f"{'.'.join(map(str, error.path))}: {error.message}")
        checked += 1
        for problem in sorted(set(problems)):
            faults += 1
            print(f"{file.split('/')[-1]} {name}: {problem}")
if faults:
    sys.exit(1)
print(f"{checked} objects are valid for Kubernetes {' and '.join(releases)}" + (" and KEDA" if custom else "") + (f", {', '.join(sorted(unknown))} not checked" if unknown else ""))
