import { existsSync } from 'node:fs';
import { openSqliteParkingDecisions } from '@alongside/read-models';
import { copyLoopState } from './copy-loop-state.js';

export interface StateCopy {
  readonly dataFolder: string;
  /** The embedded system's own; one that is not there holds nothing. */
  readonly files: Readonly<Record<'messages' | 'decisions' | 'keys' | 'accounts', string>>;
  /** Of the document database. */
  readonly address: string;
  readonly newPosition: (position: string) => Promise<string | undefined>;
  readonly signal: AbortSignal;
}

/**
 * Copies what stands beside the log into the document database: how far the loops have come, timers, dead letters, and decisions about parked events.
 * Read models are made anew from the log, messages come from the relays. Resolves with what it did; repeating it changes nothing.
 */
export async function copyState({ files, address, newPosition, signal }: StateCopy): Promise<readonly string[]> {
  const [{ openMongo }, { openMongoLoopState }, { openMongoParkingDecisions }] = await Promise.all([
    import('@alongside/mongodb'),
    import('@alongside/messaging/mongo'),
    import('@alongside/read-models/mongo'),
  ]);
  const mongo = openMongo({ url: address });
  try {
    await mongo.check();
    const lines: string[] = [];
    if (existsSync(files.messages)) {
      const loops = openMongoLoopState({ mongo });
      try {
        const copied = await copyLoopState({ file: files.messages, to: loops, newPosition, signal });
        lines.push(`${copied.checkpoints} checkpoints, ${copied.timers} timers and ${copied.deadLetters} dead letters taken over`);
      } finally {
        await loops.close();
      }
    }
    if (existsSync(files.decisions)) {
      const [from, to] = [openSqliteParkingDecisions({ file: files.decisions }), openMongoParkingDecisions({ mongo })];
      const skipped = await from.skipped();
      for (const each of skipped) await to.skip(each);
      await from.close();
      lines.push(`${skipped.length} decisions about parked events taken over`);
    }
    return lines;
  } finally {
    await mongo.close();
  }
}
