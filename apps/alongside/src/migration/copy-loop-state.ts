import { DatabaseSync } from 'node:sqlite';
import type { Json, JsonObject } from '@alongside/event-store';
import type { LoopState, Origin } from '@alongside/messaging';

/** Messages that no consumer has handled yet: they would be lost. */
export class MessagesUnhandled extends Error {
  constructor(readonly consumers: readonly string[]) {
    super(`messages are still on their way to ${consumers.join(', ')}`);
    this.name = 'MessagesUnhandled';
  }
}

export interface LoopStateCopy {
  /** `messages.sqlite` of a system that is stopped. */
  readonly file: string;
  readonly to: LoopState;
  /** Every context that may have timers. */
  readonly contexts: readonly string[];
  /** A position of the old log as one of the new; undefined: before its first event. */
  readonly newPosition: (position: string) => Promise<string | undefined>;
  readonly signal: AbortSignal;
}

export interface LoopStateCopied {
  readonly checkpoints: number;
  readonly timers: number;
  readonly deadLetters: number;
}

type Row = Readonly<Record<string, string | number | null>>;

/**
 * Takes over where the loops are: a relay publishes nothing again, a process follows up nothing again, a timer that has acted does not act again,
 * what was put aside stays aside, and what was dropped on purpose stays dropped. Messages themselves stay behind: all of them have to be
 * handled. What a run of before has copied is replaced: it may have been done since.
 */
export async function copyLoopState({ file, to, contexts, newPosition, signal }: LoopStateCopy): Promise<LoopStateCopied> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const all = (sql: string): readonly Row[] => database.prepare(sql).all() as readonly Row[];
    const unhandled = all(unhandledMessages).map(({ consumer }) => String(consumer));
    if (unhandled.length > 0) throw new MessagesUnhandled(unhandled);

    await dropAll(to);
    const deadLetters = all('SELECT * FROM dead_letters ORDER BY id');
    for (const each of deadLetters) await copyDeadLetter(to, each, newPosition);

    for (const each of contexts) await to.timers.forget(each);
    const timers = all('SELECT * FROM timers ORDER BY set_position');
    for (const each of timers) {
      signal.throwIfAborted();
      await copyTimer(to, each, newPosition);
    }

    // Last: where a loop begins is only told once all that belongs to it is there.
    const checkpoints = all('SELECT name, position FROM checkpoints ORDER BY name');
    for (const { name, position } of checkpoints) {
      const at = await newPosition(String(position));
      if (at !== undefined) await saveCheckpoint(to, String(name), at, signal);
    }
    return { checkpoints: checkpoints.length, timers: timers.length, deadLetters: deadLetters.length };
  } finally {
    database.close();
  }
}

/** Consumers that have not come to the last message that is meant for them. */
const unhandledMessages = `
  SELECT DISTINCT consumer FROM offsets
  WHERE offset < (SELECT max(offset) FROM messages WHERE messages.topic = offsets.topic AND only_for IN ('', offsets.consumer))
  ORDER BY consumer
`;

async function dropAll({ deadLetters }: LoopState): Promise<void> {
  for (let letters = await deadLetters.list(); letters.length > 0; letters = await deadLetters.list()) {
    for (const { id } of letters) await deadLetters.drop(id);
  }
}

async function copyDeadLetter({ deadLetters }: LoopState, row: Row, newPosition: LoopStateCopy['newPosition']): Promise<void> {
  const { consumer, key, name, message_id: messageId, status, attempts, code, at } = row;
  const steps = JSON.parse(String(row['steps'])) as readonly string[];
  const content = {
    key: String(key),
    name: String(name),
    messageId: String(messageId),
    origin: JSON.parse(String(row['origin'])) as Origin,
    payload: await atNewPosition(JSON.parse(String(row['payload'])) as JsonObject, newPosition),
  };
  if (status === 'waiting') return deadLetters.waitBehind(String(consumer), content, steps);
  const failure = { code: String(code ?? 'unknown'), ...(typeof at === 'string' && { at }) };
  await deadLetters.park(String(consumer), content, steps, failure, Number(attempts));
}

/** An event of the log is put aside whole, with its position; a message has none. */
async function atNewPosition(payload: JsonObject, newPosition: LoopStateCopy['newPosition']): Promise<JsonObject> {
  const { position, stream, revision } = payload;
  if (typeof position !== 'string' || typeof stream !== 'string' || typeof revision !== 'number') return payload;
  return { ...payload, position: (await newPosition(position)) ?? position };
}

async function copyTimer({ timers }: LoopState, row: Row, newPosition: LoopStateCopy['newPosition']): Promise<void> {
  const setPosition = await newPosition(String(row['set_position']));
  if (setPosition === undefined) return;
  const { context, name, stream, key, due, occurred_at: occurredAt, event_id: eventId, fire_at: fireAt, data } = row;
  await timers.set({
    context: String(context),
    name: String(name),
    stream: String(stream),
    key: String(key),
    due: String(due),
    occurredAt: String(occurredAt),
    setPosition,
    eventId: String(eventId),
    fireAt: Number(fireAt),
    ...(data !== null && { data: JSON.parse(String(data)) as Json }),
  });
}

/** Nothing goes back: a loop that runs on the new side already is further. */
async function saveCheckpoint({ progress }: LoopState, name: string, position: string, signal: AbortSignal): Promise<void> {
  const lease = await progress.acquire(name, signal);
  if (!lease) return signal.throwIfAborted();
  try {
    const there = await progress.checkpoint(name);
    if (there === undefined || there < position) await progress.saveCheckpoint(lease, position);
  } finally {
    await lease.release();
  }
}
