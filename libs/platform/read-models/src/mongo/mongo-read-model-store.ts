import { insertMissing, type Mongo } from '@alongside/mongodb';
import { CopyGone, LeaseLost } from '../errors.js';
import type { Document, Found } from '../read-model.js';
import type { Commit, DocumentWrite, Lease, ParkedEvent, ReadModelStore, ReplayRequest, StoredDocument } from '../read-model-store.js';
import { collections, databasesOf, documentsOf, type DocumentRow, type ParkedRow, type ReplayRow } from './collections.js';
import { placesOf, seenOf, writeUnlessNewer } from './conditional-writes.js';
import { copiesIn, liveIn, type Standing } from './copies.js';
import { digestRows } from './digests.js';
import { askedBy, behind, matching, sorting } from './filter-to-mongo.js';
import { leasesOn } from './leases.js';
import { liveReading } from './live-reading.js';
import { publicationIn, type Shown } from './publication.js';

const dumpPage = 500;

/**
 * Read models in MongoDB: a collection a copy. A commit is several writes, in the order that the port promises; each of them is conditional
 * on what is there, so that a commit that stopped half-way is completed by repeating it, and one that comes too late changes nothing.
 */
export function openMongoReadModelStore({ mongo }: { readonly mongo: Mongo }): ReadModelStore & { check(): Promise<void> } {
  const databases = databasesOf(mongo);
  const { on } = databases;
  const leases = leasesOn(on);
  const copies = copiesIn(databases, leases);
  const digests = digestRows(databases);
  const publication = publicationIn(databases);
  const reading = liveReading(copies);

  async function commit({ lease, documents, advance, parked = [], unparked = [] }: Commit): Promise<'committed' | 'held'> {
    const named = [...new Set([...documents.map(({ copy }) => copy), ...(advance?.copies ?? []), ...parked.map(({ copy }) => copy)])];
    const byCopy = Map.groupBy(documents, ({ copy }) => copy);
    const before = await copies.standing(lease, named);
    if (before.held) return 'held';
    try {
      await Promise.all([...byCopy].map(([copy, own]) => digests.write(lease, copy, own)));
      await Promise.all([
        ...[...byCopy].map(([copy, own]) => writeUnlessNewer(on, documentsOf(copy), own.map((each) => documentRow(lease, each)), placesOf(own))),
        writeUnlessNewer(on, collections.parked, parked.map((each) => parkedRow(lease, each))),
      ]);
      await show(lease, before, byCopy);
      const isHeld = advance ? !(await copies.advance(lease, advance.copies, advance.checkpoint, before)) : (await copies.standing(lease, named)).held;
      if (isHeld) return 'held';
    } catch (error) {
      if (error instanceof LeaseLost || error instanceof CopyGone) await takeBack(lease, before, byCopy, parked);
      throw error;
    }
    if (unparked.length > 0) await on((database) => database.collection<ParkedRow>(collections.parked).deleteMany({ _id: { $in: unparked.map(parkedId) } }));
    return 'committed';
  }

  /** Live copies without identities are what analysts see. */
  async function show(lease: Lease, { states }: Standing, byCopy: ReadonlyMap<number, readonly DocumentWrite[]>): Promise<void> {
    for (const state of states) {
      const live = liveIn(state);
      if (live?.identities !== 'none') continue;
      const own = byCopy.get(live.copy) ?? [];
      if (!live.published) await publish(lease, { readModel: state.readModel, copy: live.copy });
      else if (own.length > 0) await publication.follow(lease, { readModel: state.readModel, copy: live.copy }, own);
    }
  }

  async function publish(lease: Lease, shown: Shown): Promise<void> {
    await publication.publish(lease, shown);
    await copies.published(shown.readModel, shown.copy);
  }

  /** Too late: whoever took over has parked and shown what it had to. Events that were parked before stay. */
  async function takeBack(lease: Lease, { states }: Standing, byCopy: ReadonlyMap<number, readonly DocumentWrite[]>, parked: readonly ParkedEvent[]): Promise<void> {
    for (const { readModel, copies: own } of states) {
      for (const { copy, published } of own) {
        if (published) await publication.follow(lease, { readModel, copy }, await documentsIn(copy, (byCopy.get(copy) ?? []).map(({ id }) => id)));
      }
    }
    const checkpoints = new Map(states.flatMap((state) => state.copies.map((each) => [each.copy, each.checkpoint ?? ''])));
    const ours = parked.filter(({ copy, position }) => position > (checkpoints.get(copy) ?? '')).map(parkedId);
    const filter = { _id: { $in: ours }, '_seen.lease': lease.name, '_seen.epoch': lease.epoch };
    if (ours.length > 0) await on((database) => database.collection<ParkedRow>(collections.parked).deleteMany(filter));
    await copies.sweep();
  }

  async function documentsIn(copy: number, ids: readonly string[]): Promise<readonly StoredDocument[]> {
    if (ids.length === 0) return [];
    const filter = { _id: ids.length === 1 ? (ids[0] as string) : { $in: [...ids] } };
    const rows = await on((database) => database.collection<DocumentRow>(documentsOf(copy)).find(filter, { projection: withoutFields, batchSize: ids.length }).toArray());
    return rows.map(storedDocument);
  }

  async function mustBeThere(copy: number): Promise<void> {
    if (!(await copies.isThere(copy))) throw new CopyGone();
  }

  const idsBeside = (copy: number, organisation: string, wanted: { readonly field: string; readonly all: readonly string[] } | undefined): Promise<readonly string[] | undefined> =>
    wanted && wanted.all.length > 0 ? digests.beside(copy, organisation, wanted.field, wanted.all) : Promise.resolve(undefined);

  return {
    copies: copies.all,
    create: async (copy) => {
      const made = await copies.create(copy);
      if (made?.live && copy.identities !== 'none') await publication.withdraw(copy.readModel);
      return made;
    },
    prepare: copies.prepare,
    drop: copies.drop,
    discard: copies.discard,
    swap: async (lease, named) => {
      const swapped = await copies.swap(lease, named);
      if (swapped === 'behind') return 'behind';
      await copies.sweep();
      const standing = await copies.standing(lease, named);
      for (const state of standing.states) if (liveIn(state)?.identities !== 'none') await publication.withdraw(state.readModel);
      await show(lease, standing, new Map());
      return 'swapped';
    },
    hold: copies.hold,

    commit,
    load: async (copy, ids) => {
      const [found] = await Promise.all([documentsIn(copy, ids), mustBeThere(copy)]);
      return found;
    },
    dump: async function* (copy) {
      for (let after: string | undefined; ; ) {
        const filter = after === undefined ? {} : { _id: { $gt: after } };
        const rows = await on((database) =>
          database.collection<DocumentRow>(documentsOf(copy)).find(filter, { projection: withoutFields }).sort({ _id: 1 }).limit(dumpPage).toArray(),
        );
        // A collection that is gone reads as an empty one.
        await mustBeThere(copy);
        yield* rows.map(storedDocument);
        if (rows.length < dumpPage) return;
        after = rows.at(-1)?._id;
      }
    },

    get: (readModel, id) =>
      reading<Document | undefined>(readModel, undefined, async (copy) => {
        const row = await on((database) => database.collection<DocumentRow>(documentsOf(copy)).findOne({ _id: id }, { projection: { json: 1 } }));
        return typeof row?.json === 'string' ? (JSON.parse(row.json) as Document) : undefined;
      }),
    find: (readModel, query) =>
      reading<readonly Found<Document>[]>(readModel, [], async (copy) => {
        const ids = await idsBeside(copy, query.organisationId, query.digests);
        if (ids?.length === 0) return [];
        const wanted = matching(query, ids);
        const filter = query.after ? { $and: [wanted, behind(query.sort, query.after)] } : wanted;
        // One batch: what a swap removes while it is read is then read whole or not at all.
        const options = { projection: { json: 1 }, sort: sorting(query.sort), limit: query.limit, batchSize: query.limit };
        const rows = await on((database) => database.collection<DocumentRow>(documentsOf(copy)).find(filter, options).toArray());
        return rows.map(({ _id, json }) => ({ id: _id, document: JSON.parse(json as string) as Document }));
      }),
    count: (readModel, query) =>
      reading(readModel, 0, async (copy) => {
        const ids = await idsBeside(copy, query.organisationId, query.digests);
        if (ids?.length === 0) return 0;
        return await on((database) => database.collection<DocumentRow>(documentsOf(copy)).countDocuments(matching(query, ids)));
      }),
    findByDigests: (readModel, organisationId, field, wanted, limit) =>
      reading<readonly { readonly id: string; readonly digests: readonly string[] }[]>(readModel, [], (copy) => digests.alike(copy, organisationId, field, wanted, limit)),
    forgetSubject: async (subject) => {
      // Whoever asked for the erasure and what finishes it may come at the same time.
      await on((database) => insertMissing(database.collection<{ readonly _id: string }>(collections.forgotten), [{ _id: subject }]));
      await copies.sweep();
      await digests.forget((await copies.all()).map(({ copy }) => copy), subject);
    },
    forgotten: digests.forgotten,

    parked: async () => (await on((database) => database.collection<ParkedRow>(collections.parked).find({}).sort({ copy: 1, sequence: 1, position: 1 }).toArray())).map(parkedEvent),
    requestReplay: async ({ id, readModel, sequence }) => {
      await on((database) => database.collection<ReplayRow>(collections.replays).replaceOne({ _id: id }, { readModel, sequence }, { upsert: true }));
    },
    replayRequests: async () => (await on((database) => database.collection<ReplayRow>(collections.replays).find({}).sort({ _id: 1 }).toArray())).map(replayRequest),
    answerReplay: async (id, outcome) => {
      await on((database) => database.collection<ReplayRow>(collections.replays).updateOne({ _id: id }, { $set: { outcome } }));
    },
    removeReplay: async (id) => {
      await on((database) => database.collection<ReplayRow>(collections.replays).deleteOne({ _id: id }));
    },

    lease: leases.current,
    takeLease: async (name, seen) => {
      const lease = await leases.take(name, seen);
      if (lease) await copies.fence(lease);
      return lease;
    },
    beat: leases.beat,
    release: leases.release,
    check: () => mongo.check(),
    // The connection is its owner's.
    close: async () => undefined,
  };
}

