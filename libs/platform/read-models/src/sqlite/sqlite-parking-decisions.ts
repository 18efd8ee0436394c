import type { ParkingDecisions } from '../parking.js';
import { openSqliteFile } from './sqlite-file.js';

const schema = `
  CREATE TABLE IF NOT EXISTS skipped_events (
    read_model TEXT NOT NULL,
    event_id TEXT NOT NULL,
    sequence TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    PRIMARY KEY (read_model, event_id)
  ) WITHOUT ROWID;
`;

/** Decisions in a small SQLite file of their own, `synchronous=FULL`. Several processes may use it at the same time. */
export function openSqliteParkingDecisions({ file }: { readonly file: string }): ParkingDecisions {
  const database = openSqliteFile(file, 'FULL', schema);
  return {
    skip: ({ readModel, eventId, sequence, decidedAt }) =>
      database.write(() => {
        const values = [readModel, eventId, sequence, decidedAt];
        database.run('INSERT OR IGNORE INTO skipped_events (read_model, event_id, sequence, decided_at) VALUES (?, ?, ?, ?)', ...values);
      }),
    skipped: () =>
      database.read(() =>
        database.all('SELECT * FROM skipped_events ORDER BY read_model, event_id').map((row) => ({
          readModel: row['read_model'] as string,
          eventId: row['event_id'] as string,
          sequence: row['sequence'] as string,
          decidedAt: row['decided_at'] as string,
        })),
      ),
    close: async () => database.close(),
  };
}
