// Whether what deploy/Dockerfile puts together runs: the same folders, the same packages and nothing else, without a container around it.
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root, runtime } from '../runtime.mjs';
import { runToEnd } from '../servers/server-process.mjs';
import { freePort, request } from '../system.mjs';

const packages = () =>
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).workspaces.flatMap((pattern) =>
    pattern.endsWith('/*') ? readdirSync(join(root, pattern.slice(0, -2))).map((name) => pattern.replace('*', name)) : [pattern],
  );

function copy(folder, ...path) {
  mkdirSync(dirname(join(folder, ...path)), { recursive: true });
  cpSync(join(root, ...path), join(folder, ...path), { recursive: true });
}

/** The steps of the Dockerfile. */
async function putTogether(folder) {
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) copy(folder, name);
  for (const each of packages()) copy(folder, each, 'package.json');
  await runToEnd('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  for (const each of packages()) for (const part of readdirSync(join(root, each)).filter((name) => ['dist', 'bin'].includes(name))) copy(folder, each, part);
  copy(folder, 'tools', 'runtime.mjs');
  copy(folder, 'deploy', 'is-ready.mjs');
}

/** Runs a program of the image to its end: `{code, output, errors}`. */
function runs(folder, args, settings = {}) {
  const env = { PATH: process.env.PATH, NODE_ENV: 'production', ...settings };
  const child = spawn(runtime(), args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve({ code, output, errors })));
  return Object.assign(ended, { child });
}

/** What packages load only where it is configured must be there, too. */
const loadEverything = `
import { readFileSync } from 'node:fs';
for (const folder of process.argv.slice(2)) {
  const { name, exports = {} } = JSON.parse(readFileSync(folder + '/package.json', 'utf8'));
  for (const entry of Object.keys(exports)) await import(name + entry.slice(1));
}
`;

/** Resolves with `{by, faults}`. Throws where the packages cannot be fetched. */
export async function checkImage() {
  const folder = mkdtempSync(join(tmpdir(), 'alongside-image-'));
  const faults = [];
  try {
    await putTogether(folder);
    const libraries = packages().filter((each) => each.startsWith('libs/') && each !== 'libs/platform/testing');
    writeFileSync(join(folder, 'load.mjs'), loadEverything);
    const loaded = await runs(folder, ['load.mjs', ...libraries]);
    if (loaded.code !== 0) faults.push(`a package cannot be loaded: ${loaded.errors.trim()}`);

    const help = await runs(folder, ['apps/alongside/bin/alongside.mjs', 'help']);
    if (help.code !== 0) faults.push(`alongside help ended with ${help.code}: ${help.errors.trim()}`);
    // Nothing is configured: each gets as far as saying so.
    const processes = packages().filter((each) => each.startsWith('apps/') && each !== 'apps/alongside');
    for (const each of processes) {
      const { code, errors } = await runs(folder, [`${each}/dist/main.js`]);
      if (code !== 1 || !/^\S+: ALONGSIDE_\w+ [^\n]*\n$/.test(errors)) faults.push(`${each} does not start: ${errors.trim()}`);
    }
    faults.push(...(await startAlone(folder)));
    return { by: `production dependencies alone load ${libraries.length} packages, run ${processes.length} processes, the command line, and the system in one process`, faults };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The image's own command, with the health check of the image. */
async function startAlone(folder) {
  const [port, data] = [String(await freePort()), join(folder, 'data')];
  mkdirSync(data, { mode: 0o700 });
  const settings = { ALONGSIDE_PORT: port, ALONGSIDE_DATA: data };
  chmodSync(folder, 0o500);
  const system = runs(folder, ['apps/alongside/dist/main.js', '--empty'], settings);
  try {
    for (const until = performance.now() + 60_000; performance.now() < until; ) {
      const answer = await request(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
      if (answer?.status === 200) break;
      await pause(100);
    }
    const { code, output } = await runs(folder, ['deploy/is-ready.mjs'], settings);
    return code === 0 ? [] : [`the system in one process is not ready: ${output.trim()}`];
  } finally {
    system.child.kill('SIGTERM');
    await system;
    chmodSync(folder, 0o700);
  }
}
