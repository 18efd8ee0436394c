import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contexts } from '@alongside/system';
import type { TestClient, TestResponse } from '@alongside/testing/http';
import { mornings, toldBriefly, beforeMeeting } from '../demo/journeys/mentees.js';
import { makeReady, registerSupporter } from '../demo/scenario/cast.js';
import { arrangeMeeting, findSuitable, getToKnow, meet, receive, type Journey } from '../demo/scenario/journey.js';
import { story } from '../demo/scenario/story.js';
import { countedBack } from '../demo/scenario/timeline.js';
import { clientOf, done, overHttp, password, startSystem, type System } from './system.js';

// Fifty at once: one wins, and what is left afterwards is what a rebuild makes of the log.

const many = 50;
const day = 24 * 60 * 60 * 1000;

let system: System;
let staff: TestClient;
let administrator: TestClient;

beforeAll(async () => {
  system = await startSystem();
  const { app, user, world } = system;
  staff = await clientOf(app, user('coordinator', { id: world.staff.riverside.id }));
  administrator = await clientOf(app, user('administrator', { id: world.organisation.administrator.id }));
});
afterAll(() => system?.app.remove());

const atOnce = (ask: (index: number) => Promise<TestResponse>): Promise<readonly TestResponse[]> => Promise.all(Array.from({ length: many }, (_, index) => ask(index)));
const of = (answers: readonly TestResponse[], status: number): readonly TestResponse[] => answers.filter((answer) => answer.status === status);

async function countOf(prefix: string, type: string): Promise<number> {
  let count = 0;
  for await (const event of system.app.platform.store.readAll({ prefixes: [prefix] })) if (event.type === type) count += 1;
  return count;
}

const referralOf = (name: string) => ({ purpose: 'peer-support', source: 'self', channel: 'telephone', siteId: system.world.sites.riverside, form: { name, telephone: '01632 960255' }, consent: { toBeReferred: true } });

describe(`${many} creations of one stream at once`, () => {
  test('by one key: one journey, and all are told of it', async () => {
    const before = await countOf('referral-', 'ReferralReceived');
    const answers = await atOnce(() => staff.post('/api/referrals/receive-referral', referralOf('Edda Morrow'), { 'idempotency-key': 'edda' }));
    expect(of(answers, 201)).toHaveLength(many);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await countOf('referral-', 'ReferralReceived')).toBe(before + 1);
  });

  test('by one key and with as many bodies: one wins, the others are refused', async () => {
    const before = await countOf('referral-', 'ReferralReceived');
    const answers = await atOnce((index) => staff.post('/api/referrals/receive-referral', referralOf(`Edda ${nameOf(index)}`), { 'idempotency-key': 'edda-of-many-names' }));
    expect([of(answers, 201).length, of(answers, 422).length]).toEqual([1, many - 1]);
    expect(new Set(of(answers, 422).map(({ body }) => body.code as string))).toEqual(new Set(['idempotency-key-reused']));
    expect(await countOf('referral-', 'ReferralReceived')).toBe(before + 1);
  });

  test('by the public form: one receipt', async () => {
    const before = await countOf('referral-', 'ReferralReceived');
    const { siteId, channel: _channel, ...sent } = referralOf('Moss Tarn');
    const answers = await atOnce(() => system.app.post(`/api/public/sites/${siteId}/referral-form`, sent, { 'idempotency-key': 'moss' }));
    expect(new Set(answers.map(({ status, body }) => `${status} ${String(body.receipt)}`)).size).toBe(1);
    expect(await countOf('referral-', 'ReferralReceived')).toBe(before + 1);
  });

  test('of an organisation: the set-up link is spent', async () => {
    const body = { setUpToken: 'the-token-of-a-link-that-is-spent', name: 'Second', administrator: { name: 'A B', email: 'a.b@example.org' } };
    const answers = await atOnce(() => system.app.post('/api/organisations/register-organisation', body));
    expect(of(answers, 403)).toHaveLength(many);
  });
});

