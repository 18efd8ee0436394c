import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { assessment, evaluation, organisations, referrals, supervision } from '@alongside/contracts';
import { uuidOf } from '@alongside/event-sourcing';
import { testIds } from '@alongside/testing';
import { tell, testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { supporterAggregate } from './domain/supporter.js';
import { coordinator, information, readySupporter, startMatching, waiting } from './told-by-others.fixture.js';

const { journeyId, siteId, otherSiteId, personId, coordinatorId } = testIds;
const elsewhere = testUser('coordinator', { id: uuidOf('test', 'elsewhere'), sites: [otherSiteId] });
const firstMeetingAt = '2026-03-05T14:00:00.000Z';

let app: TestApp;
let staff: TestClient;

beforeEach(async () => {
  app = await startMatching();
  staff = app.as(coordinator);
});
afterEach(() => app.remove());

const act = (name: string, body: object = {}, client = staff, journey: string = journeyId) => client.post(`/api/matching/${journey}/${name}`, body);
const done = async (answer: Promise<{ status: number; body: unknown }>): Promise<Record<string, string>> => {
  const { status, body } = await answer;
  if (status > 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  await app.settled();
  return body as Record<string, string>;
};
const did = (name: string, body: object = {}, client = staff, journey: string = journeyId) => done(act(name, body, client, journey));
const asSupporter = (id: string) => app.as(testUser('supporter', { id }));
const suggestions = async (journey: string = journeyId) => (await staff.get(`/api/matching/${journey}/suggestions`)).body;
const view = async (journey: string = journeyId) => (await staff.get(`/api/matching/${journey}`)).body;
const supporter = async (id: string) => (await staff.get(`/api/supporters/${id}`)).body;

async function agreed(supporterId: string, journey: string = journeyId): Promise<void> {
  await did('propose-match', { supporterId }, staff, journey);
  await did('respond-to-match', { answer: 'accepted', by: 'mentee' }, staff, journey);
  await did('respond-to-match', { answer: 'accepted' }, asSupporter(supporterId), journey);
}
async function anotherWaiting(): Promise<string> {
  const another = uuidOf('test', 'another-waiting');
  await waiting(app, another);
  return another;
}
const introduce = (journey: string = journeyId, headers = {}) => staff.post(`/api/matching/${journey}/introduce`, { contactPersonId: coordinatorId, firstMeetingAt }, headers);

const ended = (relationshipId: string, supporterId: string, more: object = {}) =>
  tell(app, supervision.RelationshipEnded, {
    journeyId,
    personId,
    siteId,
    beganAt: '2026-01-05T09:00:00.000Z',
    relationshipId,
    supporterId,
    ending: 'not-a-good-fit',
    wantsAnother: true,
    endedOn: '2026-03-02',
    lessons: ['different-gender', 'shared-interests-matter'],
    ...more,
  });

describe('the second match', () => {
  test('fails on the facts, is matched again on a shared love of art, and everybody sees what the other allowed', async () => {
    const obvious = await readySupporter(app, { name: 'Greta Vandermoor', email: 'greta@example.org', gender: 'woman', interests: ['pub quiz'] });
    const sociable = await readySupporter(app, { name: 'Wilma Sandstrom', email: 'wilma@example.org', gender: 'woman', interests: ['pub quiz'] });
    const painter = await readySupporter(app, { name: 'Tomasz Okoro', email: 'tomasz@example.org', gender: 'man', interests: ['Painting'] });
    expect((await staff.get(`/api/matching/${journeyId}`)).status).toBe(404);
    await waiting(app, journeyId);
    expect((await staff.get('/api/matching/waiting-list')).body.items).toMatchObject([{ journeyId, knownAs: 'Ashlyn', proposal: 'none', ready: true }]);

    const first = await suggestions();
    expect(first.suggested.map((each: { supporterId: string }) => each.supporterId).slice(0, 2).sort()).toEqual([obvious, sociable].sort());
    expect(first.suggested[0]).toMatchObject({ rank: 1, mayBeMatched: true, placesLeft: 1 });

    expect((await introduce()).body).toMatchObject({ rule: 'no-open-proposal' });
    const { link } = await did('propose-match', { supporterId: obvious });
    expect((await introduce()).body).toMatchObject({ rule: 'not-accepted-by-both' });

    // The supporter sees what the mentee allowed before accepting, the mentee likewise by their link.
    const mine = async () => (await asSupporter(obvious).get('/api/supporters/me')).body;
    expect((await mine()).proposals).toEqual([expect.objectContaining({ journeyId, answered: false, mentee: { 'first-name': 'Ashlyn', interests: ['pub quizzes'] } })]);
    expect((await asSupporter(sociable).get('/api/supporters/me')).body.proposals).toEqual([]);
    const path = new URL(link ?? '').pathname;
    expect((await app.get(path)).body).toMatchObject({ answered: false, supporter: { 'first-name': 'Greta' } });
    expect((await app.get(path)).body.supporter).not.toHaveProperty('interests');
    const answer = await app.post(path, { answer: 'accepted' });
    expect([answer.status, answer.body]).toEqual([200, { received: true, answer: 'accepted' }]);
    await app.settled();
    expect((await app.get(path)).body).toMatchObject({ answered: true, supporter: { interests: ['pub quiz'] } });
    await did('respond-to-match', { answer: 'accepted' }, asSupporter(obvious));
    expect((await mine()).proposals).toEqual([expect.objectContaining({ answered: true, mentee: { 'first-name': 'Ashlyn', interests: ['pub quizzes'], challenges: ['addiction'] } })]);
    expect((await staff.get('/api/matching/worklist')).body.items).toMatchObject([{ kind: 'introduction-due', journeyId, supporterId: obvious }]);

    const { relationshipId } = await done(introduce());
    expect(await view()).toMatchObject({ status: 'introduced', relationship: { relationshipId, supporterId: obvious, contactPersonId: coordinatorId, firstMeetingAt } });
    expect(await supporter(obvious)).toMatchObject({ placesTaken: 1, placesLeft: 0, barriers: [{ code: 'at-capacity' }] });
    expect((await app.get(path)).status).toBe(404);

    await ended(relationshipId ?? '', obvious);
    await tell(app, assessment.MatchingInformationRecorded, { journeyId, information: information({ interests: ['pub quizzes', 'art'] }), disclosure: {} });
    expect(await supporter(obvious)).toMatchObject({ placesTaken: 0 });
    expect(await view()).toMatchObject({ status: 'waiting', waitingSince: '2026-03-02T10:00:00.000Z', past: [{ supporterId: obvious, ending: 'not-a-good-fit' }] });

    const second = await suggestions();
    expect(second.suggested.map((each: { supporterId: string }) => each.supporterId)).toEqual([painter, sociable]);
    expect(second.suggested[0].reasons).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'shares-what-was-missing', verdict: 'for', facts: { terms: ['art'] } }),
        expect.objectContaining({ code: 'lesson-different-gender', verdict: 'for' }),
      ]),
    );
    expect(second.notSuggested).toEqual([expect.objectContaining({ supporterId: obvious, name: 'Greta Vandermoor', reasons: [expect.objectContaining({ code: 'pair-failed-before' })] })]);
    expect((await act('propose-match', { supporterId: obvious })).body).toMatchObject({ rule: 'pair-failed-before' });
    await agreed(painter);
    await done(introduce());
    expect(await view()).toMatchObject({ status: 'introduced', relationship: { supporterId: painter } });

    // What was considered then can be computed again from what was frozen.
    const { items } = (await staff.get(`/api/matching/${journeyId}/considered`)).body;
    expect(items).toHaveLength(2);
    expect(items[1].terms).toEqual({ version: 4 });
    const scores = (list: readonly { supporterId: string; score: number }[]) => list.map(({ supporterId, score }) => ({ supporterId, score }));
    expect(scores(items[1].computedAgain)).toEqual(scores(items[1].best));
    expect(scores(items[1].best)).toEqual(scores(second.suggested));
  }, 60_000);
});

