// Runs on plain Node 20 with nothing installed: only node: imports here.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * How a server runs. Hashing a password takes 19 MiB: with an arena for each thread glibc would keep all of them. Young objects need
 * no more than this either. What V8 has compiled once, it need not compile at the next start.
 */
export const server = {
  options: ['--enable-source-maps', '--max-semi-space-size=32'],
  environment: { MALLOC_ARENA_MAX: '2', NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'alongside', 'compiled') },
};

const NEEDED_MAJOR = 24;
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The pinned Node binary; the one that runs this if that is new enough; undefined where there is neither. */
export function runtime() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const pinned = join(root, 'node_modules', 'node', 'bin', name);
  if (existsSync(pinned)) return pinned;
  return Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR ? process.execPath : undefined;
}

/**
 * Runs the pinned Node with these arguments, terminal and signals included, and resolves with its exit code
 * (128 + the signal's number where a signal ended it). Ctrl-C in a terminal reaches the whole process group
 * by itself, so that one is not forwarded a second time.
 */
export function run(args, options = {}) {
  const node = runtime();
  if (node === undefined) throw new Error(`no Node ${NEEDED_MAJOR}: run "npm install" first`);
  const child = spawn(node, args, { stdio: 'inherit', cwd: root, ...options });
  const inTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  const listeners = FORWARDED.map((signal) => {
    const forward = () => {
      if (signal !== 'SIGINT' || !inTerminal) child.kill(signal);
    };
    process.on(signal, forward);
    return () => process.off(signal, forward);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const remove of listeners) remove();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/**
 * For tools that load the system's own code: whether this is the pinned Node. Where it is not, runs the tool again on it, with the
 * same arguments and its exit code, and answers false.
 */
export async function isOnRuntime() {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) return true;
  process.exitCode = await run(['--disable-warning=ExperimentalWarning', ...process.argv.slice(1)], { cwd: process.cwd() });
  return false;
}
