import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Application } from '@alongside/service';
import { CommandProblem, UsageError, journeyIdOf, mustBeAgreed, text, type CliCommand, type Run } from './command.js';
import { operatorOf, organisationOf, saidBy } from './operator.js';
import { withApplication } from './stores.js';

/** How long the keys may take to go once the erasure stands in the log, in milliseconds. */
const patience = 60_000;
const lookEvery = 50;

export const erasePerson: CliCommand = {
  name: 'erase-person',
  usage: 'JOURNEY --reason CODE [--override CODE] [--yes]',
  says: 'erases the person of a journey everywhere, for good; waits until no key opens anything of theirs',
  options: { reason: { type: 'string' }, override: { type: 'string' }, yes: { type: 'boolean' } },
  positionals: [1, 1],
  run: async (run) => {
    const journeyId = journeyIdOf(run);
    const reason = text(run, 'reason');
    if (reason === undefined) throw new UsageError('say why: --reason asked-by-person, say');
    return withApplication(run.configuration, run.terminal.tell, async (application) => {
      const organisationId = await organisationOf(application, journeyId);
      await mustBeAgreed(run, `Erase the person of journey ${journeyId} in every context, for good?`);
      await order(run, application, organisationId, journeyId, reason);
      const subjects = await completed(run, application, journeyId);
      run.terminal.print(`the person of journey ${journeyId} is erased: ${subjects} ${subjects === 1 ? 'key is' : 'keys are'} gone for good`);
      return 0;
    });
  },
};

async function order(run: Run, application: Application, organisationId: string, journeyId: string, reason: string): Promise<void> {
  const overrideReason = text(run, 'override');
  const answer = await operatorOf(application, organisationId, 'administrator').post(
    `/api/referrals/${journeyId}/erase-person`,
    { reason, confirmation: 'erase', ...(overrideReason !== undefined && { overrideReason }) },
    { 'idempotency-key': randomUUID() },
  );
  if (answer.status < 300) return;
  if (answer.status === 422) throw new UsageError(saidBy(answer));
  throw new CommandProblem(saidBy(answer));
}

interface Erasure {
  readonly personId?: string;
  readonly subjects?: readonly string[];
}

/** Resolves with how many keys are gone, when all that the log says are to go have gone. */
async function completed({ terminal, signal }: Run, { platform }: Application, journeyId: string): Promise<number> {
  const { store, personal } = platform;
  for (const began = performance.now(); ; await pause(lookEvery)) {
    signal.throwIfAborted();
    const erasures = (await store.readStream(`referral-${journeyId}`)).filter(({ type }) => type === 'PersonErased').map(({ data }) => data as Erasure);
    const personId = erasures.at(-1)?.personId;
    const ofPerson = personId === undefined ? [] : await store.readStream(`person-${personId}`);
    const subjectsOf = (type: string): readonly string[] => ofPerson.filter((each) => each.type === type).flatMap(({ data }) => (data as Erasure).subjects ?? []);
    const said = new Set(subjectsOf('PersonErasureCompleted'));
    const ordered = new Set([...erasures.flatMap(({ subjects = [] }) => subjects), ...subjectsOf('PersonErasureOrdered')]);
    const gone = new Set((await personal.keys.tombstones()).map(({ subject }) => subject));
    const left = [...ordered].filter((each) => !gone.has(each) || !said.has(each)).length;
    if (ordered.size > 0 && left === 0) return ordered.size;
    terminal.progress(ordered.size === 0 ? 'waiting for the erasure to begin' : `${ordered.size - left} of ${ordered.size} keys are gone`);
    if (performance.now() - began > patience) {
      throw new CommandProblem('the erasure stands in the log and is not complete yet: look at "alongside dead-letters list"; it goes on by itself when the system runs');
    }
  }
}