test('a pair that was no good fit is not suggested on a later journey of the same person either', async () => {
  const id = await readySupporter(app);
  await waiting(app, journeyId);
  await agreed(id);
  const { relationshipId } = await done(introduce());
  await ended(relationshipId ?? '', id, { wantsAnother: false });
  await tell(app, evaluation.JourneyClosed, { journeyId, personId, siteId, outcome: 'ended-early', closedOn: '2026-03-02' });
  const later = uuidOf('test', 'a-year-later');
  await waiting(app, later);
  expect((await suggestions(later)).notSuggested).toEqual([expect.objectContaining({ supporterId: id, reasons: [expect.objectContaining({ code: 'pair-failed-before' })] })]);
  expect((await act('propose-match', { supporterId: id }, staff, later)).body).toMatchObject({ rule: 'pair-failed-before' });
  const another = uuidOf('test', 'somebody-who-came-before');
  // Neither, whoever they turn out to be, as long as both journeys are of that person.
  await tell(app, referrals.JourneyLinkedToPerson, { journeyId, personId: another });
  expect((await suggestions(later)).suggested).toEqual([expect.objectContaining({ supporterId: id })]);
  await tell(app, referrals.JourneyLinkedToPerson, { journeyId: later, personId: another });
  expect((await act('propose-match', { supporterId: id }, staff, later)).body).toMatchObject({ rule: 'pair-failed-before' });
}, 60_000);

test('a pair that was no good fit is not introduced, although it was proposed before it was known who the person is', async () => {
  const id = await readySupporter(app);
  await waiting(app, journeyId);
  await agreed(id);
  const { relationshipId } = await done(introduce());
  await ended(relationshipId ?? '', id, { wantsAnother: false });
  const [later, stranger] = [uuidOf('test', 'somebody-else'), uuidOf('test', 'another-person')];
  await waiting(app, later);
  await tell(app, referrals.JourneyLinkedToPerson, { journeyId: later, personId: stranger });
  await agreed(id, later);
  await tell(app, referrals.JourneyLinkedToPerson, { journeyId: later, personId });
  expect((await introduce(later)).body).toMatchObject({ rule: 'pair-failed-before' });
}, 60_000);

test('a supporter who knows the mentee is not suggested on a later journey of the same person either, until the mentee agrees there', async () => {
  const id = await readySupporter(app);
  await waiting(app, journeyId);
  await did('declare-connection', { supporterId: id, kind: 'know-each-other', note: 'They sang in one choir.' });
  await tell(app, evaluation.JourneyClosed, { journeyId, personId, siteId, outcome: 'ended-early', closedOn: '2026-03-02' });
  const later = uuidOf('test', 'a-year-later');
  await waiting(app, later);
  const obstacle = expect.objectContaining({ code: 'connection-declared', facts: { kind: 'know-each-other' } });
  expect((await suggestions(later)).notSuggested).toEqual([expect.objectContaining({ supporterId: id, reasons: [obstacle] })]);
  expect((await act('propose-match', { supporterId: id }, staff, later)).body).toMatchObject({ rule: 'connection-declared' });
  await did('declare-connection', { supporterId: id, kind: 'know-each-other', menteeAgrees: true }, staff, later);
  expect((await suggestions(later)).suggested).toMatchObject([{ supporterId: id }]);
  await did('propose-match', { supporterId: id }, staff, later);
  // What was considered then holds what speaks for and against, and no note.
  const [proposed] = (await app.platform.store.readStream(`matching-${later}`)).filter((each) => each.type === 'MatchProposed');
  expect((proposed?.data as { considered: { mentee: { connections: object[] } } }).considered.mentee.connections.map((each) => Object.keys(each).sort())).toEqual([['kind', 'menteeAgrees', 'supporterId']]);
}, 60_000);

