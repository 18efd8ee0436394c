import type { Grant, User } from '@alongside/access';
import type { Actor, Aggregate, AnyEventDefinition, Belonging, EventDefinition, Opened, RecordedEvent, Role } from '@alongside/event-sourcing';
import type { DataOf, IntegrationEvent, Message } from '@alongside/messaging';
import type { AnyReadModel, Document, Documents, ReadModel } from '@alongside/read-models';

export type StaffRole = Grant['role'];

/** A DTO class whose fields carry the decorators of `fields.ts`: validation and OpenAPI schema in one place. */
export type Body<T extends object = object> = new () => T;

export interface ExecuteOptions {
  /** When it happened; default: the occasion's own time. */
  readonly occurredAt?: string;
  /** Tells two executions of one occasion apart; part of the derived commandId. Default: stream and command name. */
  readonly as?: string;
  /** Refuses with a `RevisionConflict` instead of deciding again on a newer state. */
  readonly expectedRevision?: number | 'no-stream';
}

export interface Executed {
  readonly id: string;
  readonly revision: number;
  readonly position: string;
  /** The new events (of the first time, when this is a repeat). */
  readonly events: readonly RecordedEvent[];
}

/** What every occasion (a command's request, a message, a timer, a process, a query) can do within its own context. */
export interface Work {
  readonly now: string;
  /** Decides and appends. Idempotent within the occasion: the commandId is derived from it. Throws `Refusal`. */
  execute(aggregate: Aggregate, id: string, command: string, data: unknown, options?: ExecuteOptions): Promise<Executed>;
  /** The folded state (personal values sealed) of a stream of this context, and its revision; undefined when there is none. */
  load<State>(aggregate: Aggregate<State>, id: string): Promise<{ readonly state: State; readonly revision: number } | undefined>;
  /** The latest of a setting that the context hears (see `ContextDefinition.hears`); undefined until it was heard. */
  setting<Event extends IntegrationEvent>(event: Event, organisationId: string, key?: string): Promise<DataOf<Event> | undefined>;
  /** Every key of a keyed setting (all sites, all staff members, all services). */
  settings<Event extends IntegrationEvent>(event: Event, organisationId: string): Promise<ReadonlyMap<string, DataOf<Event>>>;
  /** Documents of a read model of this context (live copy; may lag behind the log). */
  read<Doc extends Document>(model: ReadModel<Doc>): Documents<Doc>;
  /** Resolves when the read model's live copy has seen a position of the log; throws (a fault, to be retried) when that takes too long. */
  caughtUp(model: AnyReadModel, position: string): Promise<void>;
  /** Opens every sealed value within a value, at any depth; a value whose key is gone reads `erased`. */
  open<T>(value: T): Promise<Opened<T>>;
  /**
   * Events of whole streams (`referral-<journeyId>`), in the order of the log, in today's shape, sealed values sealed. Streams
   * of other contexts only for a context that reads every stream; to it, events that a newer program wrote come as they were stored.
   */
  history(streams: readonly string[]): Promise<readonly RecordedEvent[]>;
  /**
   * Erases subjects (`mentee-<journeyId>`) for good: their keys become tombstones, what is found by their values is forgotten.
   * Durable when it resolves; repeating it finishes what a crash interrupted. For processes that follow up an erasure's event.
   */
  erase(subjects: readonly string[]): Promise<void>;
  /**
   * The unguessable token of a link that this context gives out, derived from its purpose and what it is for (ids): the same for
   * the same, so that a retry repeats it. Until when it is good is for the context to know.
   */
  linkToken(purpose: string, subject: string): string;
  /** What an authentic token of that purpose is for; undefined for any other text. */
  linkSubject(purpose: string, token: string): string | undefined;
  /** The address by which people outside reach a path (`/api/…`) of this system. */
  addressOf(path: string): string;
  readonly newId: (kind: string) => string;
}

/** A request by somebody. `user` is undefined on public routes. */
export interface Request<B = unknown> extends Work {
  readonly user: User | undefined;
  readonly actor: Actor;
  /** Path parameters by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: B;
  readonly occurredAt: string;
  /**
   * The one-time link by which somebody who was added sets their password (`/api/session/invitations/<token>`), derived from
   * the command and the account, so that a retry repeats it.
   */
  invitationLink(accountId: string): string;
  /** Accepts the token of the set-up link that an empty system prints, else refuses (403 `set-up-token-not-valid`). A retry of the same command is let through. */
  useSetUpToken(token: string): Promise<void>;
}

/**
 * Who may use a route. `roles` is checked first (403: the route is not for any role of yours). Then the record's belonging
 * is checked for each role held (a record that is not yours answers 404, exactly as one that does not exist):
 * administrator, auditor, analyst: same organisation. coordinator: the record's site is among their sites, or it has no site.
 * supervisor: they are the record's supervisorId, or, where it names none, its site is among theirs. supporter: supporterId
 * is theirs. referrer: referrerId is theirs. `allow` narrows further.
 */
