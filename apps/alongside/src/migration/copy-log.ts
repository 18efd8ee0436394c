import { createHash } from 'node:crypto';
import { RevisionConflict, type EventStore, type EventToAppend, type RecordedEvent } from '@alongside/event-store';

/** The target holds something that did not come from the source, or not as it stands there. */
export class AnotherLog extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'AnotherLog';
  }
}

/** Somebody appended to the source while it was copied. */
export class SourceWritten extends Error {
  constructor() {
    super('somebody wrote to the log while it was copied');
    this.name = 'SourceWritten';
  }
}

export interface LogCopy {
  readonly from: EventStore;
  readonly to: EventStore;
  readonly signal: AbortSignal;
  readonly onProgress?: (step: 'comparing' | 'copying' | 'verifying', events: number, position: string) => void;
}

export interface Copied {
  readonly copied: number;
  /** Events that an earlier run had copied. */
  readonly before: number;
  readonly streams: number;
  /** SHA-256 over every event in the order of the log: stream, revision, type, data and metadata. The same on both sides. */
  readonly digest: string;
}

/** Limits of one append: what is next to each other in one stream goes together. */
const mostTogether = 100;
const mostBytesTogether = 512 * 1024;
const progressEvery = 200;

/**
 * Copies a log into an empty one, in the order of the log, with the same streams, revisions, event ids and metadata. A run that was stopped is
 * gone on with: what the target holds is compared with the source, and copying goes on behind it. In the end both are read side by side.
 * Throws `AnotherLog` when the target holds anything else, and `SourceWritten`; nothing is ever taken away from the target.
 */
export async function copyLog(parts: LogCopy): Promise<Copied> {
  const { from, signal } = parts;
  const end = await from.lastPosition();
  const there = await compare(parts, 'comparing');
  const copied = await copyRest(parts, there.last);
  if ((await from.lastPosition()) !== end) throw new SourceWritten();
  const verified = copied === 0 ? there : await compare(parts, 'verifying');
  signal.throwIfAborted();
  if (verified.events !== there.events + copied) throw new AnotherLog(`${there.events + copied} events were copied and ${verified.events} are there`);
  return { copied, before: there.events, streams: verified.streams, digest: verified.digest };
}

interface Compared {
  readonly events: number;
  readonly streams: number;
  /** Position in the source of the last event that both hold. */
  readonly last: string | undefined;
  readonly digest: string;
}

/** Reads the target, and the source beside it. All that the target holds has to be the beginning of the source. */
async function compare({ from, to, signal, onProgress }: LogCopy, step: 'comparing' | 'verifying'): Promise<Compared> {
  const digest = createHash('sha256');
  const streams = new Set<string>();
  let events = 0;
  let last: string | undefined;
  const source = from.readAll()[Symbol.asyncIterator]();
  try {
    for await (const found of to.readAll({ unreadable: 'place' })) {
      signal.throwIfAborted();
      const { value } = await source.next();
      const original = value as RecordedEvent | undefined;
      const content = contentOf(found);
      if (!original) throw new AnotherLog(`${placeOf(found)} is not in the log that is copied: the target holds more than that`);
      if (content !== contentOf(original)) throw new AnotherLog(`the target has ${placeOf(found)} where the log that is copied has ${placeOf(original)}${placeOf(found) === placeOf(original) ? ', and they differ' : ''}`);
      digest.update(content);
      streams.add(found.stream);
      events += 1;
      last = original.position;
      if (events % progressEvery === 0) onProgress?.(step, events, last);
    }
  } finally {
    await source.return?.();
  }
  return { events, streams: streams.size, last, digest: digest.digest('hex') };
}

const placeOf = ({ stream, revision }: RecordedEvent): string => `${stream}, revision ${revision}`;

/** Everything of an event but its position. */
const contentOf = ({ stream, revision, type, data, metadata }: RecordedEvent): string => `${JSON.stringify([stream, revision, type, data, metadata])}\n`;

async function copyRest({ from, to, signal, onProgress }: LogCopy, after: string | undefined): Promise<number> {
  let copied = 0;
  let told = 0;
  for await (const together of batches(from.readAll(after === undefined ? {} : { after }))) {
    signal.throwIfAborted();
    const [first] = together;
    if (!first) continue;
    try {
      // One after the other: the order of the log is the order in which they are acknowledged.
      await to.append(first.stream, first.revision === 0 ? 'no-stream' : first.revision - 1, together.map(asAppended));
    } catch (error) {
      if (error instanceof RevisionConflict) throw new AnotherLog(`somebody else writes to the target: ${error.message}`);
      throw error;
    }
    copied += together.length;
    if (copied - told >= progressEvery) {
      told = copied;
      onProgress?.('copying', copied, together.at(-1)?.position ?? first.position);
    }
  }
  return copied;
}

const asAppended = ({ type, data, metadata }: RecordedEvent): EventToAppend => ({ type, data, metadata });

/** Events of one stream that follow each other in the log, as many as one append may have. */
async function* batches(events: AsyncIterable<RecordedEvent>): AsyncGenerator<readonly RecordedEvent[]> {
  let together: RecordedEvent[] = [];
  let bytes = 0;
  for await (const event of events) {
    const size = contentOf(event).length;
    if (together.length > 0 && (together[0]?.stream !== event.stream || together.length === mostTogether || bytes + size > mostBytesTogether)) {
      yield together;
      together = [];
      bytes = 0;
    }
    together.push(event);
    bytes += size;
  }
  if (together.length > 0) yield together;
}

/**
 * Positions of one log as positions of its copy: of the same event. A checkpoint may lie at any event of the source; undefined for one that
 * lies before the first.
 */
export function positionsIn({ from, to }: Pick<LogCopy, 'from' | 'to'>): (position: string) => Promise<string | undefined> {
  return async (position) => {
    const event = await eventAt(from, position);
    if (!event) return undefined;
    const [copy] = await to.readStream(event.stream, event.revision);
    if (!copy) throw new AnotherLog(`${placeOf(event)} is not in the target`);
    return copy.position;
  };
}

/** The last event at a position or before it. Positions of a SQLite log are numbers without a gap. */
async function eventAt(from: EventStore, position: string): Promise<RecordedEvent | undefined> {
  const before = String(Number(position) - 1).padStart(position.length, '0');
  if (Number(position) === 0) return undefined;
  for await (const event of from.readAll({ after: before, limit: 1 })) return event;
  throw new AnotherLog(`position ${position} is ahead of the log that is copied: it belongs to another or a newer copy`);
}