describe('a journey that has just begun', () => {
  const received = (journey: string = journeyId) => tell(app, referrals.ReferralReceived, { journeyId: journey, personId, siteId, purpose: 'peer-support' });
  const early = [
    ['propose-match', { supporterId: uuidOf('test', 'nobody') }],
    ['introduce', { contactPersonId: coordinatorId, firstMeetingAt }],
    ['respond-to-match', { answer: 'accepted' }],
    ['withdraw-proposal', {}],
    ['leave-waiting-list', { reason: 'left' }],
    ['return-to-assessment', { reason: 'Other things come first.' }],
  ] as const;

  test.each(early)('%s is refused as too early, with the rule that says why', async (name, body) => {
    expect((await act(name, body)).status).toBe(404);
    await received();
    const refused = await act(name, body);
    expect([refused.status, refused.body.rule]).toEqual([409, 'not-waiting']);
    expect((await act(name, body, app.as(elsewhere))).status).toBe(404);
    expect((await app.platform.store.readStream(`matching-${journeyId}`)).map((each) => each.type)).toEqual(['MatchingJourneyHeard']);
  });

  test('has nothing to read, and waits like any other later on, at the site that it moved to', async () => {
    await received();
    for (const path of ['', '/suggestions']) expect((await staff.get(`/api/matching/${journeyId}${path}`)).status).toBe(404);
    expect((await staff.get('/api/matching/waiting-list')).body.items).toEqual([]);
    await tell(app, referrals.JourneyMoved, { journeyId, fromSiteId: siteId, toSiteId: otherSiteId });
    expect((await act('leave-waiting-list', { reason: 'left' })).status).toBe(404);
    expect((await act('leave-waiting-list', { reason: 'left' }, app.as(elsewhere))).body).toMatchObject({ rule: 'not-waiting' });
    await waiting(app, journeyId);
    expect((await app.as(elsewhere).get('/api/matching/waiting-list')).body.items).toMatchObject([{ journeyId, knownAs: 'Ashlyn' }]);
    // Heard of late: whoever waits already began with more.
    const unheard = uuidOf('test', 'begun-before');
    await waiting(app, unheard);
    await received(unheard);
    expect((await staff.get('/api/matching/waiting-list')).body.items).toMatchObject([{ journeyId: unheard }]);
    expect((await app.platform.store.readStream(`matching-${unheard}`)).map((each) => each.type)).not.toContain('MatchingJourneyHeard');
  });
});

describe('what was written down', () => {
  const note = 'Both like long walks.';
  test('is read by those who work with the mentee: notes, reasons, whose word it was, the first meeting', async () => {
    const id = await readySupporter(app, { gender: 'man', capacity: 3 });
    await waiting(app, journeyId, { preferences: [{ about: 'gender', value: 'woman', strength: 'must' }] });
    const overrides = [{ must: 'mentee-gender', reason: 'She asked for him.' }];
    await did('declare-connection', { supporterId: id, kind: 'know-each-other', menteeAgrees: true, note: 'They sang in one choir.', by: 'mentee' });
    expect(await view()).toMatchObject({ connections: [{ supporterId: id, note: 'They sang in one choir.', by: 'mentee', declaredAt: '2026-03-02T10:00:00.000Z' }] });

    await did('propose-match', { supporterId: id, overrides, note, by: 'mentee' });
    expect(await view()).toMatchObject({ proposal: { note, by: 'mentee', overridden: ['mentee-gender'], overrides } });
    await did('respond-to-match', { answer: 'turned-down', reason: 'Would like somebody nearer.', by: 'mentee' });
    await did('propose-match', { supporterId: id, overrides });
    await did('withdraw-proposal', { reason: 'The hours did not work out.', by: 'supporter' });
    const before = [
      { supporterName: 'Rosalind Quaverley', outcome: 'turned-down', side: 'mentee', reason: 'Would like somebody nearer.', closedBy: 'mentee', note, overrides },
      { outcome: 'withdrawn', cause: 'by-coordinator', reason: 'The hours did not work out.', closedBy: 'supporter' },
    ];
    expect(await view()).toMatchObject({ closedProposals: before });

    await did('return-to-assessment', { reason: 'A new diagnosis comes first.', by: 'mentee' });
    expect(await view()).toMatchObject({ status: 'over', pastWaits: [{ reason: 'returned-to-assessment', note: 'A new diagnosis comes first.', by: 'mentee' }] });
    const again = { journeyId, personId, siteId, beganAt: '2026-01-05T09:00:00.000Z', coordinatorId, knownAs: 'Ashlyn' };
    await tell(app, assessment.FoundSuitable, again);
    await did('propose-match', { supporterId: id, overrides });
    await did('respond-to-match', { answer: 'accepted', by: 'mentee' });
    expect(await view()).toMatchObject({ proposal: { acceptedBy: { mentee: 'mentee' } } });
    await did('respond-to-match', { answer: 'accepted' }, asSupporter(id));
    const { relationshipId } = await did('introduce', { contactPersonId: coordinatorId, firstMeetingAt, firstMeetingPlace: 'The library café', by: 'mentee' });
    expect(await view()).toMatchObject({ relationship: { firstMeetingAt, firstMeetingPlace: 'The library café', introducedBy: 'mentee' }, closedProposals: [...before, { outcome: 'introduced' }] });
    await ended(relationshipId ?? '', id);
    expect(await view()).toMatchObject({ past: [{ supporterId: id, firstMeetingAt, firstMeetingPlace: 'The library café', contactPersonId: coordinatorId }] });
    await did('leave-waiting-list', { reason: 'left', note: 'Found a group nearby.', by: 'mentee' });
    expect(await view()).toMatchObject({ status: 'over', reason: 'left', pastWaits: [{}, { reason: 'left', note: 'Found a group nearby.', by: 'mentee' }] });
  }, 60_000);

  test('of a supporter is read by staff, and the notes of staff by them alone', async () => {
    const id = await readySupporter(app);
    const own = async () => (await asSupporter(id).get('/api/supporters/me')).body;
    await done(staff.post(`/api/supporters/${id}/record-check`, { check: 'background-check', checkedOn: '2026-02-20', outcome: 'passed', reference: 'BC-0001' }));
    expect(await supporter(id)).toMatchObject({ agreement: { how: 'on-paper' }, checks: [{}, { reference: 'BC-0001' }] });
    await done(staff.post(`/api/supporters/${id}/withdraw-recovery-confirmation`, { reason: 'Asked for a while to look after themselves.' }));
    expect(await supporter(id)).toMatchObject({ recovery: { confirmed: false }, notes: { recoveryWithdrawn: { at: '2026-03-02T10:00:00.000Z', reason: 'Asked for a while to look after themselves.' } } });
    await done(staff.post(`/api/supporters/${id}/confirm-recovery`, { note: 'Steady again.' }));
    await done(staff.post(`/api/supporters/${id}/pause-supporter`, { reason: 'A holiday.', reviewOn: '2026-03-20' }));
    expect(await supporter(id)).toMatchObject({ notes: { recoveryNote: 'Steady again.', pause: { reason: 'A holiday.', since: '2026-03-02T10:00:00.000Z', reviewOn: '2026-03-20' } } });
    expect((await supporter(id)).notes).not.toHaveProperty('recoveryWithdrawn');
    await done(staff.post(`/api/supporters/${id}/retire-supporter`, { reason: 'Moving to another town.' }));
    expect(await supporter(id)).toMatchObject({ notes: { leaving: { reason: 'Moving to another town.' } } });
    for (const record of [await own(), (await asSupporter(id).get(`/api/supporters/${id}`)).body]) {
      expect(record).toMatchObject({ checks: [{}, { reference: 'BC-0001' }] });
      expect(record).not.toHaveProperty('notes');
    }
    await done(app.as(testUser('administrator')).post(`/api/supporters/${id}/erase-supporter`, { reason: 'asked-by-person', confirmation: 'erase' }));
    expect(await supporter(id)).toMatchObject({ notes: { erasure: { reason: 'asked-by-person' }, leaving: { reason: 'erased' } } });
  });
});