describe(`${many} appends at one expected revision`, () => {
  test('one wins, the others are told that somebody wrote in between', async () => {
    const { body } = await staff.get('/api/referrals?search=callum');
    const path = `/api/referrals/${String(body.items[0].id)}`;
    const etag = (await staff.get(path)).headers.get('etag') ?? '';
    const answers = await atOnce(() => staff.post(`${path}/record-contact-attempt`, { channel: 'telephone', outcome: 'no-answer' }, { 'if-match': etag }));
    expect([of(answers, 200).length, of(answers, 412).length]).toEqual([1, many - 1]);
  });

  test('without one: all are written, one after the other', async () => {
    const { body } = await staff.get('/api/referrals?search=callum');
    const path = `/api/referrals/${String(body.items[0].id)}/record-contact-attempt`;
    const answers = await atOnce((index) => staff.post(path, { channel: 'telephone', outcome: 'no-answer', note: `Call ${index}` }));
    expect(of(answers, 200)).toHaveLength(many);
    const revisions = answers.map((answer) => answer.body.revision as number).sort((one, other) => one - other);
    expect(revisions.at(-1)).toBe((revisions[0] ?? 0) + many - 1);
    expect(new Set(revisions).size).toBe(many);
  });

  test('of what may be once only: one is done, and the others change nothing', async () => {
    const organisation = `/api/organisations/${system.world.organisation.id}`;
    const calendar = { timeZone: 'Europe/London', workingDays: ['monday'], holidays: [] };
    const answers = await atOnce(() => administrator.post(`${organisation}/open-site`, { name: 'Lakeside', calendar }));
    expect([of(answers, 200).length, of(answers, 409).length]).toEqual([1, many - 1]);
    expect(of(answers, 409)[0]?.body.rule).toBe('site-name-taken');
  });
});

/** Names that are not like each other, the same every time. */
function nameOf(index: number): string {
  const letters = createHash('sha256').update(`mentee ${index}`).digest('hex').replaceAll(/\d/g, (digit) => 'ghijklmnop'[Number(digit)] ?? 'x');
  const word = (from: number): string => `${letters[from]?.toUpperCase() ?? 'X'}${letters.slice(from + 1, from + 8)}`;
  return `${word(0)} ${word(10)}`;
}

