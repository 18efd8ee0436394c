import { createSecretKey } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from '@jest/globals';
import { EventCatalogue, event, isSealed, mentee, type AnyEventDefinition, type JsonObject, type RecordedEvent } from '@alongside/event-sourcing';
import { inMemorySubjectKeys, personalData, type SubjectKeys } from '@alongside/personal-data';
import { catalogueOfEvents } from '@alongside/service';
import { contexts } from '@alongside/system';
import { fileOfVersion, fixturesOf } from './fixtures.js';
import { verifyLog, type Fault } from './verify-log.js';

const root = join(import.meta.dirname, '..', '..', '..');
const catalogue = catalogueOfEvents(contexts);
const fixtures = fixturesOf(contexts);
const personal = personalData(inMemorySubjectKeys());

interface Frozen {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
}

const versions = fixtures.flatMap((fixture) =>
  Array.from({ length: fixture.definition.version }, (_, index) => ({
    name: `${fixture.definition.type} version ${index + 1}`,
    definition: fixture.definition,
    version: index + 1,
    file: fileOfVersion(fixture, index + 1),
  })),
);

const frozenAt = (file: string): Frozen => JSON.parse(readFileSync(join(root, file), 'utf8')) as Frozen;

/** As it stands in a log: sealed by the marks of its version. */
async function recorded({ type, schemaVersion, data }: Frozen, definition: AnyEventDefinition): Promise<RecordedEvent> {
  const id = '00000000-0000-4000-8000-000000000014';
  const metadata: RecordedEvent['metadata'] = {
    eventId: id,
    schemaVersion,
    occurredAt: '2026-03-02T10:00:00.000Z',
    recordedAt: '2026-03-02T10:00:00.000Z',
    actor: { id, role: 'coordinator' },
    organisationId: id,
    journeyId: id,
    commandId: id,
    correlationId: id,
  };
  const marked = { ...definition, personal: catalogue.personalAt(type, schemaVersion) } as unknown as AnyEventDefinition;
  return { stream: `fixture-${id}`, revision: 0, position: '0000000000000001', type, data: await personal.seal(marked, `fixture-${id}`, id, data, metadata), metadata };
}

/** Whether a path of a personal mark names something. */
function names(value: unknown, [segment, ...rest]: readonly string[]): boolean {
  if (segment === undefined) return value !== undefined && value !== null;
  if (typeof value !== 'object' || value === null) return false;
  if (segment === '*') return Object.values(value).some((each) => names(each, rest));
  return names((value as Readonly<Record<string, unknown>>)[segment], rest);
}

describe('every event ever written', () => {
  test.each(versions)('$name has a fixture that loads', async ({ definition, version, file }) => {
    if (!existsSync(join(root, file))) throw new Error(`${file} is missing: npm run fixtures`);
    const frozen = frozenAt(file);
    expect(frozen).toMatchObject({ type: definition.type, schemaVersion: version });
    const stored = await recorded(frozen, definition);
    const today = await catalogue.openedUpToDate(stored, (data) => personal.open(data));
    expect(today.metadata.schemaVersion).toBe(definition.version);
    expect(catalogue.upToDate(stored).metadata.schemaVersion).toBe(definition.version);
    // A field that is not among today's was renamed or taken away: that is a new version, with an upcaster.
    expect(Object.keys(definition.options.example as object)).toEqual(expect.arrayContaining(Object.keys(today.data)));
    if (version === definition.version) expect(today.data).toEqual(frozen.data);
  });

  test.each(fixtures.filter(({ definition }) => Object.keys(definition.personal).length > 0))('$definition.type has an example of each personal field', ({ definition }) => {
    const missing = Object.keys(definition.personal).filter((path) => !names(definition.options.example, path.split('.')));
    expect(missing).toEqual([]);
  });

  it('has a definition for every fixture', () => {
    const known = new Set(versions.map(({ file }) => file));
    const folders = [...new Set(fixtures.map(({ file }) => file.slice(0, file.lastIndexOf('/'))))];
    const present = folders.filter((folder) => existsSync(join(root, folder))).flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`));
    expect(present.filter((file) => !known.has(file))).toEqual([]);
  });
});

describe('an event of an earlier version with sealed fields', () => {
  const frozen = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'FixtureContactTold.v1.sealed.json'), 'utf8')) as { readonly key: string; readonly event: RecordedEvent };
  const FixtureContactTold = event('FixtureContactTold').of<{ contact: { name: string; numbers: readonly string[] }; channel: string }>({
    version: 2,
    says: 'Somebody told how to reach them; in the first version with one number.',
    personal: { 'contact.name': mentee, 'contact.numbers.*': mentee },
    personalBefore: { 1: { name: mentee, telephone: mentee } },
    upcast: { 1: ({ name, telephone, ...rest }) => ({ ...rest, contact: { name: name ?? '', numbers: [telephone ?? ''] } }) },
    example: { contact: { name: 'Robin Example', numbers: ['01632 960011'] }, channel: 'telephone' },
  });
  const events = new EventCatalogue([FixtureContactTold]);
  const key = createSecretKey(Buffer.from(frozen.key, 'base64'));
  const keysThat = (find: SubjectKeys['find']): SubjectKeys => ({ ...inMemorySubjectKeys(), find });
  const withKey = personalData(keysThat(async (subjects) => new Map(subjects.map((subject) => [subject, key]))));
  const afterErasure = personalData(keysThat(async (subjects) => new Map(subjects.map((subject) => [subject, 'erased']))));

  const verified = async (personalNow: typeof withKey) => {
    const faults: Fault[] = [];
    async function* readAll() {
      yield frozen.event;
    }
    const { sealed, upcast } = await verifyLog({ store: { readAll }, catalogue: events, personal: personalNow, onFault: (fault) => faults.push(fault) });
    return { faults, sealed, upcast };
  };

  it('is opened by the marks of its version and brought up to date', async () => {
    const today = await events.openedUpToDate(frozen.event, (data) => withKey.open(data));
    expect(today.data).toEqual({ contact: { name: 'Robin Example', numbers: ['01632 960011'] }, channel: 'telephone' });
  });

  it('is brought up to date sealed, and opens afterwards', async () => {
    const today = events.upToDate(frozen.event);
    expect(isSealed((today.data as { contact: { name: unknown } }).contact.name)).toBe(true);
    expect(await withKey.open(today.data)).toEqual({ contact: { name: 'Robin Example', numbers: ['01632 960011'] }, channel: 'telephone' });
  });

  it('reads erased once its person was, and replays all the same', async () => {
    const erased = { contact: { name: 'erased', numbers: ['erased'] }, channel: 'telephone' };
    expect((await events.openedUpToDate(frozen.event, (data) => afterErasure.open(data))).data).toEqual(erased);
    expect(await afterErasure.open(events.upToDate(frozen.event).data)).toEqual(erased);
  });

  it('is in order before and after', async () => {
    expect(await verified(withKey)).toEqual({ faults: [], sealed: { opened: 2, erased: 0, corrupt: 0 }, upcast: 1 });
    expect(await verified(afterErasure)).toEqual({ faults: [], sealed: { opened: 0, erased: 2, corrupt: 0 }, upcast: 1 });
  });
});
