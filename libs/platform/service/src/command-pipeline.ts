import { randomUUID } from 'node:crypto';
import type { User } from '@alongside/access';
import { InvalidField, Refusal, occurrence, streamOf, uuidOf, type Belonging, type Role } from '@alongside/event-sourcing';
import { RevisionConflict } from '@alongside/event-store';
import { admit, rolesAt, type Admitted } from './admission.js';
import type { Executed, Request } from './context-definition.js';
import { etag, idempotencyKeyOf, ifMatchOf, paramsOf, type Answer, type HttpRequest } from './exchange.js';
import { reader } from './field.js';
import { HttpProblem, changedMeanwhile, invalidFields, notFound } from './problems.js';
import type { ServedCommand } from './routes.js';
import type { Occasion, Services } from './services.js';

type Fields = Readonly<Record<string, unknown>>;
type CommandRequest = Request<Fields>;

/** What the decider gets: the body, without what travels in the command's envelope. */
function dataOf(body: Fields): Fields {
  if (!('occurredAt' in body)) return body;
  const { occurredAt: _, ...data } = body;
  return data;
}

function outcomeOf(error: unknown): { readonly outcome: string; readonly rule: string } {
  if (error instanceof Refusal) return { outcome: 'refused', rule: error.rule };
  if (error instanceof InvalidField) return { outcome: 'invalid-fields', rule: '' };
  if (error instanceof HttpProblem) return { outcome: error.code, rule: '' };
  return { outcome: 'failed', rule: '' };
}

/** Nothing of this commandId is in the stream yet. */
const notDoneBefore = new Error('not done before');

/**
 * A command from request to answer: who asks and whether any of their roles may; is the body as it has to be; has this
 * very command been done before; is the record theirs; only then the rules. Nothing is written before all of that.
 */
