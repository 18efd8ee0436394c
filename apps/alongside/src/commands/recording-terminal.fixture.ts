import type { Terminal } from './command.js';

/** A terminal that remembers; `answer`: what somebody says when asked for a confirmation; absent: nobody is there. */
export function recordingTerminal(answer?: boolean): Terminal & { readonly printed: readonly string[]; readonly told: readonly string[] } {
  const printed: string[] = [];
  const told: string[] = [];
  return {
    printed,
    told,
    print: (line) => void printed.push(line),
    tell: (line) => void told.push(line),
    progress: () => undefined,
    confirm: () => (answer === undefined ? undefined : Promise.resolve(answer)),
  };
}
