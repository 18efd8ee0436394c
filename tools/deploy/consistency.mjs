// What no schema knows: that the deploy files fit the code and each other. Answers a list of faults.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { parse, parseAllDocuments } from 'yaml';
import { root } from '../runtime.mjs';
import { images } from '../servers/containers.mjs';

const read = (...path) => readFileSync(join(root, ...path), 'utf8');
const manifest = (...path) => parseAllDocuments(read('deploy', 'kubernetes', ...path)).map((document) => document.toJS());

/** Files of a folder of the project, secrets that somebody made left out. */
const filesUnder = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (path === 'deploy/secrets') return [];
    return entry.isDirectory() ? filesUnder(path) : [path];
  });

const pinned = /^[^\s:]+(?:\/[^\s:]+)*:v?\d+\.\d+\.\d+(?:-[\w.-]+)?$/;
const variableOf = (name) => name.replace(/_FILE$/, '');

/** Seconds that a process may take to stop, as docs/operations.md promises. */
const stopsWithin = 10;

export async function checkConsistency() {
  const { variables } = await import('@alongside/service');
  const { contexts } = await import('@alongside/system');
  const services = contexts.map(({ name }) => name);
  const hearing = contexts.filter(({ reactions, hears }) => reactions.length + hears.length > 0).map(({ name }) => name);
  const faults = [];
  const must = (holds, fault) => holds || faults.push(fault);

  const same = (where, what, found, wanted) => must(JSON.stringify([...found].sort()) === JSON.stringify([...wanted].sort()), `${where}: ${what} are ${[...found].sort().join(', ')}, not ${[...wanted].sort().join(', ')}`);
  const everyService = (where, text) => {
    const named = text.split(',').map((each) => each.split('=')[0].trim());
    same(where, 'the services of ALONGSIDE_SERVICES', named, services);
  };

  for (const file of [...filesUnder('deploy'), 'docker-compose.yml', 'docs/operations.md', 'README.md']) {
    const named = new Set(read(file).match(/\bALONGSIDE_(?!TEST_)[A-Z_]*[A-Z]\b/g));
    for (const name of named) must(Object.hasOwn(variables, variableOf(name)), `${file}: ${name} is no variable of the system`);
  }
  checkImage({ must, port: variables.ALONGSIDE_PORT.default });
  checkComposeFile({ must, same, services, everyService });
  checkFirstStart({ must });
  checkManifests({ must, same, services, hearing, everyService });
  await checkAddresses({ must });
  await checkAlerts({ must });
  return faults;
}

function checkImage({ must, port }) {
  const dockerfile = read('deploy', 'Dockerfile');
  const { devDependencies } = JSON.parse(read('package.json'));
  const base = /^ARG NODE=(\S+)$/m.exec(dockerfile)?.[1] ?? '';
  must(pinned.test(base) && base.startsWith(`node:${devDependencies.node}-`), `deploy/Dockerfile: ${base} is not the Node ${devDependencies.node} of package.json`);
  must(dockerfile.includes(`ALONGSIDE_PORT=${port}\n`) || dockerfile.includes(`ALONGSIDE_PORT=${port} `), `deploy/Dockerfile: the port is not ${port}`);
  must(dockerfile.includes(`\nEXPOSE ${port}\n`), `deploy/Dockerfile: exposes another port than ${port}`);
  must(/^USER [1-9]\d*:[1-9]\d*$/m.test(dockerfile), 'deploy/Dockerfile: the user is root, or has no number');
}

function checkComposeFile({ must, same, services, everyService }) {
  const where = 'docker-compose.yml';
  const file = parse(read(where), { merge: true });
  const own = [...services, 'gateway', 'setup'];
  const others = Object.keys(file.services).filter((name) => !own.includes(name));
  same(where, 'the processes', Object.keys(file.services).filter((name) => own.includes(name)), own);
  same(where, 'the servers', others.map((name) => file.services[name].image), Object.values(images));
  for (const name of own.filter((each) => file.services[each])) {
    const at = `${where}, ${name}`;
    const { command, environment, secrets, user, read_only: readOnly, cap_drop: dropped, security_opt: security, deploy, healthcheck, ports } = file.services[name];
    for (const [variable, value] of Object.entries(environment).filter(([key]) => key.endsWith('_FILE'))) {
      must(secrets.includes(basename(value)), `${at}: ${variable} names a secret that is not given to it`);
    }
    must(/^[1-9]\d*:[1-9]\d*$/.test(user), `${at}: runs as root`);
    must(readOnly === true && dropped.includes('ALL') && security.includes('no-new-privileges:true'), `${at}: may do more than it has to`);
    must(deploy.resources.limits.memory !== undefined && deploy.resources.limits.cpus !== undefined, `${at}: has no limits`);
    must(healthcheck.test !== undefined || name === 'setup', `${at}: has no health check`);
    must(ports === undefined || name === 'gateway', `${at}: publishes a port`);
    if (name !== 'setup') must(command.join(' ') === `node apps/${name}/dist/main.js` && existsSync(join(root, 'apps', name, 'src', 'main.ts')), `${at}: runs ${command.join(' ')}`);
  }
  everyService(where, file.services.gateway.environment.ALONGSIDE_SERVICES ?? '');
  for (const name of others) {
    const { image, healthcheck, ports, deploy, volumes } = file.services[name];
    must(pinned.test(image), `${where}, ${name}: ${image} is not pinned`);
    must(healthcheck !== undefined && deploy.resources.limits !== undefined && volumes.length > 0, `${where}, ${name}: has no health check, limits or volume`);
    must(ports === undefined, `${where}, ${name}: publishes a port`);
  }
  for (const [name, { file: source }] of Object.entries(file.secrets)) {
    must(source === `deploy/secrets/${name}` && read('deploy', 'make-secrets.mjs').includes(`'${name}'`), `${where}: the secret ${name} is not made by deploy/make-secrets.mjs`);
  }
}

