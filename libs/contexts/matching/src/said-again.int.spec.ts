import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { testIds } from '@alongside/testing';
import { testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { coordinator, readySupporter, startMatching, waiting } from './told-by-others.fixture.js';

const { journeyId, coordinatorId } = testIds;

let app: TestApp;
let staff: TestClient;
let id: string;

beforeEach(async () => {
  app = await startMatching();
  staff = app.as(coordinator);
  id = await readySupporter(app);
});
afterEach(() => app.remove());

const of = async (name: string, body: object = {}) => {
  const answer = await staff.post(`/api/supporters/${id}/${name}`, body);
  await app.settled();
  return answer;
};
const onJourney = async (name: string, body: object = {}, client = staff) => {
  const { status, body: answer } = await client.post(`/api/matching/${journeyId}/${name}`, body);
  if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(answer)}`);
  await app.settled();
  return answer as Readonly<Record<string, string>>;
};
const supporter = async () => (await staff.get(`/api/supporters/${id}`)).body;
const revision = async (): Promise<unknown> => (await of('resume-supporter')).body.revision;

describe('said again', () => {
  test('a pause or a leaving tells of the same live relationships', async () => {
    await waiting(app, journeyId);
    await onJourney('propose-match', { supporterId: id });
    await onJourney('respond-to-match', { answer: 'accepted', side: 'mentee' });
    await onJourney('respond-to-match', { answer: 'accepted' }, app.as(testUser('supporter', { id })));
    const { relationshipId } = await onJourney('introduce', { contactPersonId: coordinatorId, firstMeetingAt: '2026-03-05T14:00:00.000Z' });
    const live = { liveRelationships: [{ journeyId, relationshipId }] };
    for (const name of ['pause-supporter', 'retire-supporter']) {
      const first = await of(name);
      expect(first.body).toMatchObject(live);
      expect((await of(name)).body).toEqual(first.body);
    }
  });

  test('the same words change nothing, other words are kept or refused', async () => {
    const before = await revision();
    for (const [name, body] of [
      ['confirm-recovery', {}],
      ['record-check', { check: 'background-check', checkedOn: '2026-01-15', outcome: 'passed' }],
    ] as const)
      expect((await of(name, body)).body.revision).toBe(before);

    const twice = async (name: string, body: object): Promise<void> => {
      const { status, body: first } = await of(name, body);
      expect(status).toBe(200);
      expect((await of(name, body)).body.revision).toBe(first.revision);
    };
    await twice('confirm-recovery', { note: 'Steady for a year.' });
    await twice('record-check', { check: 'background-check', checkedOn: '2026-01-15', outcome: 'passed', reference: 'BC-17' });
    expect(await supporter()).toMatchObject({ notes: { recoveryNote: 'Steady for a year.' }, checks: [{ check: 'background-check', reference: 'BC-17' }] });
    expect((await supporter()).checks).toHaveLength(1);
    await twice('pause-supporter', { reason: 'A holiday.', reviewOn: '2026-04-06' });
    await twice('pause-supporter', { reviewOn: '2026-05-04' });
    expect(await supporter()).toMatchObject({ notes: { pause: { reason: 'A holiday.', reviewOn: '2026-05-04' } } });
    await twice('pause-supporter', { reason: 'An operation.' });
    expect(await supporter()).toMatchObject({ notes: { pause: { reason: 'An operation.', reviewOn: '2026-05-04' } } });
    await twice('retire-supporter', { reason: 'Moving away.' });
    const other = await of('retire-supporter', { reason: 'A new job.' });
    expect([other.status, other.body.rule]).toEqual([409, 'retired']);
    expect(await supporter()).toMatchObject({ notes: { leaving: { reason: 'Moving away.' } } });
  });

  test('a connection is noted anew', async () => {
    await waiting(app, journeyId);
    const declare = (note?: string) => onJourney('declare-connection', { supporterId: id, kind: 'know-each-other', ...(note !== undefined && { note }) });
    const noted = async () => (await staff.get(`/api/matching/${journeyId}`)).body.connections;
    await declare('Neighbours.');
    const first = await declare('Cousins, too.');
    expect(JSON.stringify(await noted())).toContain('Cousins, too.');
    expect((await declare('Cousins, too.'))['revision']).toBe(first['revision']);
    expect((await declare())['revision']).toBe(first['revision']);
    await onJourney('declare-connection', { supporterId: id, kind: 'know-each-other', menteeAgrees: true });
    expect(JSON.stringify(await noted())).toContain('Cousins, too.');
  });
});

describe('the link by which a mentee answers', () => {
  test('says that the date has passed, as answering by it does', async () => {
    await waiting(app, journeyId);
    const { link = '' } = await onJourney('propose-match', { supporterId: id });
    const path = new URL(link).pathname;
    const told = async () => [await app.get(path), await app.post(path, { answer: 'accepted' })].map(({ status, body }) => [status, body.rule]);
    expect((await app.get(path)).status).toBe(200);
    app.clock.advanceTo('2026-03-10T00:05:00.000Z');
    expect(await told()).toEqual([[409, 'proposal-expired'], [409, 'proposal-expired']]);
    await app.settled();
    expect((await staff.get(`/api/matching/${journeyId}`)).body).not.toHaveProperty('proposal');
    expect(await told()).toEqual([[409, 'proposal-expired'], [409, 'proposal-expired']]);
    // What is proposed next has a link of its own.
    await onJourney('propose-match', { supporterId: id });
    expect(await told()).toEqual([[409, 'proposal-expired'], [409, 'proposal-expired']]);
  });
});
