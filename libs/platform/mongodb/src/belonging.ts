import { insertMissing } from './inserting.js';
import type { Mongo } from './mongo.js';

export interface BelongingOptions {
  readonly mongo: Pick<Mongo, 'hosts' | 'connection' | 'run'>;
  /** What is kept there: `keys`. */
  readonly what: string;
  /** Names the address, for messages. */
  readonly variable: string;
  /** Id of the log's first event; undefined for a log without any. */
  readonly firstEvent: () => Promise<string | undefined>;
  /** Answers why a database that nobody has taken yet cannot be that of a log with events; undefined: it can. */
  readonly cannotBe?: () => Promise<string | undefined>;
}

/** A database, and the log beside it, are not of one system. Nothing was changed. */
export class AnotherLog extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'AnotherLog';
  }
}

interface LogDocument {
  /** What is kept there. */
  readonly _id: string;
  readonly firstEvent: string;
}

export const collectionOfLogs = 'belongs_to_log';

/**
 * Makes the check whether a database belongs to the log that it stands beside. It says so itself, by the id of that log's first event: written when the log has
 * one and nobody has said so yet, never changed. Asked once in a process; throws `AnotherLog` with one line for an operator.
 */
export function belonging({ mongo, what, variable, firstEvent, cannotBe }: BelongingOptions): () => Promise<void> {
  let isKnown = false;
  const said = (): Promise<readonly LogDocument[]> => mongo.run((database) => database.collection<LogDocument>(collectionOfLogs).find().toArray());

  async function first(): Promise<string | undefined> {
    try {
      return await firstEvent();
    } catch (error) {
      throw new Error(`whether it belongs to the log cannot be told yet, ALONGSIDE_EVENT_STORE: ${error instanceof Error ? error.message : 'unknown'}`, { cause: error });
    }
  }

  return async () => {
    while (!isKnown) {
      // Before the log: whatever stands here came after the log's first event.
      const found = await said();
      const wanted = await first();
      const refused = (why: string, or: string): AnotherLog => new AnotherLog(`${mongo.hosts}/${mongo.connection.name} ${why}: correct ${variable} or ALONGSIDE_EVENT_STORE, or ${or}`);
      if (wanted === undefined) {
        if (found.length > 0) throw refused('belongs to a log, and the one of ALONGSIDE_EVENT_STORE is empty', 'put the log back');
        return;
      }
      if (found.some((each) => each.firstEvent !== wanted)) throw refused('belongs to another log than that of ALONGSIDE_EVENT_STORE', 'name a database of its own');
      if (found.some(({ _id }) => _id === what)) {
        isKnown = true;
        return;
      }
      const why = await cannotBe?.();
      if (why !== undefined) throw refused(why, 'put back what was there');
      // Looked at once more: another process may have been first, beside another log.
      await mongo.run((database) => insertMissing(database.collection<LogDocument>(collectionOfLogs), [{ _id: what, firstEvent: wanted }]));
    }
  };
}