describe(`${many} introductions for one place left`, () => {
  let journeys: readonly Journey[];
  let supporterId: string;
  let first: Journey;

  beforeAll(async () => {
    const { app, world } = system;
    const stage = { transport: overHttp(app), setUpToken: '', password };
    const today = app.clock.now().toISOString().slice(0, 10);
    const coordinator = world.staff.riverside;
    const begun = story({ name: 'race-supporter', timeline: countedBack(today, 60) });
    const supporter = await registerSupporter(stage, begun, coordinator, {
      name: 'Tilda Voss',
      email: 'tilda.voss@example.org',
      siteId: world.sites.riverside,
      capacity: 2,
      profile: { knownAs: 'Tilda', livedExperience: ['loneliness'], interests: ['gardening'], dislikes: [], languages: ['en'], area: 'East', remote: true, availability: mornings, disclosure: {} },
    });
    supporterId = supporter.id;
    await makeReady(begun, { coordinator, supervisor: world.staff.supervisor, supporter }, { trainedOn: 1, checkedOn: 2, recoveryConfirmedOn: 2, agreementSignedOn: 3, supervisedOn: [44] });

    const played: Journey[] = [];
    const play = async (index: number): Promise<void> => {
      const told = story({ name: `race-${index}`, timeline: countedBack(today, 14) });
      const journey = await receive(told, coordinator, [0, '09:00'], { siteId: world.sites.riverside, source: 'self', channel: 'telephone', form: { name: nameOf(index), telephone: `0${7_700_900_000 + index * 7_919}` } });
      const born = new Date(Date.parse('1950-01-01') + index * 271 * day).toISOString().slice(0, 10);
      await getToKnow(journey, [0, '10:00'], beforeMeeting(born, 'Somebody to talk to.'), 'document');
      await journey.does('referrals', 'accept-referral', [0, '11:00']);
      await arrangeMeeting(journey, [0, '11:10'], [1, '10:00']);
      await meet(journey, [1, '11:00'], toldBriefly('More people.', 'Out in the evening.', { challenges: ['loneliness'], interests: ['gardening'], availability: mornings, area: 'East' }));
      await findSuitable(journey, [1, '12:00']);
      await journey.does('matching', 'propose-match', [2, '09:00'], { supporterId, answerBy: told.timeline.date(40) });
      await journey.does('matching', 'respond-to-match', [3, '09:00'], { side: 'supporter', answer: 'accepted' }, supporter);
      await journey.does('matching', 'respond-to-match', [3, '09:30'], { side: 'mentee', answer: 'accepted', by: 'mentee' });
      played[index] = journey;
    };
    const waiting = Array.from({ length: many + 1 }, (_, index) => index);
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await play(next);
    };
    await Promise.all(Array.from({ length: 8 }, work));
    await app.settled();
    [first, ...journeys] = played as [Journey, ...Journey[]];
  });

  const introduce = (journey: Journey): Promise<TestResponse> => staff.post(`/api/matching/${journey.id}/introduce`, { contactPersonId: system.world.staff.riverside.id, firstMeetingAt: '2026-03-09T14:00:00Z' });
  const places = async (): Promise<unknown> => {
    const { placesTaken, placesLeft, capacity } = await done(staff.get(`/api/supporters/${supporterId}`));
    return { placesTaken, placesLeft, capacity } as unknown;
  };

  test('one is introduced, the others are refused by the rule, and the place count is right, also after a rebuild', async () => {
    const { app } = system;
    expect((await introduce(first)).status).toBe(200);
    const answers = await Promise.all(journeys.map(introduce));
    expect(answers).toHaveLength(many);
    expect([of(answers, 200).length, of(answers, 409).length]).toEqual([1, many - 1]);
    expect(new Set(of(answers, 409).map(({ body }) => body.rule as string))).toEqual(new Set(['at-capacity']));
    await app.settled();

    const full = { placesTaken: 2, placesLeft: 0, capacity: 2 };
    expect(await places()).toEqual(full);
    expect(await countOf(`supporter-${supporterId}`, 'PlaceTaken')).toBe(2);
    expect(await countOf(`supporter-${supporterId}`, 'PlaceReleased')).toBe(0);
    const introduced = journeys.filter((_journey, index) => answers[index]?.status === 200);
    for (const journey of [first, ...introduced]) expect((await staff.get(`/api/supervision/${journey.id}`)).status).toBe(200);

    expect(await app.platform.projections.compare()).toEqual([]);
    await app.platform.projections.rebuild();
    expect(await places()).toEqual(full);
    expect(await app.platform.projections.compare()).toEqual([]);
  });

  test('of one journey: one relationship opens, by whichever key', async () => {
    const [journey] = journeys as [Journey];
    // A place is free again for one of those who were refused.
    const { status } = await staff.post(`/api/supporters/${supporterId}/update-supporter-profile`, { ...(await profileWithCapacity(3)) });
    expect(status).toBe(200);
    const waiting = (await staff.get(`/api/matching/${journey.id}`)).body.status === 'waiting' ? journey : (journeys[1] as Journey);
    // What was proposed to them was withdrawn when the last place was taken.
    await done(staff.post(`/api/matching/${waiting.id}/propose-match`, { supporterId }));
    for (const side of ['supporter', 'mentee']) await done(staff.post(`/api/matching/${waiting.id}/respond-to-match`, { side, answer: 'accepted' }));
    const before = await countOf(`matching-${waiting.id}`, 'MatchIntroduced');
    const answers = await atOnce(() => staff.post(`/api/matching/${waiting.id}/introduce`, { contactPersonId: system.world.staff.riverside.id, firstMeetingAt: '2026-03-09T14:00:00Z' }, { 'idempotency-key': randomUUID() }));
    expect(of(answers, 200)).toHaveLength(1);
    expect(of(answers, 409)).toHaveLength(many - 1);
    await system.app.settled();
    expect(await countOf(`matching-${waiting.id}`, 'MatchIntroduced')).toBe(before + 1);
    expect(await places()).toEqual({ placesTaken: 3, placesLeft: 0, capacity: 3 });
    expect(await system.app.platform.projections.compare(contexts.flatMap(({ readModels }) => readModels.map(({ name }) => name)))).toEqual([]);
  });

  async function profileWithCapacity(capacity: number): Promise<object> {
    return { knownAs: 'Tilda', siteId: system.world.sites.riverside, capacity, livedExperience: ['loneliness'], interests: ['gardening'], dislikes: [], languages: ['en'], area: 'East', remote: true, availability: mornings, disclosure: {} };
  }
});
