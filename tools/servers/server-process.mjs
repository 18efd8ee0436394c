// A server process that tests start, kill, pause and start again on the same address and data.
import { spawn, spawnSync } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/** Whether a program answers when it is asked for its version. */
export function isInstalled(program, ...args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** Runs a program to its end; what it printed is shown where it fails. */
export function runToEnd(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output = (output + chunk).slice(-4000)));
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ${args[0]} ended with ${code}:\n${output}`))));
  });
}

/** Ports that were free a moment ago. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(servers.map((server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const isListening = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => (socket.destroy(), resolve(true)));
    socket.on('error', () => resolve(false));
  });

/**
 * Whatever ends us, `kill -9` included, no server is left behind: a shell waits for the end of its input, which comes with ours, and kills
 * the server. Dismissed when the server has ended by itself. Without such a shell, only an end in good order is noticed.
 */
function guard(child) {
  if (process.platform === 'win32') return void process.on('exit', () => child.kill());
  const watch = spawn('sh', ['-c', 'read -r _; kill -9 "$0" 2>/dev/null', String(child.pid)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watch.on('error', () => undefined);
  watch.unref();
  watch.stdin.unref?.();
  child.once('exit', () => watch.kill('SIGKILL'));
}

/**
 * Runs `command` until stopped. `start` resolves when its port takes connections and `isReady` agrees; `kill` is `kill -9`; `pause` and
 * `resume` are SIGSTOP and SIGCONT. With `talks` it is a Node program that answers each message: `tell` resolves with the answer.
 */
export function serverProcess({ name, command, args, env, cwd, port, log, talks = false, isReady = async () => true, startWithin = 60_000 }) {
  let child;
  const ended = () => child === undefined || child.exitCode !== null || child.signalCode !== null;
  const end = async (signal) => {
    if (ended()) return;
    const exit = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGCONT');
    child.kill(signal);
    await exit;
  };
  const server = {
    name,
    async start() {
      const output = openSync(log, 'a');
      child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', output, output, ...(talks ? ['ipc'] : [])] });
      closeSync(output);
      child.on('error', () => undefined);
      if (child.pid !== undefined) guard(child);
      const deadline = performance.now() + startWithin;
      while (!((await isListening(port)) && (await isReady().catch(() => false)))) {
        if (ended() || performance.now() > deadline) {
          await end('SIGKILL');
          throw new Error(`${name} did not start:\n${readFileSync(log, 'utf8').slice(-3000)}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return server;
    },
    kill: () => end('SIGKILL'),
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    stop: () => end('SIGTERM'),
    tell: (message) =>
      new Promise((resolve, reject) => {
        child.once('message', resolve);
        child.send(message, (error) => error && reject(error));
      }),
    get pid() {
      return child?.pid;
    },
  };
  return server;
}