/** The script that the image of the database runs has what mongosh gives it, and nothing else; the user that it makes is the one of the secret. */
function checkFirstStart({ must }) {
  const where = 'deploy/mongodb/users.js';
  const made = [];
  const db = { getSiblingDB: (database) => ({ createUser: ({ user, pwd, roles }) => made.push({ database, user, pwd, roles }) }) };
  const fs = { readFileSync: (file, encoding) => (file === '/run/secrets/mongodb-password' && encoding === 'utf8' ? 'a password\n' : undefined) };
  try {
    runInNewContext(read('deploy', 'mongodb', 'users.js'), { db, fs });
  } catch (error) {
    must(false, `${where}: ${error.message}`);
  }
  must(made.length === 1 && made[0].user === 'alongside' && made[0].pwd === 'a password', `${where}: does not make the user alongside with the password of the secret`);
  must(read('deploy', 'make-secrets.mjs').includes(`authSource=${made[0]?.database}\``), `${where}: the user is in ${made[0]?.database}, where nobody looks for it`);
}

/** The addresses of the example are understood as far as the authority of the certificates, which is where the manifests put it. */
async function checkAddresses({ must }) {
  const where = 'deploy/kubernetes/production/secrets.example.yaml';
  const { kafkaAddress } = await import('@alongside/messaging/kafka');
  const { mongo } = (await import('mongoose')).default;
  const { openEventStoreDb } = await import('@alongside/event-store/eventstoredb');
  // The driver looks at its file when it connects, the others at once.
  const mongoAddress = (url) => {
    const { tlsCAFile } = new mongo.MongoClient(url).options;
    throw new Error(`would read ${tlsCAFile}`);
  };
  // There is no such file: that it is missed by its name shows that it is looked for.
  const elsewhere = '/nowhere/ca.crt';
  const readers = { kafka: kafkaAddress, mongodb: mongoAddress, 'event-store': (url) => openEventStoreDb({ url }) };
  const [deployment] = manifest('base', 'service', 'deployment.yaml');
  const [job] = manifest('base', 'setup', 'job.yaml');
  const [example, setupExample, , certificates] = manifest('production', 'secrets.example.yaml');
  const [file] = Object.keys(certificates.stringData);
  for (const { kind, spec } of [deployment, job]) {
    const pod = spec.template.spec;
    const volume = pod.volumes.find(({ secret }) => secret?.secretName === certificates.metadata.name);
    must(volume?.secret.optional === true, `deploy/kubernetes: the ${kind} has no certificates, or cannot do without`);
    const at = pod.containers[0].volumeMounts.find(({ name }) => name === volume?.name)?.mountPath;
    for (const { metadata, stringData } of [example, setupExample]) {
      const named = `${at}/${file}`;
      for (const [key, reads] of Object.entries(readers)) {
        must(stringData[key].includes(`=${named}`), `${where}: ${key} of ${metadata.name} does not name ${named}, where the ${kind} has it`);
        let refusal = 'nothing';
        try {
          reads(stringData[key].replace(named, elsewhere));
        } catch (error) {
          refusal = error.message;
        }
        must(refusal.includes(elsewhere), `${where}: of ${key} of ${metadata.name} is said: ${refusal}`);
      }
    }
  }
}

