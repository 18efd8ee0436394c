import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { User } from '@alongside/access';
import type { Belonging } from '@alongside/event-sourcing';
import type { ServedCommand, ServedQuery } from '@alongside/service';
import { testUser, type TestClient, type TestResponse } from '@alongside/testing/http';
import { clientOf, commands, done, exampleBody, Findings, password, pathWith, queries, startSystem, tokenOf, type Known, type Role, type System } from './system.js';

// Every route × everybody × every kind of record. What is expected is reckoned here from the field's words, beside what the
// routes declare of themselves; what may not be seen has to answer exactly as what does not exist.

type Route = ServedCommand | ServedQuery;
interface Reader {
  readonly name: string;
  readonly user: User | undefined;
  readonly client: TestClient;
}

const allRoles: readonly Role[] = ['administrator', 'coordinator', 'supervisor', 'supporter', 'referrer', 'auditor', 'analyst'];
const foreignOrganisation = randomUUID();

let system: System;
let readers: readonly Reader[];
const records = new Map<string, readonly Known[]>();

beforeAll(async () => {
  system = await startSystem();
  const { app, user, world } = system;
  const { riverside, hillside } = world.sites;
  const elsewhere = randomUUID();
  const reader = async (name: string, who: User | undefined): Promise<Reader> => ({ name, user: who, client: who ? await clientOf(app, who) : app });
  readers = await Promise.all([
    reader('administrator', user('administrator', { id: world.organisation.administrator.id })),
    reader('coordinator of Riverside', user('coordinator', { id: world.staff.riverside.id, sites: [riverside] })),
    reader('coordinator of Hillside', user('coordinator', { id: world.staff.hillside.id, sites: [hillside] })),
    reader('coordinator of every site', user('coordinator', { id: randomUUID() })),
    reader('coordinator of a third site', user('coordinator', { id: randomUUID(), sites: [elsewhere] })),
    reader('supervisor', user('supervisor', { id: world.staff.supervisor.id })),
    reader('supervisor of nobody, Riverside', user('supervisor', { id: randomUUID(), sites: [riverside] })),
    reader('supervisor of nobody, a third site', user('supervisor', { id: randomUUID(), sites: [elsewhere] })),
    ...(['gwen', 'hanne', 'rosa', 'pavel', 'nell'] as const).map((key) => reader(`supporter ${key}`, user('supporter', { id: world.supporters[key].id, sites: [riverside, hillside] }))),
    reader('supporter of nobody', user('supporter', { id: randomUUID() })),
    reader('referrer', user('referrer', { id: world.staff.referrer.id })),
    reader('referrer of nobody', user('referrer', { id: randomUUID() })),
    reader('auditor', user('auditor', { id: world.staff.auditor.id })),
    reader('analyst', user('analyst', { id: world.staff.analyst.id })),
    ...allRoles.map((role) => reader(`${role} of another organisation`, testUser(role, { organisationId: foreignOrganisation, sites: 'all', id: randomUUID() }))),
    reader('nobody', undefined),
  ]);
  const categories = new Set([...commands.map(({ route }) => route.aggregate.category), ...queries.flatMap(({ route }) => (route.record ? [route.record.aggregate.category] : []))]);
  for (const category of categories) records.set(category, await system.records(category));
});
afterAll(() => system?.app.remove());

/** One record for each way of belonging that makes a difference to these roles. */
function representatives(category: string, roles: Route['roles']): readonly Known[] {
  const known = records.get(category) ?? [];
  const matters = (role: Role): boolean => typeof roles === 'string' || roles.includes(role);
  const { sites, supporters } = system.world;
  const asked = [supporters.gwen, supporters.hanne, supporters.pavel].map(({ id }) => id);
  const shape = ({ belonging: { siteId, supporterId, supervisorId, referrerId }, state }: Known): string =>
    JSON.stringify([
      siteId === sites.riverside,
      matters('supporter') && supporterId !== undefined && asked.indexOf(supporterId),
      matters('supervisor') && supervisorId !== undefined,
      matters('referrer') && referrerId === system.world.staff.referrer.id,
      (state as { transfer?: unknown }).transfer !== undefined,
      ['none', 'heard'].includes((state as { status: string }).status),
    ]);
  return [...new Map(known.map((each) => [shape(each), each])).values()];
}

