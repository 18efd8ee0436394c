import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery, SubscribeOptions } from '../event-store.js';
import type { RecordedEvent } from '../recorded-event.js';
import type { Connection } from './connection.js';
import { isTransient, Silence } from './faults.js';
import { beginning, isOfAnEvent, toLogPosition, toPosition } from './position.js';
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
export async function* subscribe(connection: Connection, options: Subscribing): AsyncGenerator<Delivery, void, undefined> {
  const { signal, deadlineMs } = options;
  const place: Place = { seen: options.after ?? beginning, told: undefined };
  toLogPosition(place.seen);
  let failed = 0;
  while (!signal.aborted) {
    try {
      // The end as it is before the subscription begins: once that has caught up it has seen all up to there, whatever its filter left out.
      const head = await lastPosition(connection, deadlineMs, { theServersToo: true });
      mustBeOfThisLog(place.seen, head);
      for await (const delivery of onOneConnection(connection, options, place, head)) {
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
  /** Everything up to here has been handed over or left out. */
  seen: string;
  /** The position that `caught-up` was last told of. */
  told: string | undefined;
}

/** A server waits in silence for what is ahead of its log to come, and skips what comes before. */
function mustBeOfThisLog(seen: string, head: string | undefined): void {
  if (seen > (head ?? beginning) && isOfAnEvent(seen)) throw new RangeError('this position is ahead of the log: it belongs to another or a newer copy');
}

async function* onOneConnection(connection: Connection, options: Subscribing, place: Place, head: string | undefined): AsyncGenerator<Delivery, void, undefined> {
  let step: 'caught-up' | 'over' | 'behind' = 'behind';
  while (step !== 'over') {
    step = step === 'behind' ? yield* follow(connection, options, place, { window: catchingUp, head }) : yield* follow(connection, options, place, { window: live, head });
  }
}

interface Following {
  readonly window: { readonly events: number };
  readonly head: string | undefined;
}

/** One call to the server. Far from the end it is over with `caught-up` at the end; at the end it is over with `behind` when more came than was taken. */
async function* follow(connection: Connection, { prefixes, signal, deadlineMs }: Subscribing, place: Place, { window, head }: Following): AsyncGenerator<Delivery, 'caught-up' | 'over' | 'behind', undefined> {
  const responses = await connection.read(subscribeRequest(toLogPosition(place.seen) ?? 'start', { prefixes }, window), deadlineMs);
  const stop = (): void => responses.cancel();
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) return 'over';
    let atTheEnd = false;
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
        if (each.hasCaughtUp()) atTheEnd = true;
        seen = furthest(seen, positionIn(each), each.hasCaughtUp() ? head : undefined);
      }
      for (let index = 0; index < events.length; index += mostTogether) {
        const together = events.slice(index, index + mostTogether);
        const position = index + mostTogether < events.length ? (together.at(-1)?.position ?? seen) : seen;
        place.seen = position;
        yield { kind: 'events', events: together, position };
        if (signal.aborted) return 'over';
      }
      place.seen = seen;
      if (atTheEnd && responses.waiting === 0 && place.told !== seen) {
        place.told = seen;
        yield { kind: 'caught-up', position: seen };
        if (signal.aborted) return 'over';
      }
      if (atTheEnd && window === catchingUp) return 'caught-up';
      if (window === live && responses.overflowed) return 'behind';
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

