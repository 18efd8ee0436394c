import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServedQuery } from '@alongside/service';
import type { TestClient, TestResponse } from '@alongside/testing/http';
import { clientOf, done, Findings, openings, queries, startSystem, type Role, type System } from './system.js';

// What a command answered with a position, a query with `?after=` of that position shows; one that nothing has reached: 503.

let system: System;
let clients: Readonly<Record<Role, TestClient>>;

beforeAll(async () => {
  system = await startSystem({ environment: { ALONGSIDE_WAIT_FOR_VIEW: '400' } });
  const { world } = system;
  const ids = {
    administrator: world.organisation.administrator.id,
    coordinator: world.staff.riverside.id,
    supervisor: world.staff.supervisor.id,
    supporter: world.supporters.aisha.id,
    referrer: world.staff.referrer.id,
    auditor: world.staff.auditor.id,
    analyst: world.staff.analyst.id,
  };
  const each = await Promise.all(Object.entries(ids).map(async ([role, id]) => [role, await clientOf(system.app, system.user(role as Role, { id }))] as const));
  clients = Object.fromEntries(each) as Record<Role, TestClient>;
});
afterAll(() => system?.app.remove());

/** A position in the far future: what the store gives out is of fixed width. */
const never = '9007199254740000';

interface Step {
  readonly what: string;
  readonly by: Role;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Queries that show it, by whom; each with what has to be in the answer: a text of the command, or something that it answered. */
  readonly shows: readonly (readonly [by: Role, path: (answer: Answer) => string, sees: (answer: Answer) => unknown])[];
}
type Answer = Readonly<Record<string, string>>;