/** Whether somebody stands to a record so that a role counts there. */
function reaches(role: Role, sites: readonly string[] | 'all', user: User, { siteId, supporterId, supervisorId, referrerId }: Belonging): boolean {
  const atSite = sites === 'all' || (siteId !== undefined && sites.includes(siteId));
  switch (role) {
    case 'coordinator':
      return siteId === undefined || atSite;
    case 'supervisor':
      return supervisorId === undefined ? atSite && siteId !== undefined : supervisorId === user.id;
    case 'supporter':
      return supporterId === user.id;
    case 'referrer':
      return referrerId === user.id;
    default:
      return true;
  }
}

type Verdict = 'in' | 'not-signed-in' | 'not-for-your-role' | 'not-found';

/** Before any record is looked at. */
function atTheDoor({ roles }: Route, { user }: Reader): Verdict {
  if (roles === 'public') return 'in';
  if (!user) return 'not-signed-in';
  return roles === 'signed-in' || user.grants.some(({ role }) => roles.includes(role)) ? 'in' : 'not-for-your-role';
}

function verdictOn(served: Route, reader: Reader, { belonging, state }: Pick<Known, 'belonging' | 'state'>): Verdict {
  const door = atTheDoor(served, reader);
  const { user } = reader;
  if (door !== 'in' || !user || served.roles === 'public') return door;
  if (user.organisationId !== belonging.organisationId) return 'not-found';
  const { access } = served.route;
  const places = access.sites ? access.sites(state, belonging).map((siteId) => ({ ...belonging, siteId })) : [belonging];
  const isIn = user.grants.some(
    ({ role, sites }) =>
      (served.roles === 'signed-in' || served.roles.includes(role)) && places.some((place) => reaches(role, sites, user, place)) && (access.allow?.(user, belonging, state, role) ?? true),
  );
  return isIn ? 'in' : 'not-found';
}

/** What two answers have to have in common for nobody to tell them apart: everything but the moment and the trace. */
function appearance({ status, headers, body }: TestResponse): string {
  const { instance: _one, ...shown } = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : { text: body as unknown };
  const kept = [...headers].filter(([name]) => !['date', 'x-correlation-id'].includes(name)).sort();
  return JSON.stringify([status, kept, shown]);
}

const refused = (verdict: Verdict): readonly [number, string] => (verdict === 'not-signed-in' ? [401, 'not-signed-in'] : verdict === 'not-for-your-role' ? [403, 'not-for-your-role'] : [404, 'not-found']);

function isRefusal({ status, body, headers }: TestResponse, verdict: Verdict): boolean {
  const [expected, code] = refused(verdict);
  return status === expected && body?.code === code && (status !== 401 || headers.get('www-authenticate') === 'Bearer') && /problem\+json/.test(headers.get('content-type') ?? '');
}

/** What does not exist, asked for once by each reader: all else that they may not see has to look the same. */
function missing(ask: (id: string) => Promise<TestResponse>): () => Promise<string> {
  let known: Promise<string> | undefined;
  return () => (known ??= ask(randomUUID()).then(appearance));
}

/** A revision that nothing has reached: whoever is let in is told so, and nothing is done. */
const ifNeverWritten = { 'if-match': '"999999"' };

function paramsFor(served: Route, id: string): Readonly<Record<string, string>> {
  const { world } = system;
  const others = { siteId: world.sites.riverside, serviceId: world.services.housing };
  return { ...others, id, concernId: randomUUID() };
}

describe('every route has a rule', () => {
  test('and it names somebody', () => {
    for (const { path, roles } of [...commands, ...queries]) expect({ path, roles }).toEqual({ path, roles: typeof roles === 'string' ? expect.stringMatching(/^(public|signed-in)$/) : expect.arrayContaining([expect.any(String)]) });
  });
});

