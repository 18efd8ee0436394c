import { randomUUID } from 'node:crypto';
import { compareWithRebuild, type Difference } from './compare.js';
import { documentsOf } from './documents.js';
import { LeaseLost, NotParked, RebuildStopped, codeOf } from './errors.js';
import { acquireLease, keepLease } from './lease.js';
import { liveFeeds } from './live.js';
import type { ParkedSequence, Replayed } from './parking.js';
import type { Document, Documents, ReadModel } from './read-model.js';
import type { ParkedEvent } from './read-model-store.js';
import { building, rebuild, type RebuildOptions, type Rebuilt } from './rebuild.js';
import { modelNamed, settingsOf, type ProjectionRunnerOptions } from './runner-options.js';
import { waitingFor, type WaitOptions } from './waiting.js';

export interface ReadModelStatus {
  readonly readModel: string;
  readonly position: string | undefined;
  /** Milliseconds since the last event seen was recorded; 0 when everything was seen; undefined while another process does the work. */
  readonly lag: number | undefined;
  /** Sequences parked. */
  readonly parked: number;
  /** Its live copy is missing or of another definition and is being made anew. */
  readonly pending: boolean;
}

export interface ProjectionRunner {
  /**
   * Keeps the read models up to date until the signal aborts: waits for the lease, reads the log once for all of them, rebuilds what has
   * another definition. Faults of the stores are waited out. Comes back when all is put down.
   */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Comes back once the live copies have caught up for the first time and nothing more is being rebuilt; where another process does that,
   * once there is a live copy of every read model, be it of another definition: during an upgrade the one that leads waits for us.
   */
  ready(signal?: AbortSignal): Promise<void>;
  documents<Doc extends Document>(model: ReadModel<Doc>): Documents<Doc>;
  /** Read your own writes. Throws `NotCaughtUp` after the time given, `SequenceParked` where waiting does not help. */
  waitFor(readModel: string, position: string, timeoutMs: number, options?: WaitOptions): Promise<void>;
  /** All read models when no names are given. Beside a running server, from any process. */
  rebuild(names?: readonly string[], options?: RebuildOptions): Promise<Rebuilt>;
  /** Live copies against copies made from nothing; empty when they are equal. */
  compare(names?: readonly string[], signal?: AbortSignal): Promise<readonly Difference[]>;
  parked(): Promise<readonly ParkedSequence[]>;
  /** Applies what is parked, in order; done by whichever process has the lease. Throws `NotParked`. */
  replay(readModel: string, documentId: string, signal?: AbortSignal): Promise<Replayed>;
  /** Decides, for good, that the event at fault is passed over, and applies the rest. */
  skip(readModel: string, documentId: string, signal?: AbortSignal): Promise<Replayed>;
  /** Erasure: no digest of this subject is left, and none is made again. */
  forgetSubject(subject: string): Promise<void>;
  status(): readonly ReadModelStatus[];
}

/** Milliseconds after which a lost store or log is tried again, at first and at most. */
const firstPause = 100;
const longestPause = 5000;
const answerEvery = 50;

