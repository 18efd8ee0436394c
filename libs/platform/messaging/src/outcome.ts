import { Refusal } from '@alongside/event-sourcing';
import type { MessagingObserver, Observed } from './observer.js';

/** A rule that says no to a reaction, a process or a timer is an outcome: told, and never repeated. Other errors pass. */
export async function refusalIsOutcome(observer: MessagingObserver, work: Observed, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    observer.refused?.(work, error.rule);
  }
}