const withoutFields = { fields: 0, lists: 0 } as const;

function documentRow(lease: Lease, { id, organisationId, position, document, late }: DocumentWrite): DocumentRow {
  const row = { _id: id, _seen: seenOf(position, lease), ...(late ? { late } : {}) };
  if (!document) return { ...row, formerOrganisation: organisationId };
  return { ...row, organisation: organisationId, json: JSON.stringify(document), ...askedBy(document) };
}

function storedDocument({ _id, _seen, organisation, formerOrganisation, json, late }: DocumentRow): StoredDocument {
  return {
    id: _id,
    organisationId: organisation ?? formerOrganisation ?? '',
    position: _seen.position,
    ...(json === undefined ? {} : { document: JSON.parse(json) as Document }),
    ...(late === undefined ? {} : { late }),
  };
}

function parkedId({ copy, sequence, position }: Pick<ParkedEvent, 'copy' | 'sequence' | 'position'>): string {
  return `${copy} ${position} ${sequence}`;
}

function parkedRow(lease: Lease, event: ParkedEvent): ParkedRow {
  return { ...event, _id: parkedId(event), _seen: seenOf(event.position, lease) };
}

function parkedEvent({ _id, _seen, ...event }: ParkedRow): ParkedEvent {
  return event;
}

function replayRequest({ _id, readModel, sequence, outcome }: ReplayRow): ReplayRequest {
  return { id: _id, readModel, sequence, ...(outcome === undefined ? {} : { outcome }) };
}
