// A server of MongoDB's wire protocol with SQLite inside, built from the Go module proxy; needs Go.
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { cached } from './cache.mjs';
import { freePorts, isInstalled, runToEnd, serverProcess } from './server-process.mjs';

const version = 'v1.24.0';
const path = 'github.com/FerretDB/FerretDB';

/** Why there is none on this machine; undefined where there can be one. */
export const whyNoFerretDb = () => (isInstalled('go', 'version') ? undefined : 'no Go to build FerretDB with');

async function program() {
  const folder = await cached(`ferretdb-${version}`, async (making) => {
    const { stdout, stderr, status } = spawnSync('go', ['mod', 'download', '-json', `${path}@${version}`], { cwd: making, encoding: 'utf8' });
    if (status !== 0) throw new Error(`FerretDB cannot be fetched: ${stderr || stdout}`);
    const source = join(making, 'source');
    cpSync(JSON.parse(stdout).Dir, source, { recursive: true });
    // The module cache is read-only; its build wants a file that only a release has.
    spawnSync('chmod', ['-R', 'u+w', source]);
    mkdirSync(join(source, 'build', 'version'), { recursive: true });
    writeFileSync(join(source, 'build', 'version', 'version.txt'), `${version}\n`);
    await runToEnd('go', ['build', '-mod=mod', '-trimpath', '-o', join(making, 'ferretdb'), './cmd/ferretdb'], { cwd: source });
    chmodSync(join(making, 'ferretdb'), 0o755);
    rmSync(source, { recursive: true, force: true });
  });
  return join(folder, 'ferretdb');
}

/** A server on any free port of this machine, or on `at`, its data in `folder`. Resolves when it takes connections. */
export async function startFerretDb(folder, at) {
  const command = await program();
  const [port] = at === undefined ? await freePorts(1) : [at];
  mkdirSync(join(folder, 'data'), { recursive: true });
  const args = ['--handler=sqlite', `--sqlite-url=file:${join(folder, 'data')}/`, `--state-dir=${folder}`, `--listen-addr=127.0.0.1:${port}`, '--debug-addr=-', '--telemetry=disable', '--log-level=error'];
  const server = await serverProcess({ name: 'ferretdb', command, args, cwd: folder, port, log: join(folder, 'ferretdb.log') }).start();
  return Object.assign(server, { address: `mongodb://127.0.0.1:${port}` });
}
