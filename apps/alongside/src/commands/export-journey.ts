import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandProblem, UsageError, journeyIdOf, text, type CliCommand } from './command.js';
import { operatorOf, organisationOf, saidBy } from './operator.js';
import { withApplication } from './stores.js';

export const exportJourney: CliCommand = {
  name: 'export-journey',
  usage: 'JOURNEY [--out FILE] [--reason TEXT]',
  says: 'writes the whole history of a journey, readable, to a new file or to stdout; it is written down that it was opened',
  options: { out: { type: 'string' }, reason: { type: 'string' } },
  positionals: [1, 1],
  run: async (run) => {
    const journeyId = journeyIdOf(run);
    const out = text(run, 'out');
    return withApplication(run.configuration, run.terminal.tell, async (application) => {
      const operator = operatorOf(application, await organisationOf(application, journeyId), 'auditor');
      const answer = await operator.get(`/api/journeys/${journeyId}/export`, { 'access-reason': text(run, 'reason') ?? 'exported by the operator' });
      if (answer.status === 422) throw new UsageError(saidBy(answer));
      if (answer.status >= 300) throw new CommandProblem(saidBy(answer));
      const content = JSON.stringify(JSON.parse(answer.body), undefined, 2);
      if (out === undefined) run.terminal.print(content);
      else {
        writePrivately(resolve(out), `${content}\n`);
        run.terminal.print(`written to ${out}`);
      }
      return 0;
    });
  },
};

/** For its owner alone, and never in the place of another file. */
function writePrivately(file: string, content: string): void {
  try {
    writeFileSync(file, content, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as { readonly code?: string };
    throw new CommandProblem(code === 'EEXIST' ? `${file} is there already` : `${file} cannot be written (${code ?? 'unknown'})`);
  }
}