test('every record of a journey belongs to the site of the journey, in each context, from the first word on', async () => {
  const siteOf = new Map((await system.records('referral')).map(({ id, belonging }) => [id, belonging.siteId]));
  const findings = new Findings();
  for (const category of ['assessment', 'matching', 'support', 'evaluation']) {
    for (const { id, belonging } of await system.records(category)) if (belonging.siteId === undefined || belonging.siteId !== siteOf.get(id)) findings.add(category, id, belonging);
  }
  findings.none();
});

describe('every command × everybody × every kind of record', () => {
  const ofRecords = commands.filter(({ route, roles }) => !route.creates && roles !== 'public');

  test('lets in whom it declares, and answers the others as if there were no such record', async () => {
    const findings = new Findings();
    for (const command of ofRecords) {
      const letIn = new Set<Role>();
      const known = representatives(command.route.aggregate.category, command.roles);
      if (known.length === 0) findings.add(command.path, 'there is no record to ask about');
      for (const reader of readers) {
        const door = atTheDoor(command, reader);
        const ask = (id: string): Promise<TestResponse> => {
          const example = exampleBody(command, system.app.clock.now());
          // Where the record is not the one in the path, the body names it.
          const [at, body] = command.route.idOf ? [system.world.supporters.gwen.id, { ...example, journeyId: id }] : [id, example];
          return reader.client.post(pathWith(command.path, paramsFor(command, at)), body, ifNeverWritten);
        };
        const asMissing = missing(ask);
        for (const record of door === 'in' ? known : known.slice(0, 1)) {
          const verdict = verdictOn(command, reader, record);
          const answer = await ask(record.id);
          if (verdict === 'in') {
            if (answer.status !== 412) findings.add(command.path, reader.name, record.id, 'should be let in', answer.status, answer.body);
            else reader.user?.grants.forEach(({ role }) => letIn.add(role));
          } else if (!isRefusal(answer, verdict)) {
            findings.add(command.path, reader.name, record.id, `should be ${verdict}`, answer.status, answer.body);
          } else if (verdict === 'not-found' && appearance(answer) !== (await asMissing())) {
            findings.add(command.path, reader.name, record.id, 'differs from one that does not exist', appearance(answer));
          }
        }
      }
      for (const role of command.roles) if (!letIn.has(role as Role)) findings.add(command.path, role, 'was never let in: there is no record to show it on');
    }
    findings.none();
  });
});

describe('every command that creates × everybody', () => {
  const creating = commands.filter(({ route, roles }) => route.creates && roles !== 'public');

  test('lets in whom it declares at their sites, and nobody of elsewhere', async () => {
    const findings = new Findings();
    const { riverside } = system.world.sites;
    for (const command of creating) {
      for (const reader of readers) {
        const example = exampleBody(command, system.app.clock.now());
        const isOfSite = 'siteId' in example;
        const ask = (siteId: string): Promise<TestResponse> => reader.client.post(command.path, isOfSite ? { ...example, siteId } : example, ifNeverWritten);
        const door = atTheDoor(command, reader);
        const answer = await ask(riverside);
        if (door !== 'in') {
          if (!isRefusal(answer, door)) findings.add(command.path, reader.name, `should be ${door}`, answer.status, answer.body);
          continue;
        }
        const isOwn = reader.user?.organisationId === system.world.organisation.id;
        if (!isOwn) {
          if (appearance(answer) !== appearance(await ask(randomUUID()))) findings.add(command.path, reader.name, 'a site of another organisation differs from one that does not exist', answer.status, answer.body);
          continue;
        }
        const reach = reader.user?.grants.some(({ sites }) => sites === 'all' || sites.includes(riverside)) === true || !isOfSite;
        if (reach ? answer.status !== 412 : !isRefusal(answer, 'not-found')) findings.add(command.path, reader.name, reach ? 'should be let in' : 'should be not-found', answer.status, answer.body);
      }
    }
    findings.none();
  });
});