test('who leaves while they support somebody is on the worklist until it is ended or handed over', async () => {
  const id = await readySupporter(app);
  await waiting(app, journeyId);
  await agreed(id);
  const { relationshipId } = await done(introduce());
  const left = async () => (await staff.get('/api/matching/worklist')).body.items.filter((each: { kind: string }) => each.kind === 'relationships-to-hand-over');
  expect(await left()).toEqual([]);
  await done(staff.post(`/api/supporters/${id}/retire-supporter`, { reason: 'Moving away.' }));
  expect(await left()).toEqual([expect.objectContaining({ supporterId: id, dueOn: '2026-03-02', liveRelationships: [{ journeyId, relationshipId }] })]);
  await ended(relationshipId ?? '', id);
  expect(await left()).toEqual([]);
}, 60_000);

describe('introductions', () => {
  test('fifty at once for one place: one is introduced, the others are refused, and the count is right', async () => {
    const id = await readySupporter(app);
    const journeysOf = Array.from({ length: 50 }, (_, index) => uuidOf('test', 'journey', index));
    for (const each of journeysOf) await waiting(app, each);
    for (const each of journeysOf) {
      await act('propose-match', { supporterId: id }, staff, each);
      await act('respond-to-match', { answer: 'accepted', side: 'mentee' }, staff, each);
      await act('respond-to-match', { answer: 'accepted', side: 'supporter' }, staff, each);
    }
    const answers = await Promise.all(journeysOf.map((each) => introduce(each)));
    expect(answers.filter((each) => each.status === 200)).toHaveLength(1);
    expect(answers.filter((each) => each.status === 409 && each.body.rule === 'at-capacity')).toHaveLength(49);
    await app.settled();
    expect(await supporter(id)).toMatchObject({ placesTaken: 1, placesLeft: 0 });
    expect((await staff.get('/api/supporters')).body.items).toMatchObject([{ id, placesTaken: 1 }]);
  }, 120_000);

  test('the same key twice, also at the same time, introduces once and answers the same', async () => {
    const id = await readySupporter(app, { capacity: 2 });
    await waiting(app, journeyId);
    await agreed(id);
    const twice = await Promise.all([introduce(journeyId, { 'idempotency-key': 'k' }), introduce(journeyId, { 'idempotency-key': 'k' })]);
    expect(twice.map((each) => each.status)).toEqual([200, 200]);
    expect(twice[0]?.body).toEqual(twice[1]?.body);
    expect((await introduce(journeyId, { 'idempotency-key': 'k' })).body).toEqual(twice[0]?.body);
    await app.settled();
    expect(await supporter(id)).toMatchObject({ placesTaken: 1 });
  });

  test('what stands in the way is asked again: the agreement, the supporter, the contact person', async () => {
    const id = await readySupporter(app);
    await waiting(app, journeyId);
    await agreed(id);
    const nobody = await staff.post(`/api/matching/${journeyId}/introduce`, { contactPersonId: uuidOf('test', 'nobody'), firstMeetingAt });
    expect([nobody.status, nobody.body.errors]).toEqual([422, [expect.objectContaining({ path: 'contactPersonId', code: 'unknown' })]]);
    const member = { staffId: uuidOf('test', 'member'), name: 'Noor Castle', email: 'noor.castle@example.org', status: 'active' as const };
    for (const grants of [[], [{ role: 'analyst' as const, sites: 'all' as const }], [{ role: 'coordinator' as const, sites: [testIds.otherSiteId] }]]) {
      await tell(app, organisations.StaffMemberChanged, { ...member, grants });
      const refused = await staff.post(`/api/matching/${journeyId}/introduce`, { contactPersonId: member.staffId, firstMeetingAt });
      expect([refused.status, refused.body.errors]).toEqual([422, [expect.objectContaining({ path: 'contactPersonId', code: 'not-a-contact' })]]);
    }
    await tell(app, supervision.SupervisionChanged, { supporterId: id, basisOn: '2026-01-01', everyWeeks: 2 });
    // A supervisor of the site may be the contact person: what refuses is the next thing in the way.
    await tell(app, organisations.StaffMemberChanged, { ...member, grants: [{ role: 'supervisor', sites: [testIds.siteId] }] });
    expect((await staff.post(`/api/matching/${journeyId}/introduce`, { contactPersonId: member.staffId, firstMeetingAt })).body).toMatchObject({ rule: 'supervision-overdue' });
    expect((await introduce()).body).toMatchObject({ rule: 'supervision-overdue' });
    expect(await supporter(id)).toMatchObject({ placesTaken: 0 });
    await tell(app, supervision.SupervisionChanged, { supporterId: id, basisOn: '2026-03-01', everyWeeks: 2 });
    await tell(app, assessment.AgreementChanged, { journeyId, status: 'withdrawn' });
    expect((await introduce()).body).toMatchObject({ rule: 'agreement-withdrawn' });
    await tell(app, assessment.AgreementChanged, { journeyId, status: 'signed', version: 1 });
    await agreed(id);
    expect((await introduce()).status).toBe(200);
  });

  test('one that was interrupted half-way is abandoned and its place freed', async () => {
    const id = await readySupporter(app);
    await waiting(app, journeyId);
    await agreed(id);
    const { proposal } = await view();
    // As if the process had been killed between the two appends.
    const { supporterAggregate } = await import('./domain/supporter.js');
    const relationshipId = uuidOf('test', 'relationship');
    await app.platform.streams.execute(
      supporterAggregate,
      id,
      { type: 'take-place', data: { today: '2026-03-02', timeZone: 'UTC', required: { requirements: { trainings: [], checks: [] }, supervisionWeeks: 6 }, journeyId, relationshipId, proposalId: proposal.proposalId } },
      { commandId: uuidOf('test', 'interrupted'), actor: { id: coordinatorId, role: 'coordinator' }, correlationId: 'test' },
    );
    await app.settled();
    expect(await supporter(id)).toMatchObject({ placesTaken: 0 });
    expect((await done(introduce()))['relationshipId']).not.toBe(relationshipId);
    expect(await supporter(id)).toMatchObject({ placesTaken: 1 });
  }, 60_000);
});

