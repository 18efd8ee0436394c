import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exampleOf, type ServedCommand } from '@alongside/service';
import type { TestClient, TestResponse } from '@alongside/testing/http';
import { clientOf, commands, exampleBody, Findings, openings, pathWith, queries, startSystem, type Opening, type Role, type System } from './system.js';
import { marker, mutationsOf, withoutOptional, type Schema } from './mutations.js';

// Whatever is wrong with a request, the answer is a problem document that names the field, and nothing is written.

interface Asked {
  readonly command: ServedCommand;
  readonly path: string;
  readonly client: TestClient;
  readonly schema: Schema;
  readonly example: Readonly<Record<string, unknown>>;
}

let system: System;
let asked: readonly Asked[];
let readable: readonly Opening[];
let clients: Readonly<Record<Role, TestClient>>;
let written: string | undefined;
const json = { 'content-type': 'application/json' };

beforeAll(async () => {
  system = await startSystem();
  const { app, world } = system;
  const ids = {
    administrator: world.organisation.administrator.id,
    supervisor: world.staff.supervisor.id,
    coordinator: world.staff.riverside.id,
    supporter: world.supporters.gwen.id,
    referrer: world.staff.referrer.id,
    auditor: world.staff.auditor.id,
    analyst: world.staff.analyst.id,
  };
  const each = await Promise.all(Object.entries(ids).map(async ([role, id]) => [role, await clientOf(app, system.user(role as Role, { id }))] as const));
  clients = Object.fromEntries(each) as Record<Role, TestClient>;
  const paths = (await app.get('/api/openapi.json')).body.paths as Record<string, { post: { requestBody: { content: { 'application/json': { schema: Schema } } } } }>;
  asked = await Promise.all(
    commands.map(async (command) => {
      const schema = paths[command.path.replaceAll(/:(\w+)/g, '{$1}')]?.post.requestBody.content['application/json'].schema ?? {};
      return { command, schema, example: exampleBody(command, app.clock.now()), ...(await admitted(command)) };
    }),
  );
  readable = await openings(system, clients);
  await app.settled();
  written = await app.platform.store.lastPosition();
});
afterAll(() => system?.app.remove());

const params = (): Readonly<Record<string, string>> => ({
  siteId: system.world.sites.riverside,
  serviceId: system.world.services.housing,
  token: system.tokens.invitation,
});

/** An existing record at which somebody may do this: if a hole is there, something would be done. */
async function admitted(command: ServedCommand): Promise<{ readonly path: string; readonly client: TestClient }> {
  const { roles, route } = command;
  const { app, world, tokens } = system;
  if (roles === 'public') return { client: app, path: pathWith(command.path, { ...params(), token: command.path.includes('/matching/') ? tokens.response : tokens.invitation }) };
  const example = exampleBody(command, app.clock.now());
  const known = route.creates ? [{ id: '' }] : route.idOf ? [{ id: world.supporters.gwen.id }] : await system.records(route.aggregate.category);
  for (const role of roles === 'signed-in' ? [] : roles) {
    for (const { id } of known) {
      const path = pathWith(command.path, { ...params(), id });
      const body = { ...example, ...(route.creates && 'siteId' in example && { siteId: world.sites.riverside }) };
      const { status } = await clients[role].post(path, body, { 'if-match': '"999999"' });
      if (status === 412 || (route.idOf && status === 404)) return { path, client: clients[role] };
    }
  }
  throw new Error(`nobody is let in at ${command.path}`);
}

/** All at the same time, some at once. */
async function each<T>(items: readonly T[], check: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await check(next);
  };
  await Promise.all(Array.from({ length: 12 }, work));
}

/** What is wrong with an answer that should be a problem document; undefined: nothing. */
function wrongWith({ status, headers, body }: TestResponse, expected: readonly number[]): string | undefined {
  if (!expected.includes(status)) return `answered ${status}, expected ${expected.join(' or ')}`;
  if (!/^application\/problem\+json/.test(headers.get('content-type') ?? '')) return `is of ${headers.get('content-type') ?? 'no type'}`;
  const document = body as Record<string, unknown>;
  if (document['status'] !== status || !['type', 'title', 'code'].every((name) => typeof document[name] === 'string')) return 'is no whole problem document';
  if (JSON.stringify(body).includes(marker)) return 'shows what was sent';
  return undefined;
}

