import { isPassing } from '@alongside/event-store';
import { failureOf, type Failure } from './failure.js';
import type { MessagingObserver, Observed } from './observer.js';
import type { Scheduler } from './scheduler.js';

export const defaultBackOff: readonly number[] = [50, 250, 1000];

export interface Attempting {
  readonly scheduler: Scheduler;
  readonly observer: MessagingObserver;
  /** Milliseconds before each retry. */
  readonly backOff: readonly number[];
  readonly signal: AbortSignal;
  /** Errors that another attempt cannot mend. Default: none. */
  readonly isFinal?: (error: unknown) => boolean;
  /** Resolves when an attempt may begin; asked before each. Default: at once. */
  readonly ready?: () => Promise<void>;
}

export type Attempted =
  | { readonly kind: 'done' }
  /** Stopped before the last attempt: nothing is known, it is to be done again. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly steps: readonly string[]; readonly failure: Failure; readonly attempts: number };

/** Between attempts where a store cannot be used and no pause is given, in milliseconds. */
const longPause = 1_000;

/**
 * Runs every step, and those that fail again after each pause. One step's failure neither hinders nor repeats the others. What passes by itself
 * (`isPassing`: a full disk, a view that is behind) is waited out, however long it takes: nothing is wrong with the message.
 */
export async function attempt(
  steps: readonly string[],
  work: Omit<Observed, 'step'>,
  run: (step: string) => Promise<void>,
  { scheduler, observer, backOff, signal, isFinal = () => false, ready }: Attempting,
): Promise<Attempted> {
  let left = steps;
  for (let attempts = 1; ; attempts++) {
    if (ready) {
      await ready();
      if (signal.aborted) return { kind: 'stopped' };
    }
    const failed: { step: string; failure: Failure; final: boolean; passing: boolean }[] = [];
    for (const step of left) {
      const began = scheduler.elapsed();
      try {
        await run(step);
        observer.handled?.({ ...work, step }, scheduler.elapsed() - began);
      } catch (error) {
        const failure = failureOf(error);
        failed.push({ step, failure, final: isFinal(error), passing: isPassing(error) });
        observer.failed?.({ ...work, step }, failure, attempts);
      }
    }
    const first = failed[0];
    if (!first) return { kind: 'done' };
    left = failed.map((each) => each.step);
    const next = failed.some((each) => each.passing) ? (backOff[attempts - 1] ?? backOff.at(-1) ?? longPause) : backOff[attempts - 1];
    const pause = failed.every((each) => each.final) ? undefined : next;
    if (pause === undefined) return { kind: 'failed', steps: left, failure: first.failure, attempts };
    await scheduler.wait(pause, signal);
    if (signal.aborted) return { kind: 'stopped' };
  }
}