describe('a proposal', () => {
  test('expires when nobody answers, and is on the worklist until then', async () => {
    const id = await readySupporter(app);
    await waiting(app, journeyId);
    const { answerBy } = await did('propose-match', { supporterId: id });
    expect(answerBy).toBe('2026-03-09');
    const kinds = async (dueBy = '') => (await staff.get(`/api/matching/worklist${dueBy}`)).body.items.map((each: { kind: string }) => each.kind);
    // At once, not only on the last day.
    expect(await kinds()).toEqual(['proposal-unanswered']);
    await did('respond-to-match', { answer: 'accepted', side: 'mentee' });
    expect(await kinds()).toEqual(['proposal-half-answered']);
    expect((await staff.get('/api/matching/worklist')).body.items).toMatchObject([{ dueOn: '2026-03-09', missing: ['supporter'] }]);
    app.clock.advanceTo('2026-03-10T00:05:00.000Z');
    await app.settled();
    expect(await view()).toMatchObject({ status: 'waiting' });
    expect(await view()).not.toHaveProperty('proposal');
    expect((await asSupporter(id).get('/api/supporters/me')).body.proposals).toEqual([]);
  });

  test('falls when the supporter is paused, retires or is no longer confirmed', async () => {
    const id = await readySupporter(app);
    await waiting(app, journeyId);
    const open = async (): Promise<boolean> => 'proposal' in (await view());
    for (const [name, body] of [['pause-supporter', {}], ['withdraw-recovery-confirmation', {}], ['retire-supporter', {}]] as const) {
      await did('propose-match', { supporterId: id });
      expect(await open()).toBe(true);
      await done(staff.post(`/api/supporters/${id}/${name}`, body));
      expect(await open()).toBe(false);
      if (name === 'pause-supporter') {
        expect((await act('propose-match', { supporterId: id })).body).toMatchObject({ rule: 'paused' });
        await done(staff.post(`/api/supporters/${id}/resume-supporter`, {}));
      }
      if (name === 'withdraw-recovery-confirmation') await done(staff.post(`/api/supporters/${id}/confirm-recovery`, {}));
    }
    expect((await suggestions()).notSuggested).toMatchObject([{ supporterId: id, reasons: [{ code: 'retired' }] }]);
  });

  describe('falls when the supporter may no longer be matched, and says so to whoever answers or introduces', () => {
    const check = { check: 'background-check', checkedOn: '2026-03-01' };
    const requirements = { trainings: [], checks: [{ code: 'references', label: 'References' }] };
    const ways: readonly (readonly [string, string, (id: string) => Promise<unknown>])[] = [
      ['a check is not passed', 'check-not-passed', (id) => done(staff.post(`/api/supporters/${id}/record-check`, { ...check, outcome: 'not-passed' }))],
      ['they offer fewer places', 'at-capacity', (id) => done(staff.post(`/api/supporters/${id}/update-supporter-profile`, { capacity: 0 }))],
      ['the organisation requires more', 'check-missing', () => tell(app, organisations.SupporterRequirementsSet, { version: 2, requirements })],
      ['their supervision is overdue', 'supervision-overdue', (id) => tell(app, supervision.SupervisionChanged, { supporterId: id, basisOn: '2026-01-01', everyWeeks: 2 })],
    ];
    test.each(ways)('because %s', async (_what, rule, happens) => {
      const id = await readySupporter(app);
      await waiting(app, journeyId);
      await agreed(id);
      await happens(id);
      expect(await view()).not.toHaveProperty('proposal');
      expect(await view()).toMatchObject({ closedProposals: [{ outcome: 'withdrawn', cause: 'supporter-not-available' }] });
      const refusals = [await introduce(), await act('respond-to-match', { answer: 'accepted', side: 'mentee' })];
      expect(refusals.map(({ status, body }) => [status, body.rule])).toEqual([[409, rule], [409, rule]]);
      expect(await supporter(id)).toMatchObject({ placesTaken: 0 });
    });

    test('because somebody else takes the last place, and for them it stands', async () => {
      const id = await readySupporter(app);
      const other = uuidOf('test', 'other');
      await waiting(app, journeyId);
      await waiting(app, other);
      await agreed(id);
      await agreed(id, other);
      const { link } = await did('propose-match', { supporterId: await readySupporter(app, { name: 'Tomasz Okoro', email: 'tomasz@example.org' }) }, staff, await anotherWaiting());
      await done(introduce());
      expect(await view()).toMatchObject({ status: 'introduced' });
      expect(await view(other)).not.toHaveProperty('proposal');
      expect((await introduce(other)).body).toMatchObject({ rule: 'at-capacity' });
      // Who asks somebody else is not touched by it.
      expect((await app.get(new URL(link ?? '').pathname)).status).toBe(200);
    }, 60_000);

    test('before anything has followed it up, too; turning it down stays free, and the link tells the mentee nothing of it', async () => {
      const id = await readySupporter(app);
      await waiting(app, journeyId);
      const { link } = await did('propose-match', { supporterId: id });
      const path = new URL(link ?? '').pathname;
      // A check that lapses on a day on which nothing happens.
      app.clock.advanceTo('2026-03-05T10:00:00.000Z');
      await done(staff.post(`/api/supporters/${id}/record-check`, { ...check, outcome: 'passed', expiresOn: '2026-03-06' }));
      expect(await view()).toHaveProperty('proposal');
      app.clock.advanceTo('2026-03-07T10:00:00.000Z');
      const [item] = (await staff.get('/api/matching/worklist')).body.items;
      expect(item).toMatchObject({ kind: 'supporter-no-longer-matchable' });
      const refused = await act('respond-to-match', { answer: 'accepted', side: 'mentee' });
      expect([refused.status, refused.body.rule]).toEqual([409, 'check-expired']);
      expect((await app.post(path, { answer: 'accepted' })).body).toMatchObject({ rule: 'no-open-proposal' });
      expect((await act('respond-to-match', { answer: 'turned-down', side: 'mentee' })).status).toBe(200);
    });

    test('stays where what was changed bars nobody', async () => {
      const id = await readySupporter(app, { capacity: 2 });
      await waiting(app, journeyId);
      await did('propose-match', { supporterId: id });
      await done(staff.post(`/api/supporters/${id}/record-check`, { ...check, outcome: 'passed' }));
      await done(staff.post(`/api/supporters/${id}/update-supporter-profile`, { capacity: 1, interests: ['jazz'] }));
      await tell(app, supervision.SupervisionChanged, { supporterId: id, basisOn: '2026-03-01', everyWeeks: 2 });
      expect(await view()).toHaveProperty('proposal');
    });
  });

  test('breaks a must only with a reason, which is then said', async () => {
    const id = await readySupporter(app, { gender: 'man' });
    await waiting(app, journeyId, { preferences: [{ about: 'gender', value: 'woman', strength: 'must' }] });
    expect((await suggestions()).notSuggested).toMatchObject([{ supporterId: id, reasons: [{ code: 'must-gender', side: 'mentee', must: 'mentee-gender' }] }]);
    expect((await act('propose-match', { supporterId: id })).body).toMatchObject({ rule: 'must-broken', details: { musts: ['mentee-gender'] } });
    await did('propose-match', { supporterId: id, overrides: [{ must: 'mentee-gender', reason: 'She asked for him.' }] });
    expect(await view()).toMatchObject({ proposal: { overridden: ['mentee-gender'] } });
  });

  test('gives no link where no channel is safe', async () => {
    const id = await readySupporter(app);
    await waiting(app, journeyId);
    await tell(app, referrals.SafeContactSet, { journeyId, safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: [] } });
    expect(await did('propose-match', { supporterId: id })).not.toHaveProperty('link');
    await did('withdraw-proposal');
    await tell(app, referrals.SafeContactTakenBack, { journeyId });
    expect(await did('propose-match', { supporterId: id })).toHaveProperty('link');
    expect((await app.get('/api/matching/responses/made-up')).status).toBe(404);
    expect((await app.post('/api/matching/responses/made-up', { answer: 'accepted' })).status).toBe(404);
  });

  test('is not for one who knows the mentee, unless the mentee agrees', async () => {
    const id = await readySupporter(app);
    await waiting(app, journeyId);
    await did('propose-match', { supporterId: id });
    await done(asSupporter(id).post(`/api/supporters/${id}/declare-connection`, { journeyId, kind: 'know-each-other' }));
    expect(await view()).not.toHaveProperty('proposal');
    expect((await act('propose-match', { supporterId: id })).body).toMatchObject({ rule: 'connection-declared' });
    await did('declare-connection', { supporterId: id, kind: 'know-each-other', menteeAgrees: true });
    await did('propose-match', { supporterId: id });
  });
});

