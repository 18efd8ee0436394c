import { randomUUID } from 'node:crypto';
import { sitesOf, type User } from '@alongside/access';
import type { Aggregate, Belonging } from '@alongside/event-sourcing';
import { admit, rolesAt } from './admission.js';
import type { QueryRequest, StaffRole } from './context-definition.js';
import { accessReasonOf, etag, paramsOf, type Answer, type HttpRequest } from './exchange.js';
import { reader, type FieldsClass } from './field.js';
import { AfterQuery } from './fields.js';
import { invalidFields, notFound } from './problems.js';
import type { ServedQuery } from './routes.js';
import type { AccessToRecord, Occasion, Services } from './services.js';

const nobody: User = { id: '', organisationId: '', grants: [] };

/** A query string reader that takes `after` besides the fields of the route's own class. */
function queryReader(type: FieldsClass | undefined): (sent: unknown) => { readonly query: Readonly<Record<string, unknown>>; readonly after: string | undefined } {
  const read = reader<Readonly<Record<string, unknown>>>((type ?? AfterQuery) as FieldsClass<Readonly<Record<string, unknown>>>, 'query');
  const readAfter = reader(AfterQuery, 'query');
  return (sent) => {
    const own = read(sent);
    // A class without `after` of its own calls it unknown; the route takes it all the same.
    const { after: given } = sent as { readonly after?: unknown };
    const after = given === undefined ? undefined : readAfter({ after: given });
    const problems = [...own.problems.filter((each) => each.path !== 'after'), ...(after?.problems ?? [])];
    if (problems.length > 0) throw invalidFields(problems);
    return { query: own.value, after: after?.value.after };
  };
}

type Asked = QueryRequest<Readonly<Record<string, unknown>>>;

/**
 * A query from request to answer: who asks; wait for the position they have seen; for a person's record also whose it is. What is
 * there is sent only once it is durable who opened it; of what there is nothing to show of (404), nobody has opened anything.
 */
export function queryPipeline(served: ServedQuery, services: Services): (request: HttpRequest) => Promise<Answer> {
  const { route, params: names } = served;
  const readQuery = queryReader(route.query);
  const reads = route.reads ?? services.context.readModels;
  const { record } = route;
  const recordParam = record ? (record.param ?? names[0] ?? 'id') : undefined;
  const answerTo = route.answer as (request: Asked) => unknown;

  return async (http) => {
    const admitted = await admit(http, route.access.roles, services);
    const params = paramsOf(http);
    const { query, after } = readQuery(http.query);
    const reason = record ? accessReasonOf(http) : undefined;
    if (after !== undefined) await services.waitFor(reads, after, names[0] === undefined ? undefined : params[names[0]]);

    const user = admitted.user ?? nobody;
    let as = admitted.roles as readonly StaffRole[];
    let state: unknown;
    let belonging: Belonging = { organisationId: user.organisationId };
    let headers: Readonly<Record<string, string>> | undefined;
    const correlationId = http.correlationId ?? randomUUID();

    /** Records that the answer shows, in the order in which they were opened: none is written before there is an answer. */
    const openings: AccessToRecord[] = [];
    const opening = ({ category }: Aggregate, id: string, what: string, found: Belonging): void =>
      void openings.push({ category, id, what, user, roles: admitted.user ? as : [], belonging: found, correlationId, ...(reason !== undefined && { reason }) });
    const writeOpenings = async (): Promise<void> => {
      for (const each of openings.splice(0)) await services.recordAccess(each);
    };
    const recordOf = async <State>(aggregate: Aggregate<State>, id: string) => {
      const loaded = await services.streams.load(aggregate, id);
      const found = loaded && aggregate.belonging(loaded.state, id);
      if (!loaded || !found) throw notFound();
      return { loaded, found };
    };

    if (record && recordParam !== undefined) {
      const id = params[recordParam];
      if (id === undefined) throw notFound();
      const { loaded, found } = await recordOf(record.aggregate, id);
      if (admitted.user) {
        as = rolesAt(route.access, user, found, loaded.state);
        if (as.length === 0) throw notFound();
      }
      ({ state } = loaded);
      belonging = found;
      headers = { etag: etag(loaded.revision) };
      opening(record.aggregate, id, record.what, found);
    }

    const occasion: Occasion = { commandId: randomUUID(), actor: { id: user.id, role: as[0] ?? 'public' }, now: services.now(), correlationId };
    const work = services.work(occasion);
    const request: Asked = {
      ...work,
      user,
      params,
      query,
      state,
      belonging,
      as,
      opens: async (aggregate, id, what) => opening(aggregate, id, what, (await recordOf(aggregate, id)).found),
      sites: (...roles) => sitesOf(user, roles.length > 0 ? roles : as),
    };
    const answered = async (asked: Asked): Promise<unknown> => {
      const answer = await answerTo(asked);
      if (answer === undefined) throw notFound();
      await writeOpenings();
      return answer;
    };
    let answer = await answered(request);
    if (record?.opened && recordParam !== undefined) {
      await (record.opened as (request: Asked) => Promise<void>)(request);
      const { loaded } = await recordOf(record.aggregate, params[recordParam] ?? '');
      headers = { etag: etag(loaded.revision) };
      answer = await answered({ ...request, state: loaded.state, opens: async () => undefined });
    }
    return { status: 200, body: await work.open(answer), ...(headers && { headers }) };
  };
}
