import { UnknownListener, republish as publishAgain, type RepublishedContext } from '@alongside/service';
import { accountsFollower } from '@alongside/system';
import { CommandProblem, UsageError, text, type CliCommand, type Run } from './command.js';
import { withStores } from './stores.js';

export const republish: CliCommand = {
  name: 'republish',
  usage: '--consumer NAME [--context NAME] [--after POSITION]',
  says: 'sends one consumer again, from the log, what it is told by the contexts that it listens to, or by one; what it has done already it recognises',
  options: { consumer: { type: 'string' }, context: { type: 'string' }, after: { type: 'string' } },
  positionals: [0, 0],
  run: async (run) => {
    const { terminal, signal } = run;
    const [consumer, context, after] = [text(run, 'consumer'), text(run, 'context'), text(run, 'after')];
    if (consumer === undefined) throw new UsageError('say which consumer: --consumer NAME');
    return withStores(run.configuration, async (platform) => {
      if (after !== undefined && !platform.store.isPosition(after)) throw new UsageError('--after is a position of the log, as "alongside parked list" and the answers to commands show them');
      const republished = await known(() =>
        publishAgain(platform, {
          consumer,
          ...(context !== undefined && { context }),
          ...(after !== undefined && { after }),
          followers: [accountsFollower(platform)],
          signal,
          onProgress: (from, messages) => terminal.progress(`${messages} messages of ${from} published for ${consumer}`),
        }),
      );
      return told(run, consumer, republished);
    });
  },
};

async function known<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UnknownListener ? new CommandProblem(error.message) : error;
  }
}

function told({ terminal, signal }: Run, consumer: string, republished: readonly RepublishedContext[]): number {
  for (const { context, messages } of republished) terminal.print(`${context}: ${messages} ${messages === 1 ? 'message' : 'messages'} published again for ${consumer}`);
  if (signal.aborted) throw new CommandProblem('stopped: run it again; what was published is published, and may be so twice');
  const leftOut = republished.flatMap((each) => each.leftOut);
  for (const { stream, revision, position, failure } of leftOut) terminal.tell(`alongside: ${stream}, revision ${revision}, position ${position}, is no message and was left out with what follows in its stream: ${failure.code}`);
  return leftOut.length > 0 ? 1 : 0;
}
