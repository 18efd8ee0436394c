import { setTimeout as pause } from 'node:timers/promises';
import { type Appended, DuplicateEvent, type ExpectedRevision, RevisionConflict } from '../event-store.js';
import type { EventToAppend } from '../recorded-event.js';
import type { Connection } from './connection.js';
import { isTransient, wasNotSent } from './faults.js';
import { readStreamRequest } from './protocol.js';
import { positionOf, proposedEvent } from './stored-event.js';

/** Milliseconds before each further attempt; the last one for all that follow. */
const backOff = [20, 100, 250, 500];
/** Attempts to reach a server that none of the attempts has reached: a connection that broke while nobody looked is replaced by the second. */
const mostUnsent = 3;

/**
 * Appends, all or nothing. An attempt that ends without an answer (connection lost, time-out) may have been carried out: it is made again, with
 * the same ids at the same revision, until the server says how it is. It takes the repeat of what it has for that and answers as the
 * first time, and a conflict then says that it has not. Where it stays silent for `deadlineMs`, the error of the last attempt is thrown: whoever asked reads the stream, and decides again.
 */
export async function append(connection: Connection, stream: string, expected: ExpectedRevision, events: readonly EventToAppend[], deadlineMs: number): Promise<Appended> {
  if (new Set(events.map(({ metadata }) => metadata.eventId)).size < events.length) throw new DuplicateEvent(stream);
  // Made text here: what cannot be stored fails its own caller, and nobody changes it while it waits.
  const proposed = events.map(proposedEvent);
  const until = performance.now() + deadlineMs;
  // Half of the time is left to ask again how an attempt went that was not answered in the other half.
  const attemptMs = Math.ceil(deadlineMs / 2);
  let perhapsSent = false;
  for (let attempt = 0; ; attempt += 1) {
    const left = until - performance.now();
    try {
      const answer = await connection.append(stream, expected, proposed, Math.max(1, Math.min(attemptMs, left)));
      if (answer.kind === 'conflict') throw new RevisionConflict(stream, expected, answer.actual);
      return { revision: answer.revision, position: answer.position ?? (await positionAt(connection, stream, answer.revision, deadlineMs)) };
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (!wasNotSent(error)) perhapsSent = true;
      const wait = backOff[Math.min(attempt, backOff.length - 1)] ?? 0;
      const mayTryAgain = perhapsSent || attempt + 1 < mostUnsent;
      if (!mayTryAgain || performance.now() + wait >= until) throw error;
      await pause(wait);
    }
  }
}

/** For the repeat of an append, a server that is just reading its index does not always say where it stands. */
async function positionAt(connection: Connection, stream: string, revision: number, withinMs: number): Promise<string> {
  const responses = await connection.read(readStreamRequest(stream, revision, 1), withinMs);
  try {
    for (let taken = await responses.take(withinMs); taken.length > 0; taken = await responses.take(withinMs)) {
      for (const each of taken) {
        const record = each.getEvent()?.getEvent();
        if (record) return positionOf(record);
      }
    }
  } finally {
    responses.cancel();
  }
  throw new Error(`${stream} has no event at revision ${revision}, which was just written`);
}
