import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Application } from '@alongside/service';
import { CommandProblem, UsageError, mustBeAgreed, text, type CliCommand, type Run } from './command.js';
import { erasureOf, erasureTargets, type Erasure } from './erasure-targets.js';
import { operatorOf, saidBy } from './operator.js';
import { withApplication } from './stores.js';

/** How long the keys may take to go once the erasure stands in the log, in milliseconds. */
const patience = 60_000;
const lookEvery = 50;

export const erasePerson: CliCommand = {
  name: 'erase-person',
  usage: '(JOURNEY | --supporter ID | --staff ID | --referrer ID) --reason CODE [--override CODE] [--yes]',
  says: 'erases somebody everywhere, for good: the person of a journey, a supporter who has retired, somebody who left the staff, who referred; waits until no key opens anything of theirs',
  options: {
    ...Object.fromEntries(erasureTargets.map(({ option }) => [option, { type: 'string' as const }])),
    reason: { type: 'string' },
    override: { type: 'string' },
    yes: { type: 'boolean' },
  },
  positionals: [0, 1],
  run: async (run) => {
    const target = erasureOf(run);
    const reason = text(run, 'reason');
    if (reason === undefined) throw new UsageError('say why: --reason asked-by-person, say');
    return withApplication(run.configuration, run.terminal.tell, async (application) => {
      const erasure = await target(application);
      await mustBeAgreed(run, `Erase ${erasure.who} in every context, for good?`);
      await order(run, application, erasure, reason);
      const subjects = await completed(run, application, erasure);
      run.terminal.print(`${erasure.who} is erased: ${subjects} ${subjects === 1 ? 'key is' : 'keys are'} gone for good`);
      return 0;
    });
  },
};

async function order(run: Run, application: Application, { organisationId, path, body }: Erasure, reason: string): Promise<void> {
  const overrideReason = text(run, 'override');
  const answer = await operatorOf(application, organisationId, 'administrator').post(
    path,
    { ...body, reason, confirmation: 'erase', ...(overrideReason !== undefined && { overrideReason }) },
    { 'idempotency-key': randomUUID() },
  );
  if (answer.status < 300) return;
  if (answer.status === 422) throw new UsageError(saidBy(answer));
  throw new CommandProblem(saidBy(answer));
}

/** Resolves with how many keys are gone, when all that the log says are to go have gone. */
async function completed({ terminal, signal }: Run, { platform }: Application, erasure: Erasure): Promise<number> {
  for (const began = performance.now(); ; await pause(lookEvery)) {
    signal.throwIfAborted();
    const { ordered, said } = await erasure.progress(platform.store);
    const gone = new Set((await platform.personal.keys.tombstones()).map(({ subject }) => subject));
    const left = [...ordered].filter((each) => !gone.has(each) || (said && !said.has(each))).length;
    if (ordered.size > 0 && left === 0) return ordered.size;
    terminal.progress(ordered.size === 0 ? 'waiting for the erasure to begin' : `${ordered.size - left} of ${ordered.size} keys are gone`);
    if (performance.now() - began > patience) {
      throw new CommandProblem('the erasure stands in the log and is not complete yet: look at "alongside dead-letters list"; it goes on by itself when the system runs');
    }
  }
}