describe('every query of a record × everybody × every kind of record', () => {
  const ofRecords = queries.filter(({ route }) => route.record);

  test('is opened for whom it declares; to the others it does not exist', async () => {
    const findings = new Findings();
    for (const query of ofRecords) {
      const letIn = new Set<Role>();
      const known = representatives(query.route.record?.aggregate.category ?? '', query.roles);
      for (const reader of readers) {
        const door = atTheDoor(query, reader);
        const ask = (id: string): Promise<TestResponse> => reader.client.get(pathWith(query.path, paramsFor(query, id)));
        const asMissing = missing(ask);
        for (const record of door === 'in' ? known : known.slice(0, 1)) {
          const verdict = verdictOn(query, reader, record);
          const answer = await ask(record.id);
          if (verdict === 'in') {
            // What is heard of in one context may not have begun in another; suggestions are for those who wait.
            if (![200, 404, 409].includes(answer.status)) findings.add(query.path, reader.name, record.id, 'should be let in', answer.status, answer.body);
            if (answer.status === 200 || query.params.length > 1) reader.user?.grants.forEach(({ role }) => letIn.add(role));
          } else if (!isRefusal(answer, verdict)) {
            findings.add(query.path, reader.name, record.id, `should be ${verdict}`, answer.status, answer.body);
          } else if (verdict === 'not-found' && appearance(answer) !== (await asMissing())) {
            findings.add(query.path, reader.name, record.id, 'differs from one that does not exist', appearance(answer));
          }
        }
      }
      for (const role of query.roles) if (!letIn.has(role as Role)) findings.add(query.path, role, 'never saw one');
    }
    findings.none();
  });

  test('a concern is seen by whom it is for, and by nobody else', async () => {
    const findings = new Findings();
    const [query] = queries.filter(({ path }) => path.endsWith('/concerns/:concernId'));
    if (!query) throw new Error('no route of concerns');
    const { client } = readers.find(({ name }) => name === 'coordinator of Riverside') as Reader;
    const { items } = (await client.get('/api/supervision/worklist?kind=safeguarding-concern')).body as { items: { journeyId: string; concernId: string }[] };
    const [concern] = items;
    if (!concern) throw new Error('the demo has no concern');
    const owner = 'coordinator of Riverside';
    const record = (await system.records('support')).find(({ id }) => id === concern.journeyId) as Known;
    for (const reader of readers) {
      const at = (concernId: string) => reader.client.get(pathWith(query.path, { id: concern.journeyId, concernId }));
      const verdict = verdictOn(query, reader, record);
      const answer = await at(concern.concernId);
      // Sight of a safeguarding concern is narrower than sight of the journey: its owner's, and the supervisor's.
      const isSeen = reader.name === owner ? answer.status === 200 : verdict === 'in' ? answer.status === 200 || isRefusal(answer, 'not-found') : isRefusal(answer, verdict);
      if (!isSeen) findings.add(reader.name, verdict, answer.status, answer.body);
      if (answer.status === 404 && appearance(answer) !== appearance(await at(randomUUID()))) findings.add(reader.name, 'differs from one that does not exist', appearance(answer));
    }
    findings.none();
  });
});