function doesNotName({ body }: TestResponse, field: string): string | undefined {
  const errors = (body.errors ?? []) as readonly { readonly path: string; readonly code: string; readonly message: string }[];
  if (errors.some(({ path, code, message }) => typeof code !== 'string' || typeof message !== 'string' || typeof path !== 'string')) return 'has errors without path, code or message';
  return errors.some(({ path }) => field === '' || path === field || path.startsWith(`${field}.`)) ? undefined : `does not name ${field} but ${errors.map(({ path }) => path).join(', ')}`;
}

async function unchanged(findings: Findings, what: string): Promise<void> {
  const now = await system.app.platform.store.lastPosition();
  if (now !== written) findings.add(what, 'something was written');
  written = now;
}

describe('every command refuses', () => {
  test('each field missing, null, of another type, too long, impossible, unknown, sealed by the sender: 422 that names it', async () => {
    const findings = new Findings();
    let sent = 0;
    for (const { command, path, client, schema, example } of asked) {
      await each(mutationsOf(schema, example), async ({ what, body, field }) => {
        sent += 1;
        const answer = await client.post(path, body);
        const wrong = wrongWith(answer, [422]) ?? doesNotName(answer, field);
        if (wrong !== undefined) findings.add(command.path, field, what, wrong, answer.body);
      });
      await unchanged(findings, command.path);
    }
    findings.none();
    expect(sent).toBeGreaterThan(4_000);
  });

  /** What is refused before anybody knows which command it is: a few stand for all. */
  const some = (): readonly Asked[] => asked.filter(({ command }, index) => command.roles === 'public' || index % 12 === 0);

  test('bodies that cannot be read, or are of another type', async () => {
    const findings = new Findings();
    const text = `{"note": "${marker}"`;
    const cases: readonly (readonly [what: string, request: RequestInit, status: number, code: string])[] = [
      ['malformed JSON', { headers: json, body: text }, 400, 'malformed-json'],
      ['an empty body', { headers: json, body: '' }, 400, 'malformed-json'],
      ['invalid UTF-8', { headers: json, body: Buffer.concat([Buffer.from('{"note":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')]) }, 400, 'malformed-json'],
      ['nested without end', { headers: json, body: '['.repeat(200_000) }, 400, 'malformed-json'],
      ['nested to great depth', { headers: json, body: `{"note":${'['.repeat(100_000)}${']'.repeat(100_000)}}` }, 422, 'invalid-fields'],
      ['plain text', { headers: { 'content-type': 'text/plain' }, body: text }, 415, 'unsupported-media-type'],
      ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `note=${marker}` }, 415, 'unsupported-media-type'],
      ['XML', { headers: { 'content-type': 'application/xml' }, body: `<note>${marker}</note>` }, 415, 'unsupported-media-type'],
      ['10 MB', { headers: json, body: Buffer.from(JSON.stringify({ note: marker.repeat(500_000) })) }, 413, 'body-too-large'],
    ];
    for (const { command, path, client } of some()) {
      for (const [what, request, status, code] of cases) {
        const answer = await client.send(path, { method: 'POST', ...request });
        const wrong = wrongWith(answer, [status]) ?? (answer.body.code === code ? undefined : `is ${String(answer.body.code)}`);
        if (wrong !== undefined) findings.add(command.path, what, wrong, answer.body);
      }
    }
    await unchanged(findings, 'some commands');
    findings.none();
  });

  test('what is no object, or would be a poisoned one', async () => {
    const findings = new Findings();
    const bodies = [`["${marker}"]`, `"${marker}"`, '7', 'true', `{"__proto__": {"admin": "${marker}"}}`, `{"constructor": {"prototype": {"admin": "${marker}"}}}`];
    await each(asked, async ({ command, path, client }) => {
      for (const body of bodies) {
        const answer = await client.send(path, { method: 'POST', headers: json, body });
        const wrong = wrongWith(answer, [422]);
        if (wrong !== undefined) findings.add(command.path, body, wrong, answer.body);
      }
    });
    await unchanged(findings, 'all commands');
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    findings.none();
  });

  test('keys and revisions that are none, ids that are none', async () => {
    const findings = new Findings();
    await each(asked, async ({ command, path, client, example }) => {
      for (const key of ['with a blank', 'x'.repeat(201), 'schlüssel']) {
        const answer = await client.post(path, example, { 'idempotency-key': key });
        const wrong = wrongWith(answer, [422]) ?? doesNotName(answer, 'Idempotency-Key');
        if (wrong !== undefined) findings.add(command.path, 'Idempotency-Key', wrong, answer.body);
      }
      for (const revision of ['W/"1"', '3', `"${marker}"`, '"-1"', '"1", "2"']) {
        const answer = await client.post(path, example, { 'if-match': revision });
        const wrong = wrongWith(answer, [412]);
        if (wrong !== undefined) findings.add(command.path, 'If-Match', wrong, answer.body);
      }
      if (!command.params.includes('id')) return;
      for (const id of [marker, '__proto__', 'constructor', '7', '%00', '..%2F..%2Fetc', '%F0%9F%98%80', randomUUID().replaceAll('-', '')]) {
        const answer = await client.post(command.path.replace(':id', id), example);
        const wrong = wrongWith(answer, [404]);
        if (wrong !== undefined) findings.add(command.path, id, wrong, answer.body);
      }
    });
    await unchanged(findings, 'all commands');
    findings.none();
  });

  test('what is yet to come, and what was before the beginning', async () => {
    const findings = new Findings();
    const withMoment = asked.filter(({ schema, command }) => schema.properties?.['occurredAt'] && command.roles !== 'public');
    expect(withMoment.length).toBeGreaterThan(90);
    for (const { command, path, client, example } of withMoment) {
      // A journey begins; what was true of a site or a supporter before they came is written down later.
      const begins = ['referral', 'assessment', 'matching', 'support', 'evaluation'].includes(command.route.aggregate.category) && !command.route.creates;
      const moments = !begins ? ['2099-01-01T00:00:00.000Z'] : ['2099-01-01T00:00:00.000Z', '1990-01-01T00:00:00.000Z'];
      for (const occurredAt of moments) {
        const body = { ...example, occurredAt, ...(command.route.creates && 'siteId' in example && { siteId: system.world.sites.riverside }) };
        const answer = await client.post(path, command.route.idOf ? { ...body, journeyId: (await system.records('matching'))[0]?.id } : body);
        // A death is dated besides.
        const wrong = wrongWith(answer, [422]) ?? doesNotName(answer, command.route.name === 'record-death' ? '' : 'occurredAt');
        if (wrong !== undefined) findings.add(command.path, occurredAt, wrong, answer.body);
      }
      await unchanged(findings, command.path);
    }
    findings.none();
  });

  test('what is wrong with signing in, likewise', async () => {
    const findings = new Findings();
    const { app } = system;
    const { paths } = (await app.get('/api/openapi.json')).body as { paths: Record<string, { post?: { requestBody: { content: { 'application/json': { schema: Schema; examples: Record<string, { value: object }> } } } } }> };
    for (const path of ['/api/session', '/api/session/renew', '/api/session/invitations/{token}']) {
      const { schema, examples } = paths[path]?.post?.requestBody.content['application/json'] ?? { schema: {}, examples: {} };
      const example = Object.values(examples)[0]?.value ?? {};
      for (const { what, body, field } of mutationsOf(schema, example)) {
        const answer = await app.post(path.replace('{token}', 'no-such-token'), body);
        const wrong = wrongWith(answer, [422]) ?? doesNotName(answer, field);
        if (wrong !== undefined) findings.add(path, field, what, wrong, answer.body);
      }
      const malformed = wrongWith(await app.send(path, { method: 'POST', headers: json, body: '{' }), [400]);
      if (malformed !== undefined) findings.add(path, malformed);
    }
    for (const path of ['/api/session/invitations/no-such-token', `/api/session/set-up/${marker}`, `/api/${marker}`, `/${marker}`]) {
      const wrong = wrongWith(await app.get(path), [404]);
      if (wrong !== undefined) findings.add(path, wrong);
    }
    await unchanged(findings, 'signing in');
    findings.none();
  });

  test('nothing for a field that may be left out', async () => {
    const findings = new Findings();
    for (const { command, schema, example, client } of asked) {
      await each(withoutOptional(schema, example), async ({ field, body }) => {
        const answer = await client.post(pathWith(command.path), command.route.creates ? { ...(body as object), name: '' } : body);
        const errors = (answer.body?.errors ?? []) as readonly { path: string; code: string }[];
        if (answer.status >= 500 || errors.some(({ path, code }) => path === field && code === 'required')) findings.add(command.path, field, 'is required after all', answer.body);
      });
    }
    findings.none();
    written = await system.app.platform.store.lastPosition();
  });
});

