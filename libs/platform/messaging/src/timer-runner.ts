import { uuidOf, type Clock } from '@alongside/event-sourcing';
import type { Json, RecordedEvent } from '@alongside/event-store';
import { failureOf } from './failure.js';
import { followLog, type FollowerParts } from './log-follower.js';
import { refusalIsOutcome } from './outcome.js';
import { keepRunning } from './running.js';
import { changeOrTime } from './scheduler.js';
import type { TimerEntry, TimerStore } from './timer-store.js';

/** A timer as a context declares it; what `fire` needs besides is its own business. */
export interface DeclaredTimer {
  readonly name: string;
  readonly aggregate: { readonly category: string };
  readonly on: readonly {
    readonly type: string;
    readonly step: (event: RecordedEvent) => { readonly key: string; readonly due?: string; readonly data?: unknown } | undefined;
  }[];
}

/** One firing: the command to execute on the stream that set the timer. */
export interface Firing {
  readonly stream: string;
  /** The stream's id, without its category. */
  readonly id: string;
  readonly key: string;
  readonly due: string;
  /** Due, or when the event that set it happened, if that is later. */
  readonly occurredAt: string;
  /** UUIDv5 of timer, stream, key and due: a repeat finds what was done. */
  readonly commandId: string;
  /** The event that set it: what the firing is caused by. */
  readonly eventId: string;
  readonly data: Json | undefined;
}

export interface TimerRunnerOptions<Timer extends DeclaredTimer> extends FollowerParts {
  readonly context: string;
  readonly timers: readonly Timer[];
  readonly store: TimerStore;
  readonly clock: Clock;
  /** Executes the timer's command. A `Refusal` is an outcome; any other error is tried again, later and later. */
  readonly fire: (timer: Timer, firing: Firing) => Promise<void>;
}

/** Nothing fires earlier after recording, so that what is written down late can still be corrected. */
const afterRecording = 60_000;
/** The time of day may be set anew: never wait longer without looking at it. */
const longestWait = 60_000;
const longestRetry = 300_000;
const atOnce = 16;

/** The latest of a timer's stream and key counts; times are compared as instants, whatever their offsets. */
function entryOf(context: string, timer: DeclaredTimer, event: RecordedEvent, key: string, due: string, data: unknown) {
  const dueAt = Date.parse(due);
  if (Number.isNaN(dueAt)) throw new TypeError(`timer ${timer.name}: due must be RFC 3339`);
  const { occurredAt, recordedAt, eventId } = event.metadata;
  return {
    context,
    name: timer.name,
    stream: event.stream,
    key,
    due,
    occurredAt: new Date(Math.max(dueAt, Date.parse(occurredAt))).toISOString(),
    setPosition: event.position,
    eventId,
    fireAt: Math.max(dueAt, Date.parse(recordedAt) + afterRecording),
    ...(data !== undefined && { data: data as Json }),
  };
}

/**
 * Runs a context's timers until the signal aborts: keeps them from the log, fires each at or after it is due, and forgets it
 * only when its command is done. After a crash a firing may be repeated, with the same commandId.
 */
export async function runTimers<Timer extends DeclaredTimer>(options: TimerRunnerOptions<Timer>, signal: AbortSignal): Promise<void> {
  if (options.timers.length === 0) return;
  await Promise.all([maintain(options, signal), keepRunning(`firing:${options.context}`, { ...options, signal }, (_lease, until) => fireDue(options, until))]);
}

function maintain<Timer extends DeclaredTimer>(options: TimerRunnerOptions<Timer>, signal: AbortSignal): Promise<void> {
  const { context, timers, store } = options;
  const byName = new Map(timers.map((timer) => [timer.name, timer]));
  const prefixes = [...new Set(timers.map((timer) => `${timer.aggregate.category}-`))];
  return followLog(
    options,
    {
      name: `timers:${context}`,
      prefixes,
      stepsOf: (event) =>
        timers
          .filter((timer) => event.stream.startsWith(`${timer.aggregate.category}-`) && timer.on.some((on) => on.type === event.type))
          .map((timer) => timer.name),
      run: async (name, event) => {
        const timer = byName.get(name);
        const change = timer?.on.find((on) => on.type === event.type)?.step(event);
        if (!timer || !change) return;
        const { key, due, data } = change;
        if (due === undefined) await store.clear({ context, name, stream: event.stream, key, position: event.position });
        else await store.set(entryOf(context, timer, event, key, due, data));
      },
    },
    signal,
  );
}

async function fireDue<Timer extends DeclaredTimer>(options: TimerRunnerOptions<Timer>, signal: AbortSignal): Promise<void> {
  const { context, store, clock, scheduler } = options;
  while (!signal.aborted) {
    const seen = store.changes.version;
    const now = clock.now().getTime();
    const due = await store.due(context, now, atOnce);
    if (due.length > 0) {
      await Promise.all(due.map((entry) => fireOne(options, entry)));
      continue;
    }
    const next = (await store.next(context)) ?? Infinity;
    await changeOrTime(store.changes, seen, scheduler, Math.min(next - now, longestWait), signal);
  }
}

async function fireOne<Timer extends DeclaredTimer>(options: TimerRunnerOptions<Timer>, entry: TimerEntry): Promise<void> {
  const { context, timers, store, clock, observer, scheduler, fire } = options;
  const timer = timers.find((each) => each.name === entry.name);
  // A timer that is no longer declared has nobody left to act.
  if (!timer) return store.remove(entry);
  const { stream, key, due, occurredAt, eventId, data } = entry;
  const id = stream.slice(timer.aggregate.category.length + 1);
  const commandId = uuidOf(timer.name, stream, key, due);
  const work = { consumer: `timers:${context}`, step: timer.name, key: stream, id: commandId };
  const began = scheduler.elapsed();
  try {
    await refusalIsOutcome(observer, work, () => fire(timer, { stream, id, key, due, occurredAt, commandId, eventId, data }));
  } catch (error) {
    const failure = failureOf(error);
    observer.failed?.(work, failure, entry.attempts + 1);
    const pause = Math.min(1000 * 2 ** entry.attempts, longestRetry);
    return store.postpone(entry, clock.now().getTime() + pause, failure.code);
  }
  observer.handled?.(work, scheduler.elapsed() - began);
  await store.remove(entry);
}
