import { runCommandLine } from './command-line.js';
import { processTerminal } from './commands/terminal.js';

/** One Ctrl-C may arrive several times, in milliseconds; what comes later was meant. */
const sameSignal = 1_000;

const stopping = new AbortController();
let since: number | undefined;
const args = process.argv.slice(2);
if (args[0] !== 'start') {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (since !== undefined && performance.now() - since > sameSignal) process.exit(130);
      since ??= performance.now();
      stopping.abort();
    });
  }
}
process.exitCode = await runCommandLine({ args, environment: process.env, terminal: processTerminal(), signal: stopping.signal });