describe('what cannot be, though each field alone is well', () => {
  const past = '2020-01-01';
  const future = '2099-01-01';
  const hours = [{ day: 'monday', from: '17:00', to: '09:00' }];
  type Case = readonly [role: Role, path: string, body: object, field: string];

  /** Each at a record where it would be done if it were right. */
  async function cases(): Promise<readonly Case[]> {
    const { world, groupId, improvementId } = system;
    const journey = async (name: string): Promise<string> => (await clients.coordinator.get(`/api/referrals?search=${name}`)).body.items[0].id as string;
    const [callum, hugo, priya, greta, sofia, theo, idris, nadia] = await Promise.all(['Callum', 'Hugo', 'Priya', 'Greta', 'Sofia', 'Theo', 'Idris', 'Nadia'].map(journey));
    const { rosa, aisha, gwen } = world.supporters;
    const staffId = world.staff.riverside.id;
    const session = { minutes: 60, channel: 'in-person', kind: 'meeting', coreFunctions: ['ongoing-support'] };
    const ended = { ending: 'planned', wantsAnother: false, goodbyes: { mentee: true, supporter: true } };
    const safeContact = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'], hours };
    const information = { challenges: [], interests: [], dislikes: [], about: {}, preferences: [], availability: hours, remote: true, languages: ['en'], accessNeeds: [] };
    const calendar = { timeZone: 'Europe/London', workingDays: ['monday'], holidays: [] };
    const question = { name: 'a', label: 'A', type: 'scale', min: 5, max: 1 };
    const questionnaire = { name: 'Odd', occasion: 'end', audience: 'mentee' };
    const response = { occasion: 'end', channel: 'telephone', by: 'mentee' };
    const at = (base: string, cases: readonly (readonly [command: string, body: object, field: string])[], role: Role = 'coordinator'): readonly Case[] =>
      cases.map(([command, body, field]) => [role, `${base}/${command}`, body, field]);
    return [
      ...at(`/api/referrals/${callum}`, [
        ['defer-referral', { reason: 'asked-by-person', reviewOn: past }, 'reviewOn'],
        ['record-death', { diedOn: future }, 'diedOn'],
        ['set-safe-contact', { safeContact }, 'safeContact.hours.0.to'],
        ['amend-form', { form: { 'date-of-birth': '2026-02-31' } }, 'form.date-of-birth'],
        ['amend-form', { form: { 'date-of-birth': future } }, 'form.date-of-birth'],
        ['amend-form', { form: { colour: marker } }, 'form.colour'],
        ['amend-form', { form: { name: 7 } }, 'form.name'],
        ['amend-form', { form: { name: '' } }, 'form.name'],
        ['assign-coordinator', { coordinatorId: randomUUID() }, 'coordinatorId'],
        ['transfer-referral', { toSiteId: randomUUID() }, 'toSiteId'],
      ]),
      ...at(`/api/referrals/${hugo}`, [['review-referral-deferral', { outcome: 'defer-again', reviewOn: past }, 'reviewOn']]),
      ...at('/api/referrals', [
        ['receive-referral', { purpose: 'peer-support', source: 'self', channel: 'telephone', siteId: world.sites.riverside, form: { name: 'A B', reason: marker }, consent: { toBeReferred: true } }, 'form.reason'],
        ['receive-referral', { purpose: 'peer-support', source: 'self', channel: 'telephone', siteId: randomUUID(), form: { name: 'A B' }, consent: { toBeReferred: true } }, 'siteId'],
      ]),
      ...at(`/api/assessment/${priya}`, [['rearrange-meeting', { meetingAt: `${past}T10:00:00Z`, channel: 'in-person', withStaffId: staffId }, 'meetingAt']]),
      ...at(`/api/assessment/${greta}`, [
        ['defer', { reason: 'housing-first', reviewOn: past }, 'review-date-not-in-the-future'],
        ['record-answers', { answers: { 'no-such-question': marker } }, 'answers.no-such-question'],
        ['record-answers', { answers: { 'changes-wanted': 7 } }, 'answers.changes-wanted'],
        ['record-matching-information', { information, disclosure: {} }, 'information.availability.0.to'],
      ]),
      ...at(`/api/assessment/${sofia}`, [['review-deferral', { outcome: 'still-not-now', nextReviewOn: past }, 'review-date-not-in-the-future']]),
      ...at(`/api/matching/${theo}`, [['propose-match', { supporterId: rosa.id, answerBy: past }, 'answerBy']]),
      ...at(`/api/supporters/${rosa.id}`, [
        ['record-training', { training: 'peer-support-foundation', completedOn: future }, 'completedOn'],
        ['record-check', { check: 'background-check', checkedOn: future, outcome: 'passed' }, 'checkedOn'],
        ['record-check', { check: 'background-check', checkedOn: '2026-01-02', expiresOn: '2026-01-01', outcome: 'passed' }, 'expiresOn'],
        ['sign-supporter-agreement', { version: 1, signedOn: future, how: 'on-paper' }, 'signedOn'],
        ['pause-supporter', { reviewOn: past }, 'reviewOn'],
      ]),
      ...at(
        `/api/supervision/${idris}`,
        [
          ['log-session', { heldOn: future, ...session }, 'heldOn'],
          ['log-session', { heldOn: past, ...session }, 'outside-the-relationship'],
          ['record-missed-session', { missedOn: future, reason: 'mentee-cancelled' }, 'missedOn'],
        ],
        'supporter',
      ),
      ...at(`/api/supervision/${idris}`, [
        ['pause-relationship', { reviewOn: past, reason: 'away' }, 'reviewOn'],
        ['end-relationship', { ...ended, endedOn: future }, 'endedOn'],
        ['end-relationship', { ...ended, endedOn: past }, 'endedOn'],
        ['authorise-sharing', { recipient: 'Dr Okafor', purpose: 'An appointment', categories: ['goals'], until: past }, 'until'],
      ]),
      ...at(
        `/api/supervision/supporters/${aisha.id}`,
        [
          ['schedule-supervision', { scheduledFor: `${past}T10:00:00Z`, form: 'one-to-one' }, 'scheduledFor'],
          ['record-supervision', { heldOn: future, form: 'one-to-one', minutes: 50 }, 'heldOn'],
          ['record-missed-supervision', { missedOn: future, reason: 'illness' }, 'missedOn'],
          ['debrief', { heldOn: future }, 'heldOn'],
        ],
        'supervisor',
      ),
      ...at(
        `/api/supervision/groups/${groupId}`,
        [
          ['schedule-supervision', { scheduledFor: `${past}T10:00:00Z` }, 'scheduledFor'],
          ['record-supervision', { heldOn: future, minutes: 50, attended: [gwen.id] }, 'heldOn'],
          ['record-missed-supervision', { missedOn: future, reason: 'illness' }, 'missedOn'],
        ],
        'supervisor',
      ),
      ...at(`/api/evaluation/improvements/${improvementId}`, [['adopt-improvement', { plan: 'Open the rooms.', reportBackOn: past }, 'report-date-not-in-the-future']]),
      ...at('/api/evaluation/questionnaires', [
        ['configure-questionnaire', { ...questionnaire, questions: [question] }, 'questions.0.max'],
        ['configure-questionnaire', { ...questionnaire, questions: [{ ...question, max: 9 }, { ...question, max: 9 }] }, 'questions.1.name'],
        ['configure-questionnaire', { ...questionnaire, questions: [{ name: 'a', label: 'A', type: 'choice' }] }, 'questions.0.options'],
      ]),
      ...at(`/api/evaluation/${nadia}`, [
        ['record-response', { ...response, answers: { 'how-i-cope': 9 } }, 'answers.how-i-cope'],
        ['record-response', { ...response, answers: { colour: marker } }, 'answers.colour'],
        ['record-response', { ...response, answers: { 'did-it-help': marker } }, 'answers.did-it-help'],
      ]),
      ...at(
        `/api/organisations/${world.organisation.id}`,
        [
          ['set-site-calendar', { siteId: world.sites.riverside, ...calendar, workingHours: hours }, 'workingHours.0.to'],
          ['set-site-calendar', { siteId: world.sites.riverside, ...calendar, timeZone: 'Mars/Olympus' }, 'timeZone'],
          ['set-site-calendar', { siteId: world.sites.riverside, ...calendar, holidays: ['2026-12-25', '2026-12-25'] }, 'holidays.1'],
          ['add-staff-member', { name: 'A B', email: 'a.b@example.org', grants: [{ role: 'coordinator', allSites: true, sites: [world.sites.riverside] }] }, 'grants.0.sites'],
          ['add-staff-member', { name: 'A B', email: 'a.b@example.org', grants: [{ role: 'coordinator', sites: [randomUUID()] }] }, 'grants.0.sites.0'],
        ],
        'administrator',
      ),
    ];
  }

  test('is refused by its field or by a rule', async () => {
    const findings = new Findings();
    const aisha = await clientOf(system.app, system.user('supporter', { id: system.world.supporters.aisha.id }));
    for (const [role, path, body, field] of await cases()) {
      const answer = await (role === 'supporter' ? aisha : clients[role]).post(path, body);
      const isRule = /-(not-in-the-future|the-relationship)$/.test(field);
      const wrong = wrongWith(answer, [isRule ? 409 : 422]) ?? (isRule ? (answer.body.rule === field ? undefined : `is ${String(answer.body.rule)}`) : doesNotName(answer, field));
      if (wrong !== undefined) findings.add(path, field, wrong, answer.body);
      await unchanged(findings, `${path} ${field}`);
    }
    findings.none();
  });
});