function checkManifests({ must, same, services, hearing, everyService }) {
  const where = 'deploy/kubernetes';
  const processes = [...services, 'gateway'];
  const [base] = manifest('base', 'kustomization.yaml');
  same(`${where}/base`, 'the processes', base.resources.filter((name) => name !== 'shared'), processes);
  for (const name of processes) {
    const [{ nameSuffix, labels, patches }] = manifest('base', name, 'kustomization.yaml');
    const patch = parse(patches[0].patch);
    must(nameSuffix === `-${name}` && labels[0].pairs['app.kubernetes.io/component'] === name, `${where}/base/${name}: is named otherwise`);
    must(patch[0].value.join(' ') === `node apps/${name}/dist/main.js`, `${where}/base/${name}: runs ${patch[0].value.join(' ')}`);
    const environment = patch.find(({ path }) => path.endsWith('/env'))?.value ?? [];
    if (name === 'gateway') everyService(`${where}/base/gateway`, environment.find((each) => each.name === 'ALONGSIDE_SERVICES')?.value ?? '');
  }

  const [deployment] = manifest('base', 'service', 'deployment.yaml');
  const [service] = manifest('base', 'service', 'service.yaml');
  const pod = deployment.spec.template.spec;
  const [container] = pod.containers;
  const { port } = service.spec.ports[0];
  must(container.ports[0].containerPort === port && read('deploy', 'Dockerfile').includes(`EXPOSE ${port}`), `${where}: the ports of container, Service and image differ`);
  const probed = [container.startupProbe, container.livenessProbe, container.readinessProbe].map(({ httpGet }) => httpGet.path).join(' ');
  must(probed === '/health/live /health/live /health/started', `${where}: the probes ask ${probed}`);
  must(pod.enableServiceLinks === false, `${where}: Kubernetes would set ALONGSIDE_… variables of its own, which are refused`);
  must(pod.terminationGracePeriodSeconds > container.lifecycle.preStop.sleep.seconds + stopsWithin, `${where}: a pod is killed before it has stopped`);

  const [shared] = manifest('base', 'shared', 'kustomization.yaml');
  const [settings] = manifest('production', 'settings', 'kustomization.yaml');
  const literals = [shared, settings].flatMap(({ configMapGenerator }) => configMapGenerator).flatMap((each) => each.literals).map((each) => each.split('='));
  const [secrets, setupSecrets] = manifest('production', 'secrets.example.yaml');
  for (const [name, value] of literals.filter(([key]) => key.endsWith('_FILE'))) {
    for (const { metadata, stringData } of [secrets, setupSecrets]) must(Object.hasOwn(stringData, basename(value)), `${where}: ${name} names a file that ${metadata.name} does not have`);
  }
  for (const { newTag } of settings.images) must(/^\d+\.\d+\.\d+$/.test(newTag), `${where}: the image is not pinned`);

  const policies = manifest('base', 'shared', 'network-policies.yaml');
  const listed = [policies.find(({ metadata }) => metadata.name === 'gateway-to-services').spec.egress[0].to[0], policies.find(({ metadata }) => metadata.name === 'services-from-gateway').spec];
  for (const { podSelector } of listed) same(`${where}, network policies`, 'the services', podSelector.matchExpressions[0].values, services);

  const scaling = manifest('production', 'autoscaling.yaml');
  const scaled = (kind) => scaling.filter((each) => each.kind === kind);
  same(`${where}/production`, 'what follows the lag', scaled('ScaledObject').map(({ spec }) => spec.scaleTargetRef.name), hearing.map((name) => `alongside-${name}`));
  same(`${where}/production`, 'what follows the processor', scaled('HorizontalPodAutoscaler').map(({ spec }) => spec.scaleTargetRef.name), processes.filter((name) => !hearing.includes(name)).map((name) => `alongside-${name}`));
  for (const { metadata, spec } of scaled('ScaledObject')) {
    must(spec.minReplicaCount >= 2, `${where}/production: ${metadata.name} has one replica`);
    must(`alongside-${spec.triggers[0].metadata.consumerGroup}` === metadata.name, `${where}/production: ${metadata.name} follows the lag of ${spec.triggers[0].metadata.consumerGroup}`);
  }
  for (const { metadata, spec } of scaled('HorizontalPodAutoscaler')) must(spec.minReplicas >= 2, `${where}/production: ${metadata.name} has one replica`);
}

/** Every metric that an alert reads is one that a process shows. */
async function checkAlerts({ must }) {
  const { openMetrics } = await import('@alongside/service');
  const text = await openMetrics(async () => undefined).text();
  const shown = new Set([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) => (type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name])));
  for (const file of readdirSync(join(root, 'deploy', 'monitoring'))) {
    for (const name of new Set(read('deploy', 'monitoring', file).match(/\balongside_[a-z_0-9]+/g) ?? [])) must(shown.has(name), `deploy/monitoring/${file}: ${name} is no metric of the system`);
  }
}
