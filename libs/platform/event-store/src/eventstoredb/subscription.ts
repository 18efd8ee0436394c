import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery, SubscribeOptions } from '../event-store.js';
import type { RecordedEvent } from '../recorded-event.js';
import type { Connection } from './connection.js';
import type { End } from './end.js';
import { isTransient, Silence } from './faults.js';
import { beginning, toLogPosition, toPosition } from './position.js';
import { type ReadResp, subscribeRequest } from './protocol.js';
import { lastPosition } from './reading.js';
import { deliveredEvent, isTheServers, positionOf } from './stored-event.js';

/** Most events of one delivery. */
const mostTogether = 500;
/** Milliseconds before the server is asked again after a connection that broke; the last one for all that follow. */
const backOff = [50, 200, 500, 1_000, 2_000];

/** Far from the end the server looks through so many events at a time before it tells how far it has come. */
const catchingUp = { events: 500 };
/** At the end it tells that of every event, so that a position advances over what the filter leaves out as soon as it is written. */
const live = { events: 1 };

export interface Subscribing extends SubscribeOptions {
  /** Milliseconds within which the server has to say that a subscription has begun. */
  readonly deadlineMs: number;
}

/** Follows the log, and takes up again where it was after every break of the connection. Whatever does not pass by itself is thrown. */
export async function* subscribe(connection: Connection, end: End, options: Subscribing): AsyncGenerator<Delivery, void, undefined> {
  const { signal, deadlineMs } = options;
  const from = options.after ?? beginning;
  const place: Place = { seen: from, reached: from, told: undefined };
  toLogPosition(from);
  let failed = 0;
  while (!signal.aborted) {
    try {
      // A server waits in silence for what is ahead of its log to come, and skips what comes before.
      if (await end.endsBefore(place.reached, signal)) throw new RangeError('this position is ahead of the log: it belongs to another or a newer copy');
      // The end as it is before the subscription begins: once that has caught up it has seen all up to there, whatever its filter left out.
      const head = await lastPosition(connection, deadlineMs, { theServersToo: true });
      if (place.seen > (head ?? beginning)) place.seen = place.reached;
      for await (const delivery of onOneConnection(connection, end, options, place, head)) {
        failed = 0;
        yield delivery;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isTransient(error)) throw error;
      await pause(backOff[Math.min(failed, backOff.length - 1)], undefined, { signal }).catch(() => undefined);
      failed += 1;
    }
  }
}

/** How far a subscription has come. */
interface Place {
  /** Everything up to here has been handed over or left out. May lie beyond the last event of ours, and of the server's. */
  seen: string;
  /** The last position that was handed over, or begun from. */
  reached: string;
  /** The position that `caught-up` was last told of. */
  told: string | undefined;
}

async function* onOneConnection(connection: Connection, end: End, options: Subscribing, place: Place, head: string | undefined): AsyncGenerator<Delivery, void, undefined> {
  let step: 'caught-up' | 'over' | 'behind' = 'behind';
  while (step !== 'over') {
    step = yield* follow(connection, options, place, { window: step === 'behind' ? catchingUp : live, head, end });
  }
}

interface Following {
  readonly window: { readonly events: number };
  readonly head: string | undefined;
  readonly end: End;
}

/**
 * One call to the server. Far from the end it is over with `caught-up` at the end; at the end it is over with `behind` when more came than was taken, by
 * us or, as the server tells, by the connection.
 */
async function* follow(connection: Connection, { prefixes, signal, deadlineMs }: Subscribing, place: Place, { window, head, end }: Following): AsyncGenerator<Delivery, 'caught-up' | 'over' | 'behind', undefined> {
  const responses = await connection.read(subscribeRequest(toLogPosition(place.seen) ?? 'start', { prefixes }, window), deadlineMs);
  const stop = (): void => responses.cancel();
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) return 'over';
    let [atTheEnd, fellBehind] = [false, false];
    for (let first = true; ; first = false) {
      const taken = await responses.take(first ? deadlineMs : undefined);
      if (signal.aborted) return 'over';
      // A subscription never ends by itself: the server is going down.
      if (taken.length === 0) throw new Silence(0);
      const events: RecordedEvent[] = [];
      const from = place.seen;
      let seen = from;
      for (const each of taken) {
        const event = newEvent(each, seen);
        if (event) events.push(event);
        if (each.hasCaughtUp()) [atTheEnd, fellBehind] = [true, false];
        if (each.hasFellBehind()) [atTheEnd, fellBehind] = [false, true];
        seen = furthest(seen, positionIn(each), each.hasCaughtUp() ? head : undefined);
      }
      for (let index = 0; index < events.length; index += mostTogether) {
        const together = events.slice(index, index + mostTogether);
        const position = together.at(-1)?.position ?? from;
        end.knows(position);
        place.seen = position;
        place.reached = position;
        yield { kind: 'events', events: together, position };
        if (signal.aborted) return 'over';
      }
      place.seen = seen;
      if (atTheEnd && responses.waiting === 0) {
        const position = furthest(place.reached, await end.within(seen));
        if (signal.aborted) return 'over';
        place.reached = position;
        if (place.told !== position) {
          place.told = position;
          yield { kind: 'caught-up', position };
          if (signal.aborted) return 'over';
        }
      }
      if (atTheEnd && window === catchingUp) return 'caught-up';
      if (window === live && (responses.overflowed || fellBehind)) return 'behind';
    }
  } finally {
    signal.removeEventListener('abort', stop);
    responses.cancel();
  }
}

/** The event of a response that lies behind what was seen, the server's own left out. */
function newEvent(response: ReadResp, seen: string): RecordedEvent | undefined {
  const record = response.getEvent()?.getEvent();
  return record && positionOf(record) > seen && !isTheServers(record) ? deliveredEvent(record) : undefined;
}

function positionIn(response: ReadResp): string | undefined {
  const record = response.getEvent()?.getEvent();
  if (record) return positionOf(record);
  const checkpoint = response.getCheckpoint();
  return checkpoint && toPosition({ commit: checkpoint.getCommitPosition(), prepare: checkpoint.getPreparePosition() });
}

const furthest = (...positions: readonly (string | undefined)[]): string => positions.reduce<string>((most, each) => (each !== undefined && each > most ? each : most), '');