describe('every query refuses', () => {
  const noDate = ['2026-13-40', '2026-02-31', marker];
  const bad: Readonly<Record<string, readonly string[]>> = {
    limit: ['0', '-1', '101', '1000', '1.5', 'ten', '', '1e1', '9'.repeat(40)],
    cursor: ['garbage', '%00', 'bmV4dA', Buffer.from('{"organisationId":"x"}').toString('base64url'), Buffer.from('[1,2,3]').toString('base64url'), 'x'.repeat(700), ''],
    after: ['garbage', '-1', '0', '99999999999999999999999999999999', '', '%00', '1'.repeat(100), "1'--"],
    dueBy: noDate,
    from: noDate,
    to: noDate,
    asOf: ['2026-02-31T10:00:00Z', '2026-03-16', marker, ''],
    by: [marker, ''],
    siteId: [marker, ''],
    status: [marker],
    search: ['', 'x'.repeat(5_000), '%00'],
    colour: ['red'],
    __proto__: ['x'],
    'limit%5B%5D': ['1'],
  };

  test('parameters that are not as they have to be: 422 that names them, and opens nothing', async () => {
    const findings = new Findings();
    const openings = async () => system.app.platform.store.lastPosition();
    for (const { query, path, client } of readable) {
      const before = await openings();
      const cases = Object.entries(bad).flatMap(([name, values]) => values.map((value) => [name, value] as const));
      await each([...cases, ['limit', '1&limit=2'] as const, ['after', '1&after=2'] as const], async ([name, value]) => {
        const answer = await client.get(`${path}?${name}=${value}`);
        const wrong = wrongWith(answer, [422]) ?? (/^\w+$/.test(name) ? doesNotName(answer, name) : undefined);
        if (wrong !== undefined) findings.add(query.path, `${name}=${value.slice(0, 50)}`, wrong, answer.body);
      });
      if ((await openings()) !== before) findings.add(query.path, 'wrote an access record for what was refused');
    }
    findings.none();
  });

  test('a period that ends before it begins', async () => {
    const findings = new Findings();
    let found = 0;
    for (const { query, path, client } of readable) {
      const fields = query.route.query ? Object.keys(exampleOf(query.route.query)) : [];
      if (!['from', 'to'].every((name) => fields.includes(name))) continue;
      found += 1;
      const answer = await client.get(`${path}?from=2026-03-02&to=2026-03-01`);
      const wrong = wrongWith(answer, [422]) ?? doesNotName(answer, 'to');
      if (wrong !== undefined) findings.add(query.path, wrong, answer.body);
    }
    findings.none();
    expect(found).toBeGreaterThan(2);
  });

  test('ids that are none, reasons that are none, addresses beyond measure', async () => {
    const findings = new Findings();
    await each(readable, async ({ query, path, client }) => {
      for (const id of query.params.length > 0 ? [marker, '__proto__', '7', '%00', '..%2F..%2Fetc'] : []) {
        const answer = await client.get(query.path.replaceAll(/:\w+/g, id));
        const wrong = wrongWith(answer, [404]);
        if (wrong !== undefined) findings.add(query.path, id, wrong, answer.body);
      }
      if (query.params.length > 0) {
        const long = await client.get(query.path.replaceAll(/:\w+/g, 'x'.repeat(600)));
        const wrong = wrongWith(long, [414]);
        if (wrong !== undefined) findings.add(query.path, 'a long id', wrong, long.body);
      }
      if (query.route.record) {
        const answer = await client.get(path, { 'access-reason': marker.repeat(20) });
        const wrong = wrongWith(answer, [422]) ?? doesNotName(answer, 'Access-Reason');
        if (wrong !== undefined) findings.add(query.path, 'Access-Reason', wrong, answer.body);
      }
      const endless = await client.get(`${path}?search=${'x'.repeat(30_000)}`);
      const tooLong = wrongWith(endless, [414, 431]);
      if (tooLong !== undefined) findings.add(query.path, 'a long query', tooLong, endless.body);
    });
    findings.none();
  });
});

