import type { Scheduler } from '../scheduler.js';

/** What a broker says of a group that it does not know yet, or not any more: the one that does is found a moment later. */
const notYet = new Set(['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP', 'KafkaJSGroupCoordinatorNotFound']);
const pause = 500;
/** Milliseconds after which it is a fault all the same. */
const longest = 30_000;

export interface Patience {
  readonly scheduler: Scheduler;
  readonly signal: AbortSignal;
}

/** Runs it, and again for as long as the broker is only getting ready for the group, as one does that was just started: nobody has to be told of that. */
export async function onceReady(run: () => Promise<void>, { scheduler, signal }: Patience): Promise<void> {
  for (let waited = 0; ; waited += pause) {
    const began = scheduler.elapsed();
    try {
      return await run();
    } catch (error) {
      if (!notYet.has((error as { readonly code?: string }).code ?? '')) throw error;
      // What went well for long has only now begun to wait.
      if (scheduler.elapsed() - began > longest) waited = 0;
      if (waited >= longest) throw error;
      await scheduler.wait(pause, signal);
      if (signal.aborted) return;
    }
  }
}
