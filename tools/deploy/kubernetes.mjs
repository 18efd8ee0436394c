// Whether the manifests render, and whether what comes out is what Kubernetes and KEDA take.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { root } from '../runtime.mjs';
import { cached } from '../servers/cache.mjs';
import { isInstalled, runToEnd } from '../servers/server-process.mjs';

const kustomize = { path: 'sigs.k8s.io/kustomize/kustomize/v5', version: 'v5.8.3' };
const keda = { path: 'github.com/kedacore/keda/v2', version: 'v2.21.0' };
/** Carries the schemas of Kubernetes' own kinds. */
const validator = 'kubernetes-validate==1.37.0';
/** The oldest and the newest release that the manifests are for. */
const releases = ['1.32.0', '1.37.0'];

export const overlays = ['base', 'production', 'production/setup', 'examples/tracing-and-openid', 'examples/rented-servers', 'examples/rented-servers/setup', 'examples/command', 'examples/migration'].map((each) => join('deploy', 'kubernetes', each));

async function renderer() {
  if (isInstalled('kustomize', 'version')) return { command: 'kustomize', args: ['build'] };
  if (isInstalled('kubectl', 'version', '--client')) return { command: 'kubectl', args: ['kustomize'] };
  if (!isInstalled('go', 'version')) return undefined;
  const folder = await cached(`kustomize-${kustomize.version}`, (making) =>
    runToEnd('go', ['install', `${kustomize.path}@${kustomize.version}`], { cwd: making, env: { ...process.env, GOBIN: making } }),
  );
  return { command: join(folder, 'kustomize'), args: ['build'] };
}

function render({ command, args }, overlay) {
  const { status, stdout, stderr } = spawnSync(command, [...args, join(root, overlay)], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return status === 0 ? { yaml: stdout } : { fault: stderr.trim() };
}

/** A Python that has the validator, in the cache. */
async function python() {
  // A virtual environment knows where it lies, so it is made in place: cached() would move it.
  const folder = await cached('kubernetes-validate', async () => undefined);
  const program = join(folder, validator, 'bin', 'python');
  if (existsSync(join(folder, validator, 'complete'))) return program;
  await runToEnd('python3', ['-m', 'venv', '--clear', join(folder, validator)]);
  await runToEnd(program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', validator]);
  writeFileSync(join(folder, validator, 'complete'), '');
  return program;
}

/** The folder of KEDA's own kinds; undefined where it cannot be had. */
function kedaKinds() {
  const { status, stdout } = spawnSync('go', ['mod', 'download', '-json', `${keda.path}@${keda.version}`], { cwd: tmpdir(), encoding: 'utf8' });
  return status === 0 ? join(JSON.parse(stdout).Dir, 'config', 'crd', 'bases') : undefined;
}

/** What is valid, and for nobody: a budget or a Service without a selector. */
const forNobody = ({ overlay, yaml }) =>
  parseAllDocuments(yaml)
    .map((document) => document.toJS())
    .filter(({ kind, spec }) => (kind === 'PodDisruptionBudget' && !spec.selector?.matchLabels?.['app.kubernetes.io/component']) || (kind === 'Service' && !spec.selector?.['app.kubernetes.io/component']))
    .map(({ kind, metadata }) => `${overlay}: ${kind}/${metadata.name} selects no pods`);

/** Resolves with `{by, faults, notes}`, or `{why}` where nothing can render them. */
export async function checkKubernetes() {
  const found = await renderer();
  if (found === undefined) return { why: 'neither kustomize nor kubectl nor Go is installed' };
  const rendered = overlays.map((overlay) => ({ overlay, ...render(found, overlay) }));
  const faults = rendered.filter(({ fault }) => fault !== undefined).map(({ overlay, fault }) => `${overlay}: ${fault}`);
  const by = `${found.command.split('/').at(-1)} renders ${overlays.length} folders`;
  faults.push(...rendered.filter(({ yaml }) => yaml !== undefined).flatMap(forNobody));
  if (faults.length > 0) return { by, faults };

  const folder = mkdtempSync(join(tmpdir(), 'alongside-manifests-'));
  try {
    const files = rendered.map(({ overlay, yaml }) => {
      const file = join(folder, `${overlay.replaceAll(/\W/g, '-')}.yaml`);
      writeFileSync(file, yaml);
      return file;
    });
    const program = await python().catch((error) => ({ error }));
    if (typeof program !== 'string') return { by, faults, notes: [`schemas of the kinds: no Python 3 with pip (${String(program.error.message).split('\n')[0]})`] };
    const kinds = isInstalled('go', 'version') ? kedaKinds() : undefined;
    const script = fileURLToPath(new URL('validate.py', import.meta.url));
    const { status, stdout, stderr } = spawnSync(program, [script, releases.join(','), kinds ?? '', ...files], { encoding: 'utf8' });
    const lines = stdout.trim().split('\n');
    if (status !== 0) return { by, faults: [...lines, stderr.trim()].filter((line) => line !== '') };
    return { by: `${by}, ${lines.at(-1)}`, faults, notes: kinds === undefined ? [`schemas of KEDA's kinds: Go is not installed, or ${keda.path} cannot be fetched`] : [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