describe('the waiting list', () => {
  test('is in the order of waiting, the longest first, and each one’s own sites only', async () => {
    const later = uuidOf('test', 'later');
    await waiting(app, journeyId);
    app.clock.advance({ days: 3 });
    await waiting(app, later);
    const list = async (user = coordinator) => (await app.as(user).get('/api/matching/waiting-list')).body.items;
    expect((await list()).map((each: { journeyId: string; daysWaiting: number }) => [each.journeyId, each.daysWaiting])).toEqual([[journeyId, 3], [later, 0]]);
    expect(await list(elsewhere)).toEqual([]);
    await tell(app, referrals.JourneyMoved, { journeyId, fromSiteId: siteId, toSiteId: otherSiteId });
    expect(await list(elsewhere)).toMatchObject([{ journeyId, waitingSince: '2026-03-02T10:00:00.000Z' }]);
    expect((await staff.get(`/api/matching/${journeyId}`)).status).toBe(404);
    await did('leave-waiting-list', { reason: 'left', by: 'mentee' }, app.as(elsewhere));
    expect(await list(elsewhere)).toEqual([]);
  });

  test('is left by nobody before they were put on it', async () => {
    await waiting(app, journeyId);
    const refused = await act('leave-waiting-list', { reason: 'left', occurredAt: '2026-02-20T10:00:00.000Z' });
    expect([refused.status, refused.body.errors]).toEqual([422, [expect.objectContaining({ path: 'occurredAt', code: 'before-the-beginning' })]]);
    expect((await staff.get('/api/matching/waiting-list')).body.items).toHaveLength(1);
    app.clock.advance({ days: 2 });
    await did('leave-waiting-list', { reason: 'left', occurredAt: '2026-03-03T10:00:00.000Z' });
  });

  test('among equals says who waits longer', async () => {
    await readySupporter(app);
    const later = uuidOf('test', 'later');
    await waiting(app, journeyId);
    app.clock.advance({ days: 3 });
    await waiting(app, later);
    expect((await suggestions(later)).suggested).toMatchObject([{ waitingLonger: 1 }]);
    expect((await suggestions()).suggested[0]).not.toHaveProperty('waitingLonger');
  });

  test.each(['died', 'closed', 'withdrawn', 'erased'] as const)('ends for one who %s, with the open proposal', async (how) => {
    const id = await readySupporter(app);
    await waiting(app, journeyId);
    await did('propose-match', { supporterId: id });
    const about = { journeyId, personId, siteId, beganAt: '2026-01-05T09:00:00.000Z' };
    if (how === 'died') await tell(app, referrals.PersonDied, about);
    if (how === 'erased') await tell(app, referrals.PersonErased, { ...about, subjects: [`mentee-${journeyId}`, `supporter-${id}`] });
    if (how === 'withdrawn') await tell(app, referrals.ReferralWithdrawn, { journeyId });
    if (how === 'closed') await tell(app, evaluation.JourneyClosed, { journeyId, personId, siteId, outcome: 'left', closedOn: '2026-03-02' });
    expect((await staff.get('/api/matching/waiting-list')).body.items).toEqual([]);
    expect(await view()).toMatchObject({ status: 'over', reason: how });
    expect((await asSupporter(id).get('/api/supporters/me')).body).toMatchObject({ status: how === 'erased' ? 'retired' : 'active', proposals: [] });
  });
});

