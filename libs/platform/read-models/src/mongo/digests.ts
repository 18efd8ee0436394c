import { randomUUID } from 'node:crypto';
import type { mongo } from 'mongoose';
import type { DigestRow, DocumentWrite, Lease } from '../read-model-store.js';
import { collections, digestsOf, type Databases, type DigestsRow } from './collections.js';
import { seenOf, writeUnlessNewer } from './conditional-writes.js';

export interface DigestRows {
  /** Makes the rows durable. A forgotten subject's are left out, also where it is forgotten meanwhile. */
  write(lease: Lease, copy: number, documents: readonly DocumentWrite[]): Promise<void>;
  /** Ids of the documents that stand beside all of these digests. */
  beside(copy: number, organisation: string, field: string, digests: readonly string[]): Promise<readonly string[]>;
  /** Documents that stand beside any of them, and beside which; those beside most first. */
  alike(copy: number, organisation: string, field: string, digests: readonly string[], limit?: number): Promise<readonly Alike[]>;
  forget(copies: readonly number[], subject: string): Promise<void>;
  forgotten(): Promise<readonly string[]>;
}

export interface Alike {
  readonly id: string;
  readonly digests: readonly string[];
}

type Sources = DigestsRow['sources'];

export function digestRows({ on }: Pick<Databases, 'on'>): DigestRows {
  const forgotten = <T>(work: (rows: mongo.Collection<{ _id: string }>) => Promise<T>): Promise<T> =>
    on((database) => work(database.collection<{ _id: string }>(collections.forgotten)));
  const rowsOf = <T>(copy: number, work: (rows: mongo.Collection<DigestsRow>) => Promise<T>): Promise<T> =>
    on((database) => work(database.collection<DigestsRow>(digestsOf(copy))));

  async function forgottenOf(subjects: readonly string[]): Promise<ReadonlySet<string>> {
    if (subjects.length === 0) return new Set();
    const found = await forgotten((rows) => rows.find({ _id: { $in: [...subjects] } }).toArray());
    return new Set(found.map(({ _id }) => _id));
  }

  /** From what was read and from nothing newer; once more where somebody wrote meanwhile. */
  async function takeOut(copy: number, subject: string): Promise<void> {
    for (;;) {
      const found = await rowsOf(copy, (rows) => rows.find({ subjects: subject }).toArray());
      if (found.length === 0) return;
      for (const { _id, stamp, sources } of found) {
        const left = summed(sources.filter((each) => each.subject !== subject));
        await rowsOf(copy, (rows) => rows.updateOne({ _id, stamp }, { $set: left }));
      }
    }
  }

  return {
    write: async (lease, copy, documents) => {
      const written = documents.flatMap((document) => Object.entries(document.digests ?? {}).map(([field, rows]) => ({ document, field, sources: sourcesOf(rows) })));
      if (written.length === 0) return;
      const subjects = [...new Set(written.flatMap(({ sources }) => sources.map(({ subject }) => subject)))];
      const gone = await forgottenOf(subjects);
      const rows = written.map(
        ({ document: { id, organisationId, position }, field, sources }): DigestsRow => ({
          _id: `${field} ${id}`,
          _seen: seenOf(position, lease),
          document: id,
          field,
          organisation: organisationId,
          ...summed(sources.filter(({ subject }) => !gone.has(subject))),
        }),
      );
      const absent = new Map(written.flatMap(({ document, field }) => (document.isNew ? [[`${field} ${document.id}`, 'absent'] as const] : [])));
      await writeUnlessNewer(on, digestsOf(copy), rows, absent);
      // Looked at again afterwards: of a subject that is forgotten at this moment either we see it, or who forgets it sees these rows.
      for (const subject of await forgottenOf(subjects.filter((each) => !gone.has(each)))) await takeOut(copy, subject);
    },
    beside: async (copy, organisation, field, digests) => {
      const filter = { organisation, field, digests: digests.length === 1 ? (digests[0] as string) : { $all: [...digests] } };
      return (await rowsOf(copy, (rows) => rows.find(filter, { projection: { document: 1 } }).toArray())).map(({ document }) => document);
    },
    alike: async (copy, organisation, field, digests, limit) => {
      const bound = digests.length === 1 && limit !== undefined ? { limit } : {};
      const found = await Promise.all(
        [...new Set(digests)].map(async (digest) => {
          const rows = await rowsOf(copy, (each) => each.find({ organisation, field, digests: digest }, { projection: { document: 1 }, sort: { document: 1 }, ...bound }).toArray());
          return rows.map(({ document }) => ({ document, digest }));
        }),
      );
      const alike = new Map<string, string[]>();
      for (const { document, digest } of found.flat()) {
        const known = alike.get(document);
        if (known) known.push(digest);
        else alike.set(document, [digest]);
      }
      const ordered = [...alike].map(([id, own]) => ({ id, digests: own })).sort((one, other) => other.digests.length - one.digests.length || (one.id < other.id ? -1 : 1));
      return limit === undefined ? ordered : ordered.slice(0, limit);
    },
    forget: async (copies, subject) => {
      for (const copy of copies) await takeOut(copy, subject);
    },
    forgotten: async () => (await forgotten((rows) => rows.find({}).toArray())).map(({ _id }) => _id),
  };
}

function sourcesOf(rows: readonly DigestRow[]): Sources {
  const subjects = new Map<string, Set<string>>();
  for (const { subject, digest } of rows) {
    const digests = subjects.get(subject);
    if (digests) digests.add(digest);
    else subjects.set(subject, new Set([digest]));
  }
  return [...subjects].map(([subject, digests]) => ({ subject, digests: [...digests] }));
}

function summed(sources: Sources): Pick<DigestsRow, 'sources' | 'digests' | 'subjects' | 'stamp'> {
  return {
    sources,
    digests: [...new Set(sources.flatMap(({ digests }) => digests))],
    // What is nobody's is never forgotten.
    subjects: sources.flatMap(({ subject }) => (subject === '' ? [] : [subject])),
    stamp: randomUUID(),
  };
}