export interface Access<State = unknown> {
  readonly roles: readonly StaffRole[] | 'public' | 'signed-in';
  readonly allow?: (user: User, belonging: Belonging, state: State, role: StaffRole) => boolean;
  /**
   * Sites whose staff may use it, in place of the one that holds the record now: one that a journey is offered to, one that it
   * left and that keeps a reduced view.
   */
  readonly sites?: (state: State, belonging: Belonging) => readonly string[];
  /** Supporters who may use it besides the one in whose hands the record is now: those in whose hands it was. */
  readonly supporters?: (state: State, belonging: Belonging) => readonly string[];
}

/** A command: POST, one event (or a few) of one stream. */
export interface CommandRoute<B extends object = object, State = unknown> {
  /** As in domain.md; the decider's command of the same name is executed. */
  readonly name: string;
  readonly says: string;
  readonly aggregate: Aggregate<State>;
  /**
   * Default `/api/<context>/:id/<name>`, or `/api/<context>/<name>` where `creates` is given. The parameter `:id` names the
   * stream unless `idOf` says otherwise.
   */
  readonly path?: string;
  readonly access: Access<State>;
  readonly body: Body<B>;
  /**
   * The body holds codes and ids alone, nothing of anybody: a repeat is told from another body also when whoever it is about was
   * erased, as by this very command. Other repeats are refused then (422 `idempotency-key-erased`).
   */
  readonly tellsOfNobody?: true;
  /** Events that may follow, for the catalogue. */
  readonly events: readonly AnyEventDefinition[];
  /** Every `rule` that refuses it, each with what it means, for the catalogue and OpenAPI. */
  readonly rules: Readonly<Record<string, string>>;
  /** The new stream's id; the command must create it. The belonging is checked on `belonging` instead of a state. */
  readonly creates?: { readonly id: (request: Request<B>) => string; readonly belonging: (request: Request<B>) => Promise<Belonging | undefined> | Belonging | undefined };
  readonly idOf?: (request: Request<B>) => string;
  /** What the decider needs besides the body, gathered beforehand from this context (settings, other streams): becomes the command's data. Default: the body. */
  readonly prepare?: (request: Request<B>, state: State | undefined) => Promise<unknown> | unknown;
  /** For commands across two streams: does it all through `request.execute` and answers the outcome. */
  readonly run?: (request: Request<B>) => Promise<Executed>;
  /** Issues a one-time link, derived so that a retry repeats it. Shown as `link` in the answer. */
  readonly link?: (request: Request<B>, executed: Executed) => Promise<string | undefined> | string | undefined;
  /** More for the answer beside id, revision and position (ids that were given out). */
  readonly answer?: (request: Request<B>, executed: Executed) => Promise<Record<string, unknown>> | Record<string, unknown>;
  /** For public forms: `answer` is all that is answered; neither id, revision, position nor headers tell more. */
  readonly answersOnly?: true;
}

/** A query: GET. What it returns is opened (personal values) and sent; `undefined` answers 404. */
export interface QueryRoute<Q extends object = object, State = unknown> {
  readonly path: string;
  readonly says: string;
  readonly access: Access<State>;
  /** Query string parameters; `after`, `limit`, `cursor`, `dueBy` where used are fields of it. */
  readonly query?: Body<Q>;
  /** `?after=` waits for these. Default: every read model of the context. */
  readonly reads?: readonly AnyReadModel[];
  /**
   * A person's record: the aggregate's stream of parameter `param` (default the first) is loaded, its belonging checked, and an access
   * record written durably before the answer is sent; none where it is `undefined`. Lists have none.
   */
  readonly record?: {
    readonly aggregate: Aggregate<State>;
    readonly param?: string;
    readonly what: string;
    /** What opening it brings about (an alert is over), once it is written that it was opened: the answer is made again, of the state after it. */
    readonly opened?: (request: QueryRequest<Q, State>) => Promise<void>;
  };
  readonly answer: (request: QueryRequest<Q, State>) => Promise<unknown> | unknown;
  /** An answer made-up, for OpenAPI. */
  readonly example?: unknown;
}

export interface QueryRequest<Q = unknown, State = unknown> extends Work {
  /** Who asks; on public routes a user without id and grants. */
  readonly user: User;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Q;
  /** The record's folded state and where it belongs, where `record` is given. */
  readonly state: State;
  readonly belonging: Belonging;
  /** The roles, among those that the route admits, by which this reader may see the record (or, in lists, holds at all). */
  readonly as: readonly StaffRole[];
  /**
   * Says that this reader opens the record of another stream, too: for what the answer shows of somebody besides the route's own
   * record. Written durably before the answer is sent. That they may see it is for the route to know. Throws where there is no such record.
   */
  opens(aggregate: Aggregate, id: string, what: string): Promise<void>;
  /** Sites at which the reader holds one of the roles; `all`: every site of their organisation. For a list's filter. */
  sites(...roles: readonly StaffRole[]): readonly string[] | 'all';
}

