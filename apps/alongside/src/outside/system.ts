import { randomUUID } from 'node:crypto';
import type { Grant, User } from '@alongside/access';
import type { Belonging } from '@alongside/event-sourcing';
import { commandsOf, exampleOf, queriesOf, type ServedCommand, type ServedQuery } from '@alongside/service';
import { contexts } from '@alongside/system';
import { testUser, type TestClient, type TestResponse } from '@alongside/testing/http';
import { playDemo } from '../demo/play.js';
import type { Transport } from '../demo/scenario/transport.js';
import type { World } from '../demo/world.js';
import { startWholeSystem, type WholeSystem, type WholeSystemOptions } from '../whole-system.js';

// What the checks from outside stand on: every route, the demo as a world with a record of every kind, and who asks.

export type Role = Grant['role'];

export const commands: readonly ServedCommand[] = contexts.flatMap(commandsOf);
export const queries: readonly ServedQuery[] = contexts.flatMap(queriesOf);

/** Of everybody who has an account in these tests. */
export const password = 'a-long-password-for-tests';

/** A record as it stands: which stream, whose it is. */
export interface Known {
  readonly id: string;
  readonly belonging: Belonging;
  readonly state: unknown;
}

export interface Tokens {
  readonly invitation: string;
  readonly response: string;
}

export interface System {
  readonly app: WholeSystem;
  readonly world: World;
  /** What links end in: a mentee's invitation to an evaluation, their answer to a proposed match. */
  readonly tokens: Tokens;
  readonly groupId: string;
  readonly improvementId: string;
  /** Every record of a category, as its stream stands now. */
  records(category: string): Promise<readonly Known[]>;
  /** Somebody of the demo's organisation. */
  user(role: Role, options?: { readonly id?: string; readonly sites?: Grant['sites'] }): User;
}

export const overHttp =
  (app: WholeSystem): Transport =>
  async ({ method, path, headers, body }) => {
    const { status, body: answered } = await app.send(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    return { status, body: answered as unknown };
  };

export async function setUpTokenOf(app: WholeSystem): Promise<string> {
  return (await app.platform.access.setUpLink())?.split('/').at(-1) ?? '';
}

export const tokenOf = (link: string): string => link.split('/').at(-1) ?? '';

/** Fails with what was answered, so that a broken step of a preparation says where it broke. */
export async function done(answer: Promise<TestResponse>): Promise<TestResponse['body']> {
  const { status, body } = await answer;
  if (status > 201) throw new Error(`answered ${status} ${JSON.stringify(body)}`);
  return body as unknown;
}

/** Starts the whole system and plays the demo in, with what the demo leaves out: a group, an improvement, links. */
export async function startSystem(options: WholeSystemOptions = {}): Promise<System> {
  const app = await startWholeSystem(options);
  const world = await playDemo({ transport: overHttp(app), setUpToken: await setUpTokenOf(app), password }, app.clock.now().toISOString().slice(0, 10));
  await app.settled();
  const user: System['user'] = (role, { id, sites = 'all' } = {}) => testUser(role, { organisationId: world.organisation.id, sites, ...(id !== undefined && { id }) });
  const staff = app.as(user('coordinator', { id: world.staff.riverside.id }));
  const supervisorId = world.staff.supervisor.id;
  const siteId = world.sites.riverside;
  const group = await done(staff.post('/api/supervision/groups/form-group', { siteId, name: 'Tuesday evening', supervisorId, supporterIds: [world.supporters.gwen.id] }));
  const improvement = await done(staff.post('/api/evaluation/improvements/propose-improvement', { title: 'Meet in the evening', said: 'Several people work in the day.', siteId }));
  const tokens = { invitation: await invite(staff), response: await propose(staff, world) };
  await app.settled();
  return {
    app,
    world,
    tokens,
    groupId: group.id as string,
    improvementId: improvement.id as string,
    records: (category) => recordsOf(app, category),
    user,
  };
}

/** The token by which a mentee of the demo answers an evaluation. */
async function invite(staff: TestClient): Promise<string> {
  const { items } = (await staff.get('/api/evaluation/worklist?dueBy=2030-01-01')).body as { items: { kind: string; journeyId: string; invitationId?: string }[] };
  const invited = items.find((each) => each.invitationId !== undefined);
  const { journeyId } = invited ?? items[0] ?? { journeyId: '' };
  const record = (await staff.get(`/api/evaluation/${journeyId}`)).body as { invitations?: { id?: string; invitationId?: string }[] };
  const invitation = record.invitations?.[0];
  const reissued = await done(staff.post(`/api/evaluation/${journeyId}/reissue-invitation`, { invitationId: invitation?.invitationId ?? invitation?.id }));
  return tokenOf(reissued.link as string);
}

/** The token by which a mentee of the demo answers a proposal. */
async function propose(staff: TestClient, { supporters }: World): Promise<string> {
  const { items } = (await staff.get('/api/matching/waiting-list?proposal=none')).body as { items: { journeyId: string }[] };
  for (const { journeyId } of items) {
    for (const supporterId of [supporters.ingrid.id, supporters.aisha.id, supporters.marek.id]) {
      const { status, body } = await staff.post(`/api/matching/${journeyId}/propose-match`, { supporterId, answerBy: '2026-03-30' });
      if (status === 200) return tokenOf((body as { link: string }).link);
    }
  }
  throw new Error('nobody of the demo waits for a match');
}

/** Somebody signed in, with one token for all that they ask. */
export async function clientOf(app: WholeSystem, user: User): Promise<TestClient> {
  const { token } = await app.platform.access.tokens.issue({ ...user, sessionId: randomUUID() });
  const authorization = { authorization: `Bearer ${token}` };
  return {
    send: (path, request) => app.send(path, { ...request, headers: { ...authorization, ...(request.headers as Record<string, string> | undefined) } }),
    get: (path, headers) => app.get(path, { ...authorization, ...headers }),
    post: (path, body, headers) => app.post(path, body, { ...authorization, ...headers }),
  };
}

async function recordsOf({ platform }: WholeSystem, category: string): Promise<readonly Known[]> {
  const aggregate = contexts.flatMap(({ aggregates }) => aggregates).find((each) => each.category === category);
  if (!aggregate) throw new Error(`no context has streams of ${category}`);
  const ids = new Set<string>();
  for await (const { stream } of platform.store.readAll({ prefixes: [`${category}-`] })) ids.add(stream.slice(category.length + 1));
  const known: Known[] = [];
  for (const id of ids) {
    const loaded = await platform.streams.load(aggregate, id);
    const belonging = loaded && aggregate.belonging(loaded.state, id);
    if (loaded && belonging) known.push({ id, belonging, state: loaded.state });
  }
  return known;
}

/** A command's own example, at a moment that has been. */
export function exampleBody({ route }: ServedCommand, now: Date): Readonly<Record<string, unknown>> {
  const example = exampleOf(route.body);
  return 'occurredAt' in example ? { ...example, occurredAt: now.toISOString() } : example;
}

/** A path with its parameters filled in; what is not given becomes an id (or token) that nothing has. */
export function pathWith(path: string, params: Readonly<Record<string, string>> = {}): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? (/id$/i.test(name) ? randomUUID() : 'no-such-token'));
}