/** Nothing is waited for between a command and the queries that have to show it. */
async function steps(): Promise<readonly Step[]> {
  const { world, groupId, improvementId } = system;
  const journey = async (name: string): Promise<string> => (await clients.coordinator.get(`/api/referrals?search=${name}`)).body.items[0].id as string;
  const [callum, greta, priya, theo, idris, nadia] = (await Promise.all(['Callum', 'Greta', 'Priya', 'Theo', 'Idris', 'Nadia'].map(journey))) as [string, string, string, string, string, string];
  const { riverside } = world.sites;
  const organisation = `/api/organisations/${world.organisation.id}`;
  const aisha = world.supporters.aisha.id;
  const calendar = { timeZone: 'Europe/London', workingDays: ['monday'], holidays: [] };
  const always = (path: string) => () => path;
  const text = (value: string) => () => value;
  const supporter = { siteId: riverside, capacity: 2, knownAs: 'Sten', livedExperience: ['addiction'], interests: [], dislikes: [], languages: ['en'], area: 'East', remote: true, availability: [], disclosure: {} };
  return [
    {
      what: 'a referral', by: 'coordinator', path: '/api/referrals/receive-referral',
      body: { purpose: 'peer-support', source: 'self', channel: 'telephone', siteId: riverside, form: { name: 'Vera Lindhurst', telephone: '01632 960299' }, consent: { toBeReferred: true } },
      shows: [
        ['coordinator', always('/api/referrals?search=lindh'), ({ id }) => id],
        ['coordinator', ({ id }) => `/api/referrals/${id}`, text('Vera Lindhurst')],
        ['coordinator', always('/api/referrals/worklist?dueBy=2026-12-31'), ({ id }) => id],
        ['coordinator', ({ id }) => `/api/referrals/${id}/duplicates`, ({ id }) => id],
        ['auditor', always('/api/journeys?limit=100'), ({ id }) => id],
        ['auditor', ({ id }) => `/api/journeys/${id}/timeline`, text('ReferralReceived')],
        ['auditor', ({ id }) => `/api/journeys/${id}/state`, text('Vera Lindhurst')],
        ['auditor', ({ id }) => `/api/journeys/${id}/export`, text('ReferralReceived')],
      ],
    },
    { what: 'a referral of a referrer', by: 'referrer', path: '/api/referrals/receive-referral', body: { purpose: 'peer-support', source: 'gp', channel: 'telephone', siteId: riverside, form: { name: 'Bo Tern', telephone: '01632 960298' }, consent: { toBeReferred: true, toInformReferrer: true } }, shows: [['referrer', ({ id }) => `/api/referrals/${id}/status`, text('received')]] },
    { what: 'a contact', by: 'coordinator', path: `/api/referrals/${callum}/record-contact-attempt`, body: { channel: 'telephone', outcome: 'reached', note: 'Rings back on Monday.' }, shows: [['coordinator', always(`/api/referrals/${callum}`), text('Rings back on Monday.')]] },
    { what: 'a site', by: 'administrator', path: `${organisation}/open-site`, body: { name: 'Lakeside', calendar }, shows: [['analyst', always(`${organisation}/sites`), ({ siteId }) => siteId], ['referrer', ({ siteId }) => `${organisation}/sites/${siteId}`, text('Lakeside')]] },
    { what: 'a staff member', by: 'administrator', path: `${organisation}/add-staff-member`, body: { name: 'Ida Holm', email: 'ida.holm@example.org', grants: [{ role: 'auditor', allSites: true }] }, shows: [['coordinator', always(`${organisation}/staff?search=hol`), ({ staffId }) => staffId]] },
    { what: 'a service', by: 'coordinator', path: `${organisation}/list-service`, body: { name: 'Lighthouse Choir', contact: {}, areas: ['West'], status: 'active' }, shows: [['supporter', always(`${organisation}/services?search=lighth`), ({ serviceId }) => serviceId], ['supporter', ({ serviceId }) => `${organisation}/services/${serviceId}`, text('Lighthouse Choir')]] },
    { what: 'standards', by: 'administrator', path: `${organisation}/set-service-standards`, body: { firstContactDays: 3, firstMeetingDays: 11, supervisionWeeks: 6, quietDays: 21, deferralReviewWeeks: 8, pauseReviewWeeks: 4, checkInWeeks: 6, goalReviewWeeks: 8, proposalDays: 7, invitationDays: 28, strainThreshold: 4 }, shows: [['auditor', always(`${organisation}/standards`), text('"firstMeetingDays":11')]] },
    { what: 'an item of the pack', by: 'administrator', path: `${organisation}/publish-information-pack`, body: { items: [{ item: 'complaints-policy', title: 'When something is wrong', text: 'Tell anybody.' }] }, shows: [['supporter', always(`${organisation}/information-pack`), text('When something is wrong')]] },
    { what: 'weights', by: 'administrator', path: `${organisation}/set-matching-weights`, body: { livedExperience: 31, wishes: 20, availability: 20, area: 10, languages: 15, access: 10, interests: 15, dislikes: 5, lessons: 25 }, shows: [['coordinator', always(`${organisation}/matching-weights`), text('"livedExperience":31')]] },
    { what: 'a meeting', by: 'coordinator', path: `/api/assessment/${priya}/rearrange-meeting`, body: { meetingAt: '2026-03-20T10:00:00Z', channel: 'in-person', withStaffId: world.staff.riverside.id, place: 'The green room' }, shows: [['coordinator', always(`/api/assessment/${priya}`), text('The green room')], ['coordinator', always('/api/assessment/worklist?dueBy=2026-12-31'), text('2026-03-20T10:00')]] },
    { what: 'a way out', by: 'coordinator', path: `/api/assessment/${greta}/find-suitable`, body: {}, shows: [['coordinator', always(`/api/assessment/${greta}`), text('suitable')]] },
    { what: 'a supporter', by: 'coordinator', path: '/api/supporters/register-supporter', body: { name: 'Sten Arvid', email: 'sten.arvid@example.org', ...supporter }, shows: [['coordinator', always('/api/supporters?search=arv&limit=100'), ({ id }) => id], ['supervisor', ({ id }) => `/api/supporters/${id}`, text('Sten Arvid')]] },
    { what: 'a proposal', by: 'coordinator', path: `/api/matching/${theo}/propose-match`, body: { supporterId: aisha, answerBy: '2026-03-20', overrides: [] }, shows: [['coordinator', always(`/api/matching/${theo}`), ({ proposalId }) => proposalId ?? 'proposal'], ['coordinator', always('/api/matching/worklist?dueBy=2026-12-31'), text(theo)], ['coordinator', always('/api/matching/waiting-list?proposal=open'), text(theo)], ['coordinator', always(`/api/matching/${theo}/considered`), text(aisha)], ['supporter', always('/api/supporters/me'), text(theo)]] },
    { what: 'a session', by: 'supporter', path: `/api/supervision/${idris}/log-session`, body: { minutes: 35, channel: 'telephone', kind: 'meeting', coreFunctions: ['ongoing-support'], note: 'Talked about the garden.' }, shows: [['supporter', always(`/api/supervision/${idris}`), text('Talked about the garden.')], ['supporter', always('/api/supervision/mine'), text(idris)]] },
    { what: 'a query', by: 'coordinator', path: `/api/supervision/${idris}/raise-query`, body: { text: 'Where is the choir?' }, shows: [['coordinator', always('/api/supervision/worklist?kind=query'), text(idris)]] },
    { what: 'wellbeing', by: 'supporter', path: `/api/supervision/supporters/${aisha}/record-wellbeing`, body: { load: 2, strain: 5, reward: 4 }, shows: [['supporter', always('/api/supervision/supporters/me'), text('"strain":5')], ['supervisor', always(`/api/supervision/supporters/${aisha}`), text('"strain":5')], ['supervisor', always('/api/supervision/worklist?dueBy=2026-12-31'), text('wellbeing-alert')], ['supervisor', always('/api/supervision/supporters?search=aish'), text(aisha)]] },
    { what: 'a group', by: 'supervisor', path: `/api/supervision/groups/${groupId}/schedule-supervision`, body: { scheduledFor: '2026-04-07T18:00:00Z' }, shows: [['supervisor', always(`/api/supervision/groups/${groupId}`), text('2026-04-07T18:00')], ['coordinator', always('/api/supervision/groups'), text(groupId)]] },
    { what: 'a questionnaire', by: 'coordinator', path: '/api/evaluation/questionnaires/configure-questionnaire', body: { name: 'Half-way', occasion: 'during', audience: 'mentee', questions: [{ name: 'how', label: 'How is it?', type: 'text' }] }, shows: [['coordinator', always('/api/evaluation/questionnaires?limit=100'), ({ id }) => id], ['coordinator', ({ id }) => `/api/evaluation/questionnaires/${id}`, text('Half-way')]] },
    { what: 'an improvement', by: 'coordinator', path: `/api/evaluation/improvements/${improvementId}/adopt-improvement`, body: { plan: 'Open on Tuesday evenings.', reportBackOn: '2026-06-01' }, shows: [['coordinator', always('/api/evaluation/improvements'), text('Open on Tuesday evenings.')], ['coordinator', always('/api/evaluation/worklist?dueBy=2026-12-31'), text(improvementId)]] },
    { what: 'an answer', by: 'coordinator', path: `/api/evaluation/${nadia}/record-response`, body: { occasion: 'end', channel: 'telephone', by: 'mentee', answers: { 'how-i-cope': 4, 'did-it-help': 'Yes', 'what-to-change': 'Longer sessions.' } }, shows: [['coordinator', always(`/api/evaluation/${nadia}`), text('Longer sessions.')]] },
  ];
}

