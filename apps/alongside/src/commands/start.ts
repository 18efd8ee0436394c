import type { CliCommand } from './command.js';

export const start: CliCommand = {
  name: 'start',
  usage: '[options of npm start]',
  says: 'starts the whole system in this process, as npm start does',
  options: {},
  positionals: [0, 0],
  run: async () => {
    // It reads its own options, and ends the process itself when a signal asks for it.
    process.argv.splice(2, 1);
    await import('../main.js');
    return new Promise<never>(() => undefined);
  },
};
