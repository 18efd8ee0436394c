import { setTimeout as pause } from 'node:timers/promises';
import { mustBeReadable, type ReadAllOptions } from '../event-store.js';
import type { RecordedEvent } from '../recorded-event.js';
import type { Connection } from './connection.js';
import type { End } from './end.js';
import { isTransient, Silence } from './faults.js';
import { toLogPosition } from './position.js';
import { readAllRequest, type ReadReq, type ReadResp, readStreamRequest, type RecordOfLog } from './protocol.js';
import { deliveredEvent, isTheServers, positionOf } from './stored-event.js';

/** Milliseconds before each further attempt at a read that broke off. */
const backOff = [20, 200];
/** Events that the server looks through at a time for those that pass the filter. */
const window = { events: 500 };

/** What comes, until the server ends it. Breaks off with a `Silence` when nothing comes for that long. */
async function* responsesTo(connection: Connection, request: ReadReq, withinMs: number): AsyncGenerator<ReadResp, void, undefined> {
  const responses = await connection.read(request, withinMs);
  try {
    for (;;) {
      const taken = await responses.take(withinMs);
      if (taken.length === 0) return;
      yield* taken;
    }
  } finally {
    responses.cancel();
  }
}

/**
 * Reads, and goes on where it broke off: a connection that was lost is replaced, and so is one to a node that no longer leads. `request` is
 * asked again for what is still to be read. Gives up after three attempts in a row that brought nothing, and at once when the server is silent.
 */
async function* records(connection: Connection, request: () => ReadReq, withinMs: number): AsyncGenerator<RecordOfLog, void, undefined> {
  for (let failed = 0; ; ) {
    try {
      for await (const response of responsesTo(connection, request(), withinMs)) {
        const record = response.getEvent()?.getEvent();
        if (!record) continue;
        failed = 0;
        yield record;
      }
      return;
    } catch (error) {
      const wait = backOff[failed];
      if (wait === undefined || error instanceof Silence || !isTransient(error)) throw error;
      failed += 1;
      await pause(wait);
    }
  }
}

export async function readStream(connection: Connection, name: string, fromRevision: number, withinMs: number): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  const next = (): number => (events.at(-1)?.revision ?? fromRevision - 1) + 1;
  for await (const record of records(connection, () => readStreamRequest(name, next()), withinMs)) {
    if (!isTheServers(record)) events.push(mustBeReadable(deliveredEvent(record)));
  }
  return events;
}

/** Position of the log's last event; with `theServersToo` also of one that the server wrote for itself. */
export async function lastPosition(connection: Connection, withinMs: number, { theServersToo = false } = {}): Promise<string | undefined> {
  const request = readAllRequest({ from: 'end', backwards: true, count: 1, ...(!theServersToo && { streams: {}, window }) });
  for await (const record of records(connection, () => request, withinMs)) return positionOf(record);
  return undefined;
}

export async function* readAll(connection: Connection, log: End, { after, prefixes, limit = Infinity, unreadable = 'throw' }: ReadAllOptions, withinMs: number): AsyncGenerator<RecordedEvent, void, undefined> {
  let seen = after;
  let left = limit;
  const start = (): ReturnType<typeof toLogPosition> => toLogPosition(seen);
  start();
  if (left <= 0 || prefixes?.length === 0) return;
  const end = await log.last();
  if (end === undefined || end <= (seen ?? '')) return;
  // One more than is wanted: a read begins with the event at its position.
  const request = (): ReadReq => readAllRequest({ from: start() ?? 'start', ...(left < Infinity && { count: left + 1 }), streams: { prefixes }, window });
  for await (const record of records(connection, request, withinMs)) {
    const position = positionOf(record);
    if (position > end) return;
    if (position <= (seen ?? '')) continue;
    seen = position;
    if (isTheServers(record)) continue;
    const event = deliveredEvent(record);
    left -= 1;
    yield unreadable === 'throw' ? mustBeReadable(event) : event;
    if (left <= 0) return;
  }
}
