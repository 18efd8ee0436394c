import { isUnreadable, type EventStore, type RecordedEvent } from '@alongside/event-store';
import { defaultBackOff } from './attempts.js';
import { eventOfLetter, letterOfEvent, type DeadLetters } from './dead-letters.js';
import { KeyedWork } from './keyed-work.js';
import type { MessagingObserver } from './observer.js';
import type { Lease, Progress } from './progress.js';
import { keepRunning } from './running.js';
import type { Scheduler } from './scheduler.js';
import { Watermark } from './watermark.js';

export interface FollowerParts {
  readonly events: Pick<EventStore, 'subscribeToAll' | 'readStream'>;
  /** The event in today's shape (`EventCatalogue.upToDate`): asked when it is worked on, so that one that cannot be brought there parks its stream alone. */
  readonly upToDate: (event: RecordedEvent) => RecordedEvent;
  readonly progress: Progress;
  readonly deadLetters: DeadLetters;
  readonly scheduler: Scheduler;
  readonly observer: MessagingObserver;
  /** Streams followed at the same time. Default 8. */
  readonly concurrency?: number;
  /** Milliseconds before each retry. Default 50, 250, 1000. */
  readonly backOff?: readonly number[];
}

export interface Following {
  /** Names the lease, the checkpoint and the dead letters. */
  readonly name: string;
  /** Stream prefixes with their hyphen. */
  readonly prefixes: readonly string[];
  readonly stepsOf: (event: RecordedEvent) => readonly string[];
  readonly run: (step: string, event: RecordedEvent) => Promise<void>;
}

/** So many events that concern nobody may be passed before the checkpoint is saved: after a restart they are read again. */
const unsavedPasses = 500;

/**
 * Follows events of the log from a durable checkpoint until the signal aborts: each stream in order, streams at the same
 * time, at least once. What fails for good parks its stream among the dead letters of `name`; the others go on.
 */
export function followLog(parts: FollowerParts, following: Following, signal: AbortSignal): Promise<void> {
  return keepRunning(following.name, { ...parts, signal }, (lease, until) => follow(parts, following, lease, until));
}

async function follow(parts: FollowerParts, following: Following, lease: Lease, signal: AbortSignal): Promise<void> {
  const { events, progress, deadLetters, scheduler, observer } = parts;
  const { name, prefixes, stepsOf, run } = following;
  const work = await KeyedWork.open<RecordedEvent>({
    consumer: name,
    deadLetters,
    scheduler,
    observer,
    signal,
    concurrency: parts.concurrency ?? 8,
    backOff: parts.backOff ?? defaultBackOff,
    stepsOf,
    run: async (step, event) => run(step, parts.upToDate(await asItStands(events, event))),
    toLetter: letterOfEvent,
    fromLetter: eventOfLetter,
  });
  const after = await progress.checkpoint(name);
  const checkpoint = saving(progress, observer, lease, after, (error) => work.fail(error));
  try {
    for await (const delivery of events.subscribeToAll({ ...(after !== undefined && { after }), prefixes, signal: work.signal })) {
      if (delivery.kind === 'events') {
        for (const event of delivery.events) {
          if (stepsOf(event).length > 0) work.add(event, checkpoint.after(event.position));
        }
      }
      checkpoint.pass(delivery.position);
      if (delivery.kind === 'caught-up') checkpoint.tell();
      await work.room();
      if (work.signal.aborted) break;
    }
  } catch (error) {
    work.fail(error);
  }
  await work.stopped();
  await checkpoint.now();
}

/** What could not be read when it was handed over is read again: it may have been put right since. Throws while it has not. */
export async function asItStands(events: Pick<EventStore, 'readStream'>, event: RecordedEvent): Promise<RecordedEvent> {
  return isUnreadable(event) ? ((await events.readStream(event.stream, event.revision))[0] ?? event) : event;
}

/** Saves the position up to which all is done, one save at a time. */
function saving(progress: Progress, observer: MessagingObserver, lease: Lease, from: string | undefined, fail: (error: unknown) => void) {
  const passed = new Watermark<string>();
  let saved = from;
  let passes = 0;
  let saves: Promise<void> | undefined;
  const tell = (): void => {
    if (passed.low !== undefined) observer.followed?.(lease.name, passed.low);
  };
  const save = async (): Promise<void> => {
    for (let low = passed.low; low !== undefined && low !== saved; low = passed.low) {
      await progress.saveCheckpoint(lease, low);
      saved = low;
      passes = 0;
      tell();
    }
  };
  const soon = (): void => {
    saves ??= new Promise(setImmediate).then(save).catch(fail).finally(() => (saves = undefined));
  };
  return {
    tell,
    now: async (): Promise<void> => {
      await saves;
      await save();
    },
    pass: (position: string): void => {
      passed.pass(position);
      if (++passes >= unsavedPasses) soon();
    },
    after: (position: string) => {
      const done = passed.begin(position);
      return (): void => {
        done();
        soon();
      };
    },
  };
}
