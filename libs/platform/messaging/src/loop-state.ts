import type { DeadLetters } from './dead-letters.js';
import type { Progress } from './progress.js';
import type { TimerStore } from './timer-store.js';

/** What the loops of a service keep beside the messages: how far they have come and who runs them, what they could not do, what is due. */
export interface LoopState {
  readonly deadLetters: DeadLetters;
  readonly progress: Progress;
  readonly timers: TimerStore;
  close(): Promise<void>;
}