describe('every address refuses', () => {
  test('a method that it does not take, naming those that it takes', async () => {
    const findings = new Findings();
    const addresses = new Map<string, { readonly methods: Set<string>; readonly client: TestClient }>();
    for (const { command, path, client } of asked) addresses.set(path.replace(/\?.*/, ''), { methods: new Set([command.method]), client });
    for (const { query, path, client } of readable) {
      const known = addresses.get(path);
      addresses.set(path, { client, methods: new Set([...(known?.methods ?? []), query.method]) });
    }
    await each([...addresses], async ([path, { methods, client }]) => {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        if (methods.has(method)) continue;
        const hasBody = ['POST', 'PUT', 'PATCH'].includes(method);
        const answer = await client.send(path, { method, ...(hasBody && { headers: json, body: JSON.stringify({ note: marker }) }) });
        // `<context>/:id` may be an address of its own where `<context>/<command>` is one.
        const wrong = wrongWith(answer, method === 'GET' ? [401, 404, 405] : [405]) ?? (answer.status === 405 && !answer.headers.get('allow') ? 'does not say what it takes' : undefined);
        if (wrong !== undefined) findings.add(method, path, wrong, answer.body);
      }
    });
    await unchanged(findings, 'another method');
    findings.none();
  });

  test('tokens that are none', async () => {
    const findings = new Findings();
    const { app } = system;
    const { token } = await app.platform.access.tokens.issue({ ...system.user('administrator'), sessionId: randomUUID() });
    const [head = '', claims = '', signature = ''] = token.split('.');
    const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const widened = encoded({ ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), organisationId: randomUUID() });
    const authorizations = [
      'Bearer',
      `Bearer ${marker}`,
      `Basic ${Buffer.from(`${marker}:${marker}`).toString('base64')}`,
      token,
      `Bearer ${head}.${widened}.${signature}`,
      `Bearer ${encoded({ alg: 'none' })}.${claims}.`,
      `Bearer ${head}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    ];
    await each([...commands, ...queries], async ({ method, path, roles }) => {
      if (roles === 'public') return;
      for (const authorization of authorizations) {
        const answer = await app.send(pathWith(path), { method, headers: { ...(method === 'POST' && json), authorization }, ...(method === 'POST' && { body: '{}' }) });
        const wrong = wrongWith(answer, [401]);
        if (wrong !== undefined) findings.add(method, path, authorization.slice(0, 20), wrong, answer.body);
      }
    });
    await unchanged(findings, 'a wrong token');
    findings.none();
  });

  test('what is no HTTP', async () => {
    const port = Number(new URL(system.app.url).port);
    const answerTo = (text: string): Promise<string> =>
      new Promise((resolve, reject) => {
        let answer = '';
        const socket = connect(port, '127.0.0.1', () => socket.end(text));
        socket.on('data', (chunk) => (answer += chunk.toString()));
        socket.on('close', () => resolve(answer));
        socket.on('error', reject);
      });
    for (const text of ['nonsense\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', `GET /api/referrals HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n`, `POST /api/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nzz\r\n`]) {
      expect(await answerTo(text)).toMatch(/^HTTP\/1\.1 4\d\d [^]*application\/problem\+json/);
    }
  });
});

test('nothing that was sent is in the logs, and nothing was a fault', () => {
  const logs = system.app.logged.join('');
  expect(system.app.logged.length).toBeGreaterThan(5_000);
  expect(logs.includes(marker)).toBe(false);
  expect(system.app.logged.filter((line) => line.includes('"fault"') || line.includes('"status":5'))).toEqual([]);
});