describe('every other query × everybody', () => {
  const others = queries.filter(({ route }) => !route.record);

  /** What an address names that is no record of a person. */
  function existing(path: string): Readonly<Record<string, string>> {
    const { world, tokens } = system;
    if (path.startsWith('/api/organisations/')) return { id: world.organisation.id, siteId: world.sites.riverside, serviceId: world.services.housing };
    if (path.startsWith('/api/public/')) return { siteId: world.sites.riverside };
    // Supporters read their own ones alone.
    if (path.includes('/questionnaires/')) return { id: records.get('questionnaire')?.find(({ state }) => JSON.stringify(state).includes('"audience":"supporter"'))?.id ?? '' };
    if (path.includes('/improvements/')) return { id: system.improvementId };
    return { token: path.includes('/matching/') ? tokens.response : tokens.invitation };
  }

  test('answers whom it declares, and nothing of another organisation', async () => {
    const findings = new Findings();
    for (const query of others) {
      for (const reader of readers) {
        const door = atTheDoor(query, reader);
        const answer = await reader.client.get(pathWith(query.path, existing(query.path)));
        if (door !== 'in') {
          if (!isRefusal(answer, door)) findings.add(query.path, reader.name, `should be ${door}`, answer.status, answer.body);
          continue;
        }
        const isOwn = query.roles === 'public' || reader.user?.organisationId === system.world.organisation.id;
        const isOfMe = /\/(me|mine)$/.test(query.path);
        if (isOwn && !isOfMe && answer.status !== 200) findings.add(query.path, reader.name, 'should be answered', answer.status, answer.body);
        if (!isOwn && query.params.length > 0) {
          if (!isRefusal(answer, 'not-found')) findings.add(query.path, reader.name, 'should be not-found', answer.status, answer.body);
          else if (appearance(answer) !== appearance(await reader.client.get(pathWith(query.path)))) findings.add(query.path, reader.name, 'differs from what does not exist', appearance(answer));
        }
      }
    }
    findings.none();
  });

  test('tells a stranger of no record, in no list and in no count', async () => {
    const ids = await everyId();
    const findings = new Findings();
    const strangers = readers.filter(({ user, name }) => user !== undefined && (user.organisationId === foreignOrganisation || name.includes('third site')));
    for (const query of others.filter(({ params }) => params.length === 0)) {
      for (const reader of strangers) {
        if (atTheDoor(query, reader) !== 'in') continue;
        const { status, body } = await reader.client.get(query.path);
        const text = JSON.stringify(body);
        // What belongs to the whole organisation everybody of it sees.
        const ofOrganisation = reader.user?.organisationId === foreignOrganisation ? [] : ids.filter(({ category }) => ['questionnaire', 'supporter', 'supervision', 'organisation'].includes(category)).map(({ id }) => id);
        const told = ids.filter(({ id }) => text.includes(id) && !ofOrganisation.includes(id));
        if (told.length > 0) findings.add(query.path, reader.name, status, 'names', told.slice(0, 3));
        const counted = status === 200 ? numbersIn(body).filter(({ path, value }) => value !== 0 && path !== '.smallestShown') : [];
        if (counted.length > 0 && told.length === 0 && ofOrganisation.length === 0) findings.add(query.path, reader.name, 'counts', counted.slice(0, 5));
      }
    }
    findings.none();
  });

  async function everyId(): Promise<readonly { readonly id: string; readonly category: string }[]> {
    const found: { id: string; category: string }[] = [];
    for (const category of records.keys()) found.push(...(await system.records(category)).map(({ id }) => ({ id, category })));
    return found;
  }
});

