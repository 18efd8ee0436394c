import { createInterface } from 'node:readline/promises';
import type { Terminal } from './command.js';

/** Without a terminal, progress is one line each so many milliseconds. */
const progressEvery = 2_000;

/** Answers on stdout, everything about the work on stderr. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  let shown = false;
  let last = -Infinity;
  const clear = (): void => {
    if (shown) stderr.write('\r\u001b[K');
    shown = false;
  };
  return {
    print(line) {
      clear();
      stdout.write(`${line}\n`);
    },
    tell(line) {
      clear();
      stderr.write(`${line}\n`);
    },
    progress(line) {
      if (stderr.isTTY) {
        clear();
        stderr.write(line);
        shown = true;
      } else if (performance.now() - last >= progressEvery) {
        last = performance.now();
        stderr.write(`${line}\n`);
      }
    },
    confirm(question) {
      if (!stdin.isTTY || !stderr.isTTY) return undefined;
      clear();
      return ask(question);
    },
  };
}

async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^\s*y(es)?\s*$/i.test(await lines.question(`${question} [y/N] `));
  } finally {
    lines.close();
  }
}
