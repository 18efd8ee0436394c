import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fold, type Belonging, type Occurred } from '@alongside/event-sourcing';
import { openSqliteEventStore, type EventStore } from '@alongside/event-store';
import { eraseSubjects, inMemorySubjectKeys, personalData, type PersonalData } from '@alongside/personal-data';
import { accessRecorder, accessRecords, AccessRecorded, relationOf, type Opening } from './access-record.js';
import type { Grant, User } from './session.js';

const clock = { now: () => new Date('2026-03-01T09:00:00.000Z') };
const journeyId = 'c6a3b0c2-7a49-4c8e-9f50-1d2f3a4b5c6d';
const stream = `access-referrals-${journeyId}`;
const reader: User = { id: 'staff-1', organisationId: 'ours', grants: [{ role: 'coordinator', sites: ['north'] }] };
const opening: Opening = {
  context: 'referrals',
  recordId: journeyId,
  what: 'referral',
  reader,
  roles: ['coordinator'],
  belonging: { organisationId: 'ours', siteId: 'north', journeyId },
};

let folder: string;
let store: EventStore;
let data: PersonalData;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-'));
  store = openSqliteEventStore({ file: join(folder, 'events.sqlite') });
  data = personalData(inMemorySubjectKeys());
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const recorder = () => accessRecorder({ store, sealer: data, clock });

describe('the access record', () => {
  it('says who opened what, when, and how they stand to it', async () => {
    const { revision } = await recorder()(opening);
    const [recorded] = await store.readStream(stream);
    expect(revision).toBe(0);
    expect(recorded).toMatchObject({
      type: 'AccessRecorded',
      data: { context: 'referrals', recordId: journeyId, what: 'referral', why: { relation: 'coordinator-of-site' }, reader: { id: 'staff-1', roles: ['coordinator'] } },
      metadata: { actor: { id: 'staff-1', role: 'coordinator' }, organisationId: 'ours', siteId: 'north', journeyId, occurredAt: '2026-03-01T09:00:00.000Z' },
    });
  });

  it("keeps the reader's reason sealed, and erases it with whom it is about", async () => {
    await recorder()({ ...opening, reason: 'Her sister Ida rang' });
    const [recorded] = await store.readStream(stream);
    expect(JSON.stringify(recorded)).not.toContain('Ida');
    expect(await data.open(recorded?.data)).toMatchObject({ why: { relation: 'coordinator-of-site', reason: 'Her sister Ida rang' } });
    await eraseSubjects(data.keys, [`mentee-${journeyId}`], { at: '2026-03-02T09:00:00.000Z' });
    expect(await data.open(recorded?.data)).toMatchObject({ why: { relation: 'coordinator-of-site', reason: 'erased' } });
  });

  it.each<readonly [string, Partial<Belonging>, string]>([
    ['a supporter', { supporterId: 'b1' }, 'supporter-b1'],
    ['neither mentee nor supporter', {}, 'staff-staff-1'],
  ])('of %s is sealed for whom it is about', async (_whose, belonging, subject) => {
    await recorder()({ ...opening, belonging: { organisationId: 'ours', ...belonging }, reason: 'Asked by phone' });
    await eraseSubjects(data.keys, [subject], { at: '2026-03-02T09:00:00.000Z' });
    expect(await data.open((await store.readStream(stream))[0]?.data)).toMatchObject({ why: { reason: 'erased' } });
  });

  it('has an entry for each opening, however many open the record at once in several processes', async () => {
    const [one, other] = [recorder(), recorder()];
    await Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 ? one : other)({ ...opening, reader: { ...reader, id: `staff-${index}` } })));
    const readers = (await store.readStream(stream)).map(({ metadata }) => metadata.actor.id);
    expect(new Set(readers).size).toBe(40);
    expect(readers).toHaveLength(40);
  });

  it('finds the end of a stream that it has forgotten', async () => {
    const record = accessRecorder({ store, sealer: data, clock, remembered: 1 });
    await record(opening);
    await record({ ...opening, recordId: 'another' });
    expect((await record(opening)).revision).toBe(1);
  });

  it('is not there when it could not be written', async () => {
    const failing = accessRecorder({ store: { append: () => Promise.reject(new Error('disk full')) }, sealer: data, clock });
    await expect(failing(opening)).rejects.toThrow('disk full');
  });

  it('belongs where the record belonged when it was last opened', async () => {
    await recorder()(opening);
    await recorder()({ ...opening, belonging: { organisationId: 'ours', siteId: 'south', journeyId } });
    const events = (await store.readStream(stream)) as unknown as Occurred<ReturnType<typeof AccessRecorded>>[];
    expect(accessRecords.belonging(fold(accessRecords.decider, events), `referrals-${journeyId}`)).toEqual({ organisationId: 'ours', siteId: 'south', journeyId });
  });
});

describe('how a reader stands to a record', () => {
  it.each<readonly [Grant['role'], Partial<Belonging>, string]>([
    ['coordinator', {}, 'coordinator-of-site'],
    ['supervisor', { supervisorId: 'staff-1' }, 'supervisor-of-supporter'],
    ['supervisor', {}, 'supervisor-of-site'],
    ['supporter', { journeyId }, 'supporter-of-mentee'],
    ['supporter', {}, 'own-record'],
    ['referrer', { journeyId }, 'own-referral'],
    ['administrator', {}, 'administrator'],
    ['auditor', {}, 'auditor'],
    ['analyst', {}, 'analyst'],
  ])('%s of %j: %s', (role, belonging, relation) => {
    expect(relationOf(role, reader, { organisationId: 'ours', ...belonging })).toBe(relation);
  });
});