describe('supporters', () => {
  test('are found by a part of their name, by those who look after them', async () => {
    const id = await readySupporter(app);
    expect((await staff.get('/api/supporters?search=quav')).body.items).toMatchObject([{ id, name: 'Rosalind Quaverley' }]);
    expect((await staff.get('/api/supporters?search=nobody')).body.items).toEqual([]);
    expect((await app.as(elsewhere).get('/api/supporters')).body.items).toEqual([]);
    expect((await app.as(elsewhere).get(`/api/supporters/${id}`)).status).toBe(404);
    expect((await asSupporter(uuidOf('test', 'another')).get(`/api/supporters/${id}`)).status).toBe(404);
  });

  test('look after their own profile, and nobody else’s', async () => {
    const id = await readySupporter(app);
    await done(asSupporter(id).post(`/api/supporters/${id}/update-supporter-profile`, { interests: ['jazz'], capacity: 3 }));
    expect(await supporter(id)).toMatchObject({ capacity: 3, profile: { interests: ['jazz'], livedExperience: ['addiction'] } });
    expect((await asSupporter(uuidOf('test', 'another')).post(`/api/supporters/${id}/update-supporter-profile`, { interests: ['x'] })).status).toBe(404);
    const same = await done(asSupporter(id).post(`/api/supporters/${id}/update-supporter-profile`, { interests: ['jazz'] }));
    expect((await staff.get(`/api/supporters/${id}`)).headers.get('etag')).toBe(`"${same['revision'] ?? ''}"`);
  });

  test('begin as candidates where they asked to be trained', async () => {
    const id = uuidOf('test', 'candidate');
    await tell(app, referrals.CandidacyOpened, { journeyId, personId, siteId, supporterId: id, name: 'Kamil Dorey' });
    expect(await supporter(id)).toMatchObject({ status: 'candidate', name: 'Kamil Dorey' });
    await done(staff.post(`/api/supporters/${id}/record-training`, { training: 'foundation', completedOn: '2026-02-20' }));
    const { link } = await done(staff.post(`/api/supporters/${id}/register-candidate`, { siteId, name: 'Kamil Dorey', email: 'kamil@example.org', capacity: 1 }));
    expect(link).toMatch(/invitations/);
    expect(await supporter(id)).toMatchObject({ status: 'active', trainings: [{ training: 'foundation' }] });
  });

  test('who may no longer be matched are on the worklist, also ahead of time', async () => {
    const id = await readySupporter(app);
    const worklist = async (dueBy = '') => (await staff.get(`/api/matching/worklist${dueBy}`)).body.items;
    expect(await worklist()).toEqual([]);
    expect(await worklist('?dueBy=2026-04-14')).toMatchObject([{ kind: 'supporter-no-longer-matchable', supporterId: id, dueOn: '2026-04-14', barriers: [{ code: 'supervision-overdue' }] }]);
    await done(staff.post(`/api/supporters/${id}/pause-supporter`, { reviewOn: '2026-03-20' }));
    expect(await worklist('?dueBy=2026-03-20')).toMatchObject([{ kind: 'supporter-pause-review', dueOn: '2026-03-20' }]);
  });

  test('the worklist comes in pages, each item once', async () => {
    const id = await readySupporter(app, { capacity: 5 });
    const asked = [0, 1, 2, 3, 4].map((index) => uuidOf('test', 'asked', index));
    for (const each of asked) {
      await waiting(app, each);
      await did('propose-match', { supporterId: id }, staff, each);
    }
    const read = async (query: string) => (await staff.get(`/api/matching/worklist?limit=2${query}`)).body;
    const pages = [await read('')];
    while (pages.at(-1).next !== undefined) pages.push(await read(`&cursor=${pages.at(-1).next}`));
    expect(pages.map((each) => each.items.length)).toEqual([2, 2, 1]);
    expect(new Set(pages.flatMap((each) => each.items.map((item: { journeyId: string }) => item.journeyId)))).toEqual(new Set(asked));
    for (const query of ['limit=101', 'limit=0', 'cursor=nonsense']) expect((await staff.get(`/api/matching/worklist?${query}`)).status).toBe(422);
  }, 60_000);

  test('a site, a supporter, a date that is none: each is named', async () => {
    const unknown = await staff.post('/api/supporters/register-supporter', { siteId: otherSiteId, name: 'A B', email: 'a@example.org', capacity: 1 });
    expect(unknown.status).toBe(404);
    const id = await readySupporter(app);
    expect((await staff.post(`/api/supporters/${id}/record-training`, { training: 'x', completedOn: '2026-03-03' })).body.errors).toMatchObject([{ path: 'completedOn', code: 'in-the-future' }]);
    await waiting(app, journeyId);
    expect((await act('propose-match', { supporterId: uuidOf('test', 'nobody') })).body.errors).toMatchObject([{ path: 'supporterId', code: 'unknown' }]);
    expect((await act('propose-match', { supporterId: id, answerBy: '2026-03-01' })).body.errors).toMatchObject([{ path: 'answerBy', code: 'in-the-past' }]);
  });
});