export function projectionRunner(options: ProjectionRunnerOptions): ProjectionRunner {
  const settings = settingsOf(options);
  const { store, clock, observe } = settings;
  const names = [...settings.models.keys()];
  const readiness = new Set<() => void>();
  let wasReady = false;
  let running: AbortSignal | undefined;
  let mending: Promise<void> | undefined;
  let hasCleared = false;

  let mendNow: (() => void) | undefined;

  const live = liveFeeds(settings, () => {
    waiting.changed();
    if (live.state.pending.size > 0) mendNow?.();
    if (live.state.caughtUp && [...live.state.pending].every((each) => live.state.failed.has(each))) becomeReady();
  });
  const waiting = waitingFor(settings, () => live.state);

  function becomeReady(): void {
    wasReady = true;
    readiness.forEach((ready) => ready());
  }

  /** Until we are ready: whether another process keeps what readers find here. */
  async function watchOthers(signal: AbortSignal): Promise<void> {
    // Where nobody else can be at work, what a live copy holds may be old.
    while (!settings.lease.alone && !wasReady) {
      await clock.wait(settings.lease.beat, signal);
      if (signal.aborted) return;
      if (live.state.leading) continue;
      try {
        const there = new Set((await store.copies()).filter((each) => each.live).map((each) => each.readModel));
        if (!live.state.leading && names.every((each) => there.has(each))) becomeReady();
      } catch (error) {
        observe.fault?.(codeOf(error));
      }
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    const watching = watchOthers(signal);
    await leadAgainAndAgain(signal);
    await watching;
  }

  async function leadAgainAndAgain(signal: AbortSignal): Promise<void> {
    running = signal;
    let pause = firstPause;
    while (!signal.aborted) {
      try {
        await lead(signal, () => (pause = firstPause));
      } catch (error) {
        observe.fault?.(codeOf(error));
        // Another one leads now: there is nothing to wait for but its lease.
        if (!(error instanceof LeaseLost)) await clock.wait(pause, signal);
        pause = Math.min(pause * 2, longestPause);
      }
    }
  }

  async function lead(signal: AbortSignal, settled: () => void): Promise<void> {
    const lease = await acquireLease(store, settings.name, settings.lease, clock, signal);
    if (!lease) return;
    const over = new AbortController();
    const stop = AbortSignal.any([signal, over.signal]);
    observe.leading?.(true);
    const beating = keepLease(store, lease, settings.lease, clock, stop, () => over.abort());
    const attending = attend(stop, settled);
    mendNow = () => mend(stop);
    try {
      await live.run(lease, stop);
    } finally {
      over.abort();
      mendNow = undefined;
      await Promise.allSettled([beating, attending, mending]);
      observe.leading?.(false);
      await store.release(lease).catch(() => undefined);
    }
  }

  /** What comes from elsewhere while this process leads: copies swapped by a rebuild, wishes for a replay. */
  async function attend(signal: AbortSignal, settled: () => void): Promise<void> {
    while (!signal.aborted) {
      try {
        mend(signal);
        if (live.state.leading && live.state.caughtUp && !live.isCurrent(await store.copies())) live.reopen();
        for (const request of await store.replayRequests()) {
          const { feeds, failed } = live.state;
          if (request.outcome !== undefined || !(feeds.has(request.readModel) || failed.has(request.readModel))) continue;
          const replayed = await live.replay(request.readModel, request.sequence);
          await store.answerReplay(request.id, JSON.stringify(replayed ?? null));
        }
        if (live.state.caughtUp) settled();
      } catch (error) {
        observe.fault?.(codeOf(error));
      }
      await clock.wait(settings.lease.beat, signal);
    }
  }

  /**
   * In the background: removes, once, the half copies of an interrupted rebuild, and rebuilds what has no live copy of its definition.
   * One that cannot be rebuilt keeps the others from nothing.
   */
  function mend(signal: AbortSignal): void {
    const wanted = [...live.state.pending].filter((each) => !live.state.failed.has(each));
    if (mending || (hasCleared && wanted.length === 0)) return;
    const work = async (): Promise<void> => {
      try {
        if (wanted.length > 0) await rebuildAndReopen(wanted, { signal });
        else if ((await store.copies()).some((each) => !each.live)) await building(settings, [], { signal }, async () => undefined);
        hasCleared = true;
      } catch (error) {
        if (signal.aborted) return;
        observe.fault?.(codeOf(error));
        if (!(error instanceof RebuildStopped)) return;
        live.state.failed.add(error.readModel);
        live.reopen();
      }
    };
    mending = work().finally(() => (mending = undefined));
  }

  async function rebuildAndReopen(wanted: readonly string[], rebuildOptions: RebuildOptions): Promise<Rebuilt> {
    const rebuilt = await rebuild(settings, wanted, rebuildOptions);
    wanted.forEach((each) => live.state.failed.delete(each));
    observe.rebuilt?.(wanted);
    live.reopen();
    return rebuilt;
  }

  async function liveParked(): Promise<readonly (ParkedEvent & { readonly readModel: string })[]> {
    const [copies, parked] = await Promise.all([store.copies(), store.parked()]);
    const byCopy = new Map(copies.filter((each) => each.live && settings.models.has(each.readModel)).map((each) => [each.copy, each.readModel]));
    return parked.flatMap((event) => {
      const readModel = byCopy.get(event.copy);
      return readModel === undefined ? [] : [{ ...event, readModel }];
    });
  }

  async function parked(): Promise<readonly ParkedSequence[]> {
    const sequences = new Map<string, (ParkedEvent & { readonly readModel: string })[]>();
    for (const event of await liveParked()) {
      const key = `${event.copy} ${event.sequence}`;
      sequences.set(key, [...(sequences.get(key) ?? []), event]);
    }
    return [...sequences.values()].flatMap(([first, ...waitingEvents]) => {
      if (!first) return [];
      const { readModel, sequence, position, stream, type, eventId, error, attempts, parkedAt } = first;
      const code = error ?? 'waiting';
      const retrying = attempts <= settings.retryDelays.length;
      return [{ readModel, documentId: sequence, position, stream, type, eventId, code, attempts, retrying, parkedAt, waiting: waitingEvents.length }];
    });
  }

  /** By this process when it leads or can take the lease, otherwise by the one that leads. */
  async function replay(readModel: string, documentId: string, outside?: AbortSignal): Promise<Replayed> {
    modelNamed(settings, readModel);
    if (!(await liveParked()).some((each) => each.readModel === readModel && each.sequence === documentId)) throw new NotParked(readModel, documentId);
    const own = await live.replay(readModel, documentId);
    if (own) return own;
    const over = new AbortController();
    const signal = outside ? AbortSignal.any([outside, over.signal]) : over.signal;
    const id = randomUUID();
    await store.requestReplay({ id, readModel, sequence: documentId });
    // Nobody may be there to answer: then the lease falls to us, and we answer ourselves.
    const leading = running ? Promise.resolve() : lead(signal, () => undefined);
    try {
      while (!signal.aborted) {
        const outcome = (await store.replayRequests()).find((each) => each.id === id)?.outcome;
        if (outcome !== undefined) {
          const replayed = JSON.parse(outcome) as Replayed | null;
          if (!replayed) throw new NotParked(readModel, documentId);
          return replayed;
        }
        await clock.wait(answerEvery, signal);
      }
      throw signal.reason;
    } finally {
      over.abort();
      await leading.catch((error: unknown) => observe.fault?.(codeOf(error)));
      await store.removeReplay(id);
    }
  }

  return {
    run,
    ready: async (signal) => {
      if (wasReady) return;
      await new Promise<void>((resolve, reject) => {
        readiness.add(resolve);
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    },
    documents: (model) => documentsOf(store, model, settings.digesting),
    waitFor: waiting.waitFor,
    rebuild: (wanted = names, rebuildOptions = {}) => rebuildAndReopen(wanted, rebuildOptions),
    compare: (wanted = names, signal) => compareWithRebuild(settings, wanted, signal),
    parked,
    replay,
    skip: async (readModel, documentId, signal) => {
      modelNamed(settings, readModel);
      const first = (await liveParked()).find((each) => each.readModel === readModel && each.sequence === documentId);
      if (!first) throw new NotParked(readModel, documentId);
      await settings.decisions.skip({ readModel, sequence: documentId, eventId: first.eventId, decidedAt: clock.now().toISOString() });
      return await replay(readModel, documentId, signal);
    },
    forgetSubject: (subject) => store.forgetSubject(subject),
    status: () =>
      names.map((readModel) => {
        const feed = live.state.feeds.get(readModel);
        const { leading, caughtUp, seenAt, pending } = live.state;
        const behind = seenAt === undefined ? 0 : Math.max(0, clock.now().getTime() - Date.parse(seenAt));
        return {
          readModel,
          position: feed?.checkpoint,
          lag: leading ? (caughtUp ? 0 : behind) : undefined,
          parked: feed?.parked.size ?? 0,
          pending: pending.has(readModel),
        };
      }),
  };
}

