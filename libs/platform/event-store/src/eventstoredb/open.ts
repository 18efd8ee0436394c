import { type Appended, type Delivery, type EventStore, EventStoreUnavailable, type ExpectedRevision, type ReadAllOptions, type SubscribeOptions } from '../event-store.js';
import type { EventToAppend, RecordedEvent } from '../recorded-event.js';
import { eventStoreAddress, type EventStoreAddress } from './address.js';
import { append } from './appending.js';
import { Connection } from './connection.js';
import { End } from './end.js';
import { fault } from './faults.js';
import { isEventStoreDbPosition } from './position.js';
import { lastPosition, readAll, readStream } from './reading.js';
import { subscribe } from './subscription.js';

export interface EventStoreDbOptions {
  /** `esdb://[user:password@]host[:port][,host…][?tls=false&tlsCaFile=…]`, `esdb+discover://…` for a cluster; `kurrentdb://…` is the same. */
  readonly url: string;
  /**
   * Milliseconds until a server that does not answer is given up, default 10,000 or what `defaultDeadline` in the address says. Raise it where
   * elections of a cluster take longer, lower it for quicker answers of 503.
   */
  readonly deadlineMs?: number;
  /**
   * Milliseconds for which the log has to end before a position that it gave out until it is believed that it was put back to an earlier state, default
   * 30,000. Longer than a new leader needs to show all that there is.
   */
  readonly putBackAfterMs?: number;
}

export interface EventStoreDb extends EventStore {
  /** Resolves when the server answers and lets us in; throws one line that says what is wrong and what to do, without user or password. */
  check(): Promise<void>;
}

const defaultDeadlineMs = 10_000;
const checkMs = 5_000;
const defaultPutBackAfterMs = 30_000;
/** The first version that tells a subscription when it has caught up. */
const leastVersion: readonly [number, number] = [23, 10];

/**
 * The event store on an EventStoreDB server from 23.10, or on its successor. Connects when it is first used, and again by itself: a server that is
 * not there yet is no error here. Throws an `EventStoreAddressError` for an address that cannot be used.
 */
export function openEventStoreDb({ url, deadlineMs: given, putBackAfterMs = defaultPutBackAfterMs }: EventStoreDbOptions): EventStoreDb {
  const address = eventStoreAddress(url);
  const deadlineMs = given ?? address.settings.defaultDeadline ?? defaultDeadlineMs;
  const connection = new Connection(address);
  const over = new AbortController();
  const end = new End(() => lastPosition(connection, deadlineMs), putBackAfterMs, over.signal);
  const appends = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  function mustBeOpen(): void {
    if (closing) throw new EventStoreUnavailable('it is closed');
  }

  /** Errors of the protocol as errors of the port. */
  async function told<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      mustBeOpen();
      throw fault(error, address);
    }
  }

  async function* all(options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent, void, undefined> {
    mustBeOpen();
    try {
      for await (const event of readAll(connection, end, options, deadlineMs)) {
        yield event;
        mustBeOpen();
      }
    } catch (error) {
      mustBeOpen();
      throw fault(error, address);
    }
  }

  async function* subscribeToAll({ signal, ...options }: SubscribeOptions): AsyncGenerator<Delivery, void, undefined> {
    mustBeOpen();
    try {
      yield* subscribe(connection, end, { ...options, signal: AbortSignal.any([signal, over.signal]), deadlineMs });
    } catch (error) {
      throw fault(error, address);
    }
  }

  return {
    async append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<Appended> {
      mustBeOpen();
      if (events.length === 0) throw new RangeError('an append needs at least one event');
      const appending = append(connection, stream, expected, events, deadlineMs);
      appends.add(appending);
      try {
        const appended = await appending;
        end.knows(appended.position);
        return appended;
      } catch (error) {
        throw fault(error, address);
      } finally {
        appends.delete(appending);
      }
    },

    async readStream(name: string, fromRevision = 0): Promise<readonly RecordedEvent[]> {
      mustBeOpen();
      return told(readStream(connection, name, fromRevision, deadlineMs));
    },

    readAll: all,

    async lastPosition(): Promise<string | undefined> {
      mustBeOpen();
      return told(end.last());
    },

    async endsBefore(position: string, signal?: AbortSignal): Promise<boolean> {
      mustBeOpen();
      return told(end.endsBefore(position, signal));
    },

    subscribeToAll,

    check: () => check(connection, address),

    isPosition: isEventStoreDbPosition,

    close(): Promise<void> {
      closing ??= Promise.allSettled(appends).then(async () => {
        over.abort();
        await connection.close();
      });
      return closing;
    },
  };
}

async function check(connection: Connection, address: EventStoreAddress): Promise<void> {
  try {
    const version = await connection.serverVersion(checkMs);
    const [major = 0, minor = 0] = (/^(\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);
    if (major < leastVersion[0] || (major === leastVersion[0] && minor < leastVersion[1])) {
      throw new EventStoreUnavailable(`${address.named} runs version ${/^[\w.+-]{1,40}$/.test(version) ? version : 'unknown'}: servers from ${leastVersion.join('.')} on are needed, upgrade it`);
    }
    await lastPosition(connection, checkMs);
  } catch (error) {
    throw fault(error, address);
  }
}
