import { runCommandLine } from './command-line.js';
import { processTerminal } from './commands/terminal.js';

const stopping = new AbortController();
const args = process.argv.slice(2);
if (args[0] !== 'start') {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(130);
      stopping.abort();
    });
  }
}
process.exitCode = await runCommandLine({ args, environment: process.env, terminal: processTerminal(), signal: stopping.signal });
