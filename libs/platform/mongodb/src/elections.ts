import type { mongo } from 'mongoose';

/** What was heard of elections. */
export interface Elections {
  /** Another number after each election. */
  count(): number;
  /** Resolves when what the primary says counts. Rejects as `write` does. */
  settled(): Promise<void>;
}

/**
 * A primary that was just elected may not know yet which writes most members have. Until it does, it answers with what it knew before: a key whose subject
 * was erased, a document without its last change. What it acknowledges comes after all that was acknowledged before, so one write is enough.
 * @param known the id of the last election before
 * @param write is to be acknowledged by most members; it need not change anything
 */
export function electionsOn(client: Pick<mongo.MongoClient, 'on'>, known: string | undefined, write: () => Promise<unknown>): Elections {
  let last = known;
  let count = 0;
  let settled = 0;
  let settling: Promise<void> | undefined;

  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    const id = electionIn(newDescription);
    // A primary that is away for a moment is still the one that was elected.
    if (id === undefined || id === last) return;
    if (last !== undefined) count += 1;
    last = id;
  });

  async function settle(): Promise<void> {
    while (settled !== count) {
      const wanted = count;
      await write();
      settled = wanted;
    }
  }

  return {
    count: () => count,
    async settled() {
      if (settled === count) return;
      settling ??= settle().finally(() => (settling = undefined));
      await settling;
    },
  };
}

/** Undefined: no replica set, or no primary now. */
function electionIn({ servers }: Pick<mongo.TopologyDescription, 'servers'>): string | undefined {
  return [...servers.values()].find(({ type }) => type === 'RSPrimary')?.electionId?.toHexString();
}

/** The election that whoever answers was made the primary by; undefined of servers that hold none. */
export async function electionOf(database: mongo.Db): Promise<string | undefined> {
  const { electionId } = (await database.command({ hello: 1 })) as { readonly electionId?: mongo.ObjectId };
  return electionId?.toHexString();
}