/** Numbers within an answer, with where they stand. */
function numbersIn(value: unknown, path = ''): { readonly path: string; readonly value: number }[] {
  if (typeof value === 'number') return [{ path, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => numbersIn(each, `${path}.${key}`));
}

describe('lists', () => {
  /** Where an item of a list is opened: the context's own record query of what the item names. */
  function recordQueryOf(list: ServedQuery, item: Readonly<Record<string, unknown>>): { readonly query: ServedQuery; readonly id: string } | undefined {
    const context = list.path.split('/').slice(0, 3).join('/');
    const ofOne = queries.filter(({ params, path }) => params.length === 1 && path.startsWith(`${context}/`));
    const within = (base: string): ServedQuery | undefined => ofOne.find(({ path }) => path === `${base}/:id` || path === `${base}/:id/timeline`);
    const [kind, id] = (['journeyId', 'id', 'groupId', 'supporterId'] as const).flatMap((name) => (typeof item[name] === 'string' ? [[name, item[name]] as const] : []))[0] ?? [];
    // Matching's register has an address of its own.
    const supporters = within(`${context}/supporters`) ? `${context}/supporters` : '/api/supporters';
    const bases = { journeyId: context, id: list.path.replace(/\/(worklist|mine|waiting-list)$/, ''), groupId: `${context}/groups`, supporterId: supporters };
    const query = kind && (within(bases[kind]) ?? queries.find(({ path }) => path === `${bases[kind]}/:id`));
    return query && id !== undefined ? { query, id } : undefined;
  }

  test('hold nothing that their reader cannot open', async () => {
    const findings = new Findings();
    let opened = 0;
    for (const list of queries.filter(({ route, params }) => !route.record && params.length === 0)) {
      for (const reader of readers) {
        if (atTheDoor(list, reader) !== 'in') continue;
        const { status, body } = await reader.client.get(`${list.path}${list.path.endsWith('worklist') ? '?dueBy=2027-01-01' : ''}`);
        if (status !== 200 || !Array.isArray(body.items)) continue;
        for (const item of body.items as Record<string, unknown>[]) {
          const record = recordQueryOf(list, item);
          if (!record || atTheDoor(record.query, reader) !== 'in') continue;
          opened += 1;
          const answer = await reader.client.get(pathWith(record.query.path, { id: record.id }));
          if (answer.status !== 200) findings.add(list.path, reader.name, record.query.path, answer.status, item);
        }
      }
    }
    findings.none();
    expect(opened).toBeGreaterThan(100);
  });

  test('of two sites hold together what the list of both holds, and share nothing but what moved between them', async () => {
    const findings = new Findings();
    const [one, other, both] = ['coordinator of Riverside', 'coordinator of Hillside', 'coordinator of every site'].map((name) => readers.find((each) => each.name === name)?.client) as [TestClient, TestClient, TestClient];
    const idsOf = async (client: TestClient, path: string): Promise<Set<string>> => {
      const { items } = (await client.get(path)).body as { items?: Record<string, unknown>[] };
      return new Set((items ?? []).map((item) => String(item['journeyId'] ?? item['id'] ?? item['supporterId'])));
    };
    for (const path of ['/api/referrals?limit=100', '/api/matching/waiting-list', '/api/assessment/worklist?dueBy=2027-01-01', '/api/matching/worklist?dueBy=2027-01-01', '/api/evaluation/worklist?dueBy=2027-01-01']) {
      const [first, second, whole] = [await idsOf(one, path), await idsOf(other, path), await idsOf(both, path)];
      const union = new Set([...first, ...second]);
      if (union.size !== whole.size || [...union].some((id) => !whole.has(id))) findings.add(path, 'together', [...union].length, 'whole', [...whole].length);
      const shared = [...first].filter((id) => second.has(id));
      if (shared.length > 0) findings.add(path, 'shared', shared);
      if (whole.size === 0) findings.add(path, 'is empty: it shows nothing');
    }
    findings.none();
  });
});

describe('a removed account', () => {
  test('is let in nowhere, with the token that it still holds', async () => {
    const { app, world } = system;
    const administrator = app.as(system.user('administrator', { id: world.organisation.administrator.id }));
    const base = `/api/organisations/${world.organisation.id}`;
    const email = 'soon.gone@example.org';
    const grants = allRoles.filter((role) => role !== 'supporter').map((role) => ({ role, allSites: true }));
    const added = await done(administrator.post(`${base}/add-staff-member`, { name: 'Soon Gone', email, grants }));
    await app.settled();
    await done(app.post(`/api/session/invitations/${tokenOf(added.link as string)}`, { password }));
    const session = await done(app.post('/api/session', { email, password }));
    const headers = { authorization: `Bearer ${String(session.token)}` };
    expect((await app.get(base, headers)).status).toBe(200);

    await done(administrator.post(`${base}/remove-staff-member`, { staffId: added.staffId }));
    await app.settled();
    const findings = new Findings();
    for (const { path, roles, method } of [...commands, ...queries]) {
      if (roles === 'public') continue;
      const answer = method === 'GET' ? await app.get(pathWith(path, paramsFor({ path } as Route, world.organisation.id)), headers) : await app.post(pathWith(path), {}, headers);
      if (answer.status !== 401 || answer.body.code !== 'session-ended') findings.add(method, path, answer.status, answer.body);
    }
    findings.none();
    expect((await app.post('/api/session', { email, password })).body).toMatchObject({ status: 401, code: 'wrong-credentials' });
    expect((await app.post('/api/session/renew', { sessionToken: session.sessionToken })).body).toMatchObject({ status: 401, code: 'session-ended' });
    expect((await app.post(`/api/session/invitations/${tokenOf(added.link as string)}`, { password })).status).toBe(410);
  });
});