/** A query at an address that somebody may open; not let in: nothing of its kind can be opened in the demo. */
export interface Opening {
  readonly query: ServedQuery;
  readonly path: string;
  readonly client: TestClient;
  readonly isLetIn: boolean;
}

/** Every query, each at an existing record of the demo. */
export async function openings(system: System, clients: Readonly<Record<Role, TestClient>>): Promise<readonly Opening[]> {
  const { world, tokens, app } = system;
  return Promise.all(
    queries.map(async (query) => {
      const token = query.path.includes('/matching/') ? tokens.response : tokens.invitation;
      const params = { siteId: world.sites.riverside, serviceId: world.services.housing, token };
      const roles: readonly Role[] = typeof query.roles === 'string' ? ['administrator'] : query.roles;
      const category = query.route.record?.aggregate.category ?? (query.path.includes('/questionnaires/') ? 'questionnaire' : undefined);
      const known = category === undefined ? [{ id: world.organisation.id }] : await system.records(category);
      for (const role of roles) {
        const client = query.roles === 'public' ? app : clients[role];
        for (const { id } of known) {
          const path = pathWith(query.path, { ...params, id });
          if ((await client.get(path)).status === 200) return { query, path, client, isLetIn: true };
        }
      }
      return { query, path: pathWith(query.path, { ...params, id: known[0]?.id ?? '' }), client: clients[roles[0] ?? 'administrator'], isLetIn: false };
    }),
  );
}

/** Runs checks one after the other and reports whatever failed together, each named. */
export class Findings {
  readonly #found: string[] = [];

  add(what: string, ...details: unknown[]): void {
    this.#found.push([what, ...details.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))].join(' | '));
  }

  /** At most forty are shown. */
  none(): void {
    const shown = this.#found.slice(0, 40);
    if (shown.length > 0) throw new Error(`${this.#found.length} found:\n${shown.join('\n')}`);
  }
}