describe('what is personal', () => {
  test('is in the clear in no file and in no log line', async () => {
    const id = await readySupporter(app, { introduction: 'Lighthouse keeper by heart', interests: ['xylophone'] });
    await waiting(app, journeyId, { mattersMost: 'Quiet understanding', interests: ['xylophone'] });
    await suggestions();
    await agreed(id);
    await done(introduce());
    const words = ['Quaverley', 'rosalind@example.org', 'Lighthouse', 'xylophone', 'Quiet understanding', 'Ashlyn', 'Harbour Row'];
    // What was told by hand came in the clear; what matching itself says does not.
    const told = /messages\.sqlite/;
    const files = readdirSync(app.dataFolder, { recursive: true, encoding: 'utf8' }).map((each) => join(app.dataFolder, each));
    for (const file of files.filter((each) => statSync(each).isFile() && !told.test(each))) for (const word of words) expect([file, readFileSync(file).includes(word)]).toEqual([file, false]);
    for (const word of words) expect(app.logged.join('\n')).not.toContain(word);
  });
});

describe('erasing a supporter', () => {
  const administrator = testUser('administrator');
  const erase = (id: string, more: object = {}, client = app.as(administrator)) => client.post(`/api/supporters/${id}/erase-supporter`, { reason: 'asked-by-person', confirmation: 'erase', ...more });
  const found = async (search: string) => (await staff.get(`/api/supporters?search=${search}`)).body.items as readonly { readonly id: string }[];
  const concern = (aboutId: string, status: 'open' | 'resolved', name = 'concern') =>
    tell(app, supervision.ConcernChanged, { journeyId, concernId: uuidOf('test', name), status, safeguarding: true, aboutId });
  const retire = (id: string) => done(staff.post(`/api/supporters/${id}/retire-supporter`, {}));

  test('leaves nothing to read or to find them by, and they can come anew', async () => {
    const id = await readySupporter(app, { name: 'Greta Vandermoor', email: 'greta@example.org', telephone: '01632 960055' });
    await retire(id);
    await app.settled();
    expect(await found('Vander')).toMatchObject([{ id }]);
    const erased = await erase(id);
    expect(erased.status).toBe(200);
    // At once, not only when everything has settled.
    expect((await app.platform.personal.keys.find([`supporter-${id}`])).get(`supporter-${id}`)).toBe('erased');
    const record = await supporter(id);
    expect(record).toMatchObject({ status: 'retired', name: 'erased', email: 'erased', telephone: 'erased', profile: 'erased', erasedAt: expect.any(String) });
    await app.settled();
    expect(await found('Vander')).toEqual([]);
    expect((await staff.get('/api/supporters?status=retired')).body.items).toMatchObject([{ id, name: 'erased' }]);
    expect((await staff.post(`/api/supporters/${id}/update-supporter-profile`, { name: 'Greta' })).body).toMatchObject({ rule: 'retired' });
    expect((await app.platform.store.readStream(`supporter-${id}`)).at(-1)).toMatchObject({ type: 'SupporterErased', data: { reason: 'asked-by-person' }, metadata: { actor: { id: administrator.id, role: 'administrator' } } });
    await app.platform.projections.rebuild();
    expect(await app.platform.projections.compare()).toEqual([]);
    const anew = await readySupporter(app, { name: 'Greta Vandermoor', email: 'greta@example.org' });
    expect(await found('Vander')).toMatchObject([{ id: anew }]);
  });

  test('is for administrators, asks for the word, and for them to have left', async () => {
    const id = await readySupporter(app);
    expect((await erase(id, {}, staff)).status).toBe(403);
    expect((await erase(id, { confirmation: 'yes' })).status).toBe(422);
    expect((await erase(id, {}, app.as(testUser('administrator', { organisationId: uuidOf('test', 'other-organisation') })))).status).toBe(404);
    expect((await erase(id)).body).toMatchObject({ rule: 'not-retired' });
    await waiting(app, journeyId);
    await agreed(id);
    await done(introduce());
    await retire(id);
    expect((await erase(id)).body).toMatchObject({ rule: 'open-match' });
  });

  test('waits for an open safeguarding concern about them, and for no other', async () => {
    const id = await readySupporter(app);
    const other = await readySupporter(app, { name: 'Tomasz Okoro', email: 'tomasz@example.org' });
    await retire(id);
    await retire(other);
    await concern(id, 'open');
    expect((await erase(id)).body).toMatchObject({ rule: 'open-safeguarding-concern' });
    expect((await erase(other)).status).toBe(200);
    await concern(id, 'resolved');
    expect((await erase(id)).status).toBe(200);
  });

  test('is told from another body by its key, also when it is done', async () => {
    const id = await readySupporter(app);
    await retire(id);
    const send = (reason: string) => app.as(administrator).post(`/api/supporters/${id}/erase-supporter`, { reason, confirmation: 'erase' }, { 'idempotency-key': 'for-good' });
    const first = await send('asked-by-person');
    expect(first.status).toBe(200);
    expect((await send('asked-by-person')).body).toEqual(first.body);
    expect((await send('legal-duty')).body).toMatchObject({ code: 'idempotency-key-reused' });
  });

  test('is finished by the process where the request came no further', async () => {
    const id = await readySupporter(app, { name: 'Greta Vandermoor', email: 'greta@example.org' });
    await retire(id);
    const { administratorId } = testIds;
    await app.platform.streams.execute(supporterAggregate, id, { type: 'erase-supporter', data: { reason: 'asked-by-person' } }, { commandId: administratorId, correlationId: administratorId, actor: { id: administratorId, role: 'administrator' } });
    await app.settled();
    expect(await supporter(id)).toMatchObject({ name: 'erased' });
    expect(await found('Vander')).toEqual([]);
  });
});