/** What a domain event becomes for others. `undefined`: nothing is published. */
export interface Publication {
  readonly of: AnyEventDefinition;
  readonly aggregate: Aggregate;
  readonly as: IntegrationEvent;
  /** `state` is the stream's, this event included. */
  readonly data: (event: RecordedEvent, state: unknown) => unknown;
}

export function publication<Type extends string, Data, State, Event extends IntegrationEvent>(
  of: EventDefinition<Type, Data>,
  aggregate: Aggregate<State>,
  as: Event,
  data: (event: RecordedEvent<Type, Data>, state: State) => DataOf<Event> | undefined,
): Publication {
  return { of, aggregate, as, data: data as Publication['data'] };
}

/** What this context does when another one's integration event arrives, in any order, once or twice. A `Refusal` is an outcome. */
export interface Reaction {
  /** Unique in the context; part of the derived commandIds. */
  readonly name: string;
  readonly says: string;
  readonly to: IntegrationEvent;
  readonly react: (message: Message, work: Work) => Promise<void>;
}

export function reaction<Event extends IntegrationEvent>(
  to: Event,
  name: string,
  says: string,
  react: (message: Message<DataOf<Event>>, work: Work) => Promise<void>,
): Reaction {
  return { name, says, to, react: react as Reaction['react'] };
}

/** A setting of the organisation that this context keeps, as its own event, and reads with `work.setting`. */
export interface Heard {
  readonly event: IntegrationEvent;
  /** For settings of which there are many: the key within the organisation (site, staff member, service). */
  readonly key?: (data: never) => string;
}

export function hear<Event extends IntegrationEvent>(event: Event, key?: (data: DataOf<Event>) => string): Heard {
  return key ? { event, key: key as (data: never) => string } : { event };
}

/**
 * Follows up an event of this context's own log: what spans two streams, what a crash may have interrupted. At least once,
 * in the order of the log per stream, durable checkpoint; commandIds derive from the event and the name.
 */
export interface Process {
  readonly name: string;
  readonly says: string;
  readonly on: readonly { readonly type: string; readonly run: (event: RecordedEvent, work: Work) => Promise<void> }[];
}

export function follow<Type extends string, Data>(
  definition: EventDefinition<Type, Data>,
  run: (event: RecordedEvent<Type, Data>, work: Work) => Promise<void>,
): Process['on'][number] {
  return { type: definition.type, run: run as Process['on'][number]['run'] };
}

/**
 * A durable timer, derived from events: `set` answers when something must act, `clear` that it need not. Fires once at or after
 * the due time, no earlier than a minute after recording, as the named command on the event's stream, `occurredAt` the due time;
 * the decider checks again.
 */
export interface Timer {
  readonly name: string;
  readonly says: string;
  readonly aggregate: Aggregate;
  readonly command: string;
  readonly on: readonly TimerStep[];
}

export interface TimerStep {
  readonly type: string;
  /** `{ key, due, data }` sets (due in RFC 3339), `{ key }` clears, undefined leaves. `data` becomes the command's data. */
  readonly step: (event: RecordedEvent) => { readonly key: string; readonly due?: string; readonly data?: unknown } | undefined;
}

export function timed<Type extends string, Data>(
  definition: EventDefinition<Type, Data>,
  step: (event: RecordedEvent<Type, Data>) => ReturnType<TimerStep['step']>,
): TimerStep {
  return { type: definition.type, step: step as TimerStep['step'] };
}

/** One bounded context, whole: what the service hosts, what the catalogue lists, what the access matrix is made of. */
export interface ContextDefinition {
  readonly name: string;
  readonly says: string;
  readonly aggregates: readonly Aggregate[];
  /** Aggregates of other contexts, handed over by the app: it reads their streams, and any other, and never writes them. For the history alone. */
  readonly reads?: readonly Aggregate[];
  readonly commands: readonly CommandRoute[];
  readonly queries: readonly QueryRoute[];
  readonly readModels: readonly AnyReadModel[];
  readonly publishes: readonly Publication[];
  readonly reactions: readonly Reaction[];
  readonly hears: readonly Heard[];
  readonly processes: readonly Process[];
  readonly timers: readonly Timer[];
}

// Lists hold routes of different bodies and states: the wide form of each is made here, in one place.
export function command<B extends object, State>(route: CommandRoute<B, State>): CommandRoute {
  return route as unknown as CommandRoute;
}

export function query<Q extends object = object, State = unknown>(route: QueryRoute<Q, State>): QueryRoute {
  return route as unknown as QueryRoute;
}

export type { Actor, Aggregate, Belonging, Message, RecordedEvent, Role, User };