export function commandPipeline(served: ServedCommand, services: Services): (request: HttpRequest) => Promise<Answer> {
  const { route } = served;
  const { aggregate, creates } = route;
  const { streams } = services;
  const readBody = reader<Fields>(route.body as new () => Fields);

  // Where what was created is read: the query of such a record, or by the custom of all contexts.
  const reading = services.context.queries.find(({ path, record }) => record?.aggregate === aggregate && /^[^:]*:\w+$/.test(path));
  const place = reading?.path ?? `/api/${services.context.name}/:id`;

  const requestOf = (occasion: Occasion, user: User | undefined, params: CommandRequest['params'], body: Fields): CommandRequest => ({
    ...services.work(occasion),
    user,
    actor: occasion.actor,
    params,
    body,
    occurredAt: occasion.occurredAt ?? occasion.now,
    invitationLink: (accountId) => services.invitationLink(accountId, occasion.now),
    useSetUpToken: (token) => services.useSetUpToken(token, occasion.commandId),
  });

  const streamIdOf = (occasion: Occasion, user: User | undefined, params: CommandRequest['params'], body: Fields): string => {
    const named = creates?.id ?? route.idOf;
    const id = named ? named(requestOf(occasion, user, params, body)) : params['id'];
    if (id === undefined) throw notFound();
    return id;
  };

  /** The roles by which this user may do this to a record that belongs there; throws what a record that is not there answers. */
  const rolesFor = ({ user, roles: admitted }: Admitted, belonging: Belonging | undefined, state: unknown): readonly Role[] => {
    if (belonging === undefined) throw notFound();
    if (user === undefined) return admitted;
    const roles = rolesAt(route.access, user, belonging, state);
    if (roles.length === 0) throw notFound();
    return roles;
  };

  const answerOf = async (asked: CommandRequest, executed: Executed): Promise<Answer> => {
    // A link is dated by the command that issued it, so that a repeat shows the same one.
    const issuedAt = executed.events[0]?.metadata.recordedAt ?? asked.now;
    const request: CommandRequest = { ...asked, invitationLink: (accountId) => services.invitationLink(accountId, issuedAt) };
    if (route.answersOnly) return { status: creates ? 201 : 200, body: (await route.answer?.(request, executed)) ?? {} };
    const link = await route.link?.(request, executed);
    const body = { id: executed.id, revision: executed.revision, position: executed.position, ...(link !== undefined && { link }), ...(await route.answer?.(request, executed)) };
    const headers: Record<string, string> = { etag: etag(executed.revision) };
    if (creates) headers['location'] = place.replace(/:\w+/, executed.id);
    return { status: creates ? 201 : 200, body, headers };
  };

  /** What a command did the first time it came, whatever has changed since; 422 when it came with another body, or nobody can tell. */
  const doneBefore = async (occasion: Occasion, id: string): Promise<Executed | undefined> => {
    try {
      return await streams.execute(aggregate, id, { type: route.name }, {
        commandId: occasion.commandId,
        actor: occasion.actor,
        correlationId: occasion.correlationId,
        body: occasion.body,
        tellsOfNobody: route.tellsOfNobody ?? false,
        authorize: () => {
          throw notDoneBefore;
        },
      });
    } catch (error) {
      if (error === notDoneBefore) return undefined;
      throw error;
    }
  };

  /** Where the record belongs as it is now; of a new one, where it is going to. */
  const belongingOf = async (request: CommandRequest, id: string): Promise<{ readonly belonging: Belonging | undefined; readonly state: unknown; readonly revision: number | undefined }> => {
    if (creates) return { belonging: await creates.belonging(request), state: undefined, revision: undefined };
    const loaded = await streams.load(aggregate, id);
    return { belonging: loaded && aggregate.belonging(loaded.state, id), state: loaded?.state, revision: loaded?.revision };
  };

  /** For commands across streams: everything is asked beforehand, then the route does it all. */
  const runRoute = async (run: NonNullable<typeof route.run>, occasion: Occasion, admitted: Admitted, request: CommandRequest, id: string, expected: number | 'any' | undefined): Promise<Executed> => {
    if (occasion.body !== undefined) {
      const before = await doneBefore(occasion, id);
      if (before) return before;
    }
    const { belonging, state, revision } = await belongingOf(request, id);
    const roles = rolesFor(admitted, belonging, state);
    if (expected !== undefined && expected !== (expected === 'any' ? 'any' : revision)) throw changedMeanwhile();
    // One of several steps would find out too late.
    occurrence(occasion, new Date(occasion.now), belonging);
    const role = roles[0] ?? 'public';
    return run(role === request.actor.role ? request : requestOf({ ...occasion, actor: { ...occasion.actor, role } }, admitted.user, request.params, request.body));
  };

  const executeRoute = async (occasion: Occasion, admitted: Admitted, request: CommandRequest, id: string, expected: number | 'any' | undefined): Promise<Executed> => {
    const belongingForNew = creates && (await creates.belonging(request));
    const { commandId, correlationId, body } = occasion;
    let { actor } = request;
    // Who holds one role acts by it; who holds several acts by the first that this record admits.
    if (admitted.roles.length > 1) {
      const now = creates ? { belonging: belongingForNew, state: undefined } : await belongingOf(request, id);
      const role = now.belonging && admitted.user && rolesAt(route.access, admitted.user, now.belonging, now.state)[0];
      if (role) actor = { ...actor, role };
    }
    const data = dataOf(request.body);
    const acting: CommandRequest = { ...request, actor };
    return streams.execute(aggregate, id, { type: route.name, data }, {
      commandId,
      actor,
      correlationId,
      ...(occasion.occurredAt !== undefined && { occurredAt: occasion.occurredAt }),
      ...(body !== undefined && { body, tellsOfNobody: route.tellsOfNobody ?? false }),
      ...(typeof expected === 'number' && { expectedRevision: expected }),
      ...(belongingForNew && { belongingForNew }),
      // Asked of the very state that is decided on.
      authorize: (belonging, state) => void rolesFor(admitted, belonging, state),
      ...(route.prepare && { prepare: (state: unknown) => route.prepare?.(acting, state) }),
    });
  };

  const perform = async (http: HttpRequest): Promise<Answer> => {
    const admitted = await admit(http, route.access.roles, services);
    const params = paramsOf(http);
    const { value: body, problems } = readBody(http.body ?? {});
    if (problems.length > 0) throw invalidFields(problems);
    const key = idempotencyKeyOf(http);
    const expected = ifMatchOf(http);
    const occurredAt = body['occurredAt'] as string | undefined;

    const actor = { id: admitted.user?.id ?? 'public', role: admitted.roles[0] ?? 'public' };
    const unnamed: Occasion = {
      commandId: key === undefined ? randomUUID() : uuidOf(actor.id, http.url.split('?', 1)[0] ?? '', key),
      actor,
      now: services.now(),
      ...(occurredAt !== undefined && { occurredAt }),
      correlationId: http.correlationId ?? randomUUID(),
      ...(key !== undefined && { body, tellsOfNobody: route.tellsOfNobody ?? false }),
    };
    const id = streamIdOf(unnamed, admitted.user, params, body);
    const occasion: Occasion = { ...unnamed, main: { stream: streamOf(aggregate, id), command: route.name } };
    const request = requestOf(occasion, admitted.user, params, body);
    try {
      const executed = route.run
        ? await runRoute(route.run, occasion, admitted, request, id, expected)
        : await executeRoute(occasion, admitted, request, id, expected);
      return await answerOf(request, executed);
    } catch (error) {
      if (error instanceof RevisionConflict && expected !== undefined && error.expected === expected) throw changedMeanwhile();
      throw error;
    }
  };

  const labels = { context: services.context.name, command: route.name };
  return async (http) => {
    try {
      const answer = await perform(http);
      services.metrics.commands.inc({ ...labels, outcome: 'done', rule: '' });
      return answer;
    } catch (error) {
      services.metrics.commands.inc({ ...labels, ...outcomeOf(error) });
      throw error;
    }
  };
}