const after = (path: string, position: string): string => `${path}${path.includes('?') ? '&' : '?'}after=${position}`;

test('what a command wrote is in the query that comes after its position', async () => {
  const findings = new Findings();
  for (const { what, by, path, body, shows } of await steps()) {
    const answer = (await done(clients[by].post(path, body))) as Answer;
    // All at once: nobody is helped by having asked another view first.
    await Promise.all(
      shows.map(async ([reader, pathOf, sees]) => {
        const { status, body: shown } = await clients[reader].get(after(pathOf(answer), answer['position'] ?? ''));
        if (status !== 200 || !JSON.stringify(shown).includes(String(sees(answer)))) findings.add(what, pathOf(answer), status, String(sees(answer)), JSON.stringify(shown).slice(0, 300));
      }),
    );
  }
  findings.none();
});

describe('every query', () => {
  test('waits for the last position there is, and answers', async () => {
    await system.app.settled();
    const findings = new Findings();
    const position = (await system.app.platform.store.lastPosition()) ?? '';
    for (const { query, path, client, isLetIn } of await openings(system, clients)) {
      const { status, body } = await client.get(after(path, position));
      if (isLetIn ? status !== 200 : status >= 500) findings.add(query.path, status, body);
    }
    findings.none();
  });

  test('answers 503 with Retry-After for a position that is not reached in time', async () => {
    const findings = new Findings();
    const slow = async ({ query, path, client }: { readonly query: ServedQuery; readonly path: string; readonly client: TestClient }): Promise<void> => {
      const began = performance.now();
      const answer: TestResponse = await client.get(after(path, never));
      const waited = performance.now() - began;
      const isTold = answer.status === 503 && answer.body.code === 'not-yet-visible' && Number(answer.headers.get('retry-after')) >= 1 && /problem\+json/.test(answer.headers.get('content-type') ?? '');
      if (!isTold || waited > 5_000) findings.add(query.path, answer.status, answer.body, Math.round(waited));
    };
    const all = await openings(system, clients);
    expect(all.length).toBe(queries.length);
    await Promise.all(all.map(slow));
    findings.none();
  });
});
