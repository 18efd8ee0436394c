import {
  type Actor,
  type EventMetadata,
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
  type JsonObject,
  type RecordedEvent,
  RevisionConflict,
} from '@alongside/event-store';
import type { Aggregate, Belonging } from './aggregate.js';
import type { Clock } from './clock.js';
import { type Command, fold, InvalidField, type Occurred } from './decider.js';
import { type AnyEventDefinition, asWritten, type DomainEvent } from './event.js';
import { type EventCatalogue, upcastData } from './event-catalogue.js';
import { type CommandPlace, type Folded, FoldedStreams } from './folded-streams.js';
import { uuidOf } from './ids.js';
import { asJson } from './json-value.js';
import { sealedIn } from './sealed.js';
import { Turns } from './turns.js';
import { NothingChanged, unchangedStream } from './unchanged.js';

/** Seals an event's personal fields before it is stored; values sealed already stay as they are. */
export interface Sealer {
  seal(definition: AnyEventDefinition, stream: string, eventId: string, data: JsonObject, metadata: EventMetadata): Promise<JsonObject> | JsonObject;
}

/** Of whom a body tells. */
export interface BodyTells {
  /** Subjects whose sealed values the command's events hold. */
  readonly of: readonly string[];
  /** It holds codes and ids alone: whoever it is about, nothing that is theirs. */
  readonly ofNobody: boolean;
}

/**
 * A keyed digest of a command's body, the same for the first time and a repeat; undefined where a key of whom it tells is gone, and
 * then nothing can be compared. Only stream, actor, organisation, journey and `tells` may go into the choice of the keys.
 */
export type DigestBody = (
  body: unknown,
  stream: string,
  metadata: Pick<EventMetadata, 'actor' | 'organisationId' | 'journeyId'>,
  tells: BodyTells,
) => Promise<string | undefined> | string | undefined;

export interface StreamsOptions {
  readonly store: EventStore;
  readonly catalogue: EventCatalogue;
  readonly seal: Sealer;
  readonly clock: Clock;
  readonly digestBody: DigestBody;
  /** How many folded streams stay in memory, default 2,000. Raise it when more streams than that are written to in turn; each costs its state. */
  readonly cachedStreams?: number;
}

export interface ExecuteCommand<State = unknown> {
  readonly commandId: string;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId?: string;
  /** When it happened, RFC 3339; default: now, and by no clock before what the stream has already. */
  readonly occurredAt?: string;
  /** Refuses with a `RevisionConflict` unless the stream is exactly there. */
  readonly expectedRevision?: ExpectedRevision;
  /** What was sent in: the same commandId with another body is refused. Absent: not compared. */
  readonly body?: unknown;
  /** The body holds codes and ids alone: a repeat can be compared with it also when whoever it is about was erased. */
  readonly tellsOfNobody?: boolean;
  /** Throws when the actor may not. Called before anything of the stream shows in an answer, a repeat of one's own excepted. */
  readonly authorize?: (belonging: Belonging | undefined, state: State) => void | Promise<void>;
  /** The command's data, from the state (undefined: there is no stream). It must not execute on the same stream. */
  readonly prepare?: (state: State | undefined) => unknown;
  /** Where a stream that does not exist yet is going to belong. */
  readonly belongingForNew?: Belonging;
}

export interface Executed {
  readonly id: string;
  /** Of the last event; -1 when there is no stream, and nothing followed. */
  readonly revision: number;
  /** Of the last event; empty when there is none. */
  readonly position: string;
  /** The new events (of the first time, when this is a repeat); empty when it was already so. */
  readonly events: readonly RecordedEvent[];
}

export interface Loaded<State> {
  readonly state: State;
  readonly revision: number;
}

/** A commandId came again with another body. Nothing was written. */
export class IdempotencyMismatch extends Error {
  constructor(readonly commandId: string) {
    super(`command ${commandId} came before with another body`);
    this.name = 'IdempotencyMismatch';
  }
}

/**
 * A commandId came again, and whether with the same body cannot be told: whoever it tells of was erased, and the digest of what came
 * first with them. Nothing was written.
 */
export class IdempotencyUnknowable extends Error {
  constructor(readonly commandId: string) {
    super(`what command ${commandId} came with first was erased`);
    this.name = 'IdempotencyUnknowable';
  }
}

/** Attempts against other processes that write to the same stream; those of this process take turns. */
const mostAttempts = 10;

/** Clocks differ a little: what happens this much later than now happens now. */
const skewMs = 30_000;

export const streamOf = (aggregate: Pick<Aggregate, 'category'>, id: string): string => `${aggregate.category}-${id}`;

/** Carries out commands on the streams of a log, each exactly once by its commandId, and loads their states. */
export class Streams {
  readonly #folded: FoldedStreams;
  readonly #turns = new Turns();

  constructor(private readonly options: StreamsOptions) {
    this.#folded = new FoldedStreams(options.store, options.catalogue, options.cachedStreams);
  }

  /** As consistent as the log; personal values are sealed. */
  async load<State>(aggregate: Aggregate<State>, id: string): Promise<Loaded<State> | undefined> {
    const { state, revision } = await this.#folded.current(aggregate, streamOf(aggregate, id));
    return revision < 0 ? undefined : { state: state as State, revision };
  }

  /**
   * Decides and appends. A repeat answers what the first time did. Throws `Refusal`, `InvalidField` (also for `occurredAt`),
   * `RevisionConflict` (`expectedRevision`, or others kept writing), `IdempotencyMismatch`, `IdempotencyUnknowable`,
   * `EventStoreUnavailable`, and what `authorize` and `prepare` throw; nothing is written then.
   */
  execute<State>(
    aggregate: Aggregate<State>,
    id: string,
    command: { readonly type: string; readonly data?: unknown },
    options: ExecuteCommand<State>,
  ): Promise<Executed> {
    const stream = streamOf(aggregate, id);
    return this.#turns.take(stream, async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.#attempt(aggregate as Aggregate, id, stream, command, options as ExecuteCommand);
        } catch (error) {
          if (!(error instanceof Conflict)) throw error;
          if (attempt === mostAttempts) throw error.conflict;
        }
      }
    });
  }

  async #attempt(
    aggregate: Aggregate,
    id: string,
    stream: string,
    { type, data }: { readonly type: string; readonly data?: unknown },
    options: ExecuteCommand,
  ): Promise<Executed> {
    const before = await this.#folded.current(aggregate, stream);
    const place = before.commands.get(options.commandId);
    if (place) return this.#repeated(id, stream, place, options);
    const unchanged = options.body === undefined ? undefined : await this.#unchangedBefore(id, stream, options);
    if (unchanged) return unchanged;

    const exists = before.revision >= 0;
    const belonging = aggregate.belonging(before.state, id) ?? options.belongingForNew;
    if (options.authorize) await options.authorize(belonging, before.state);
    mustBeAt(stream, options.expectedRevision, exists ? before.revision : undefined);
    // Clocks differ, and are put back: nothing is recorded before what its stream has already, nor does it happen before it unless somebody says so.
    const clock = this.options.clock.now().toISOString();
    const recordedAt = before.recordedAt > clock ? before.recordedAt : clock;
    const occurredAt = occurrence(options, new Date(recordedAt), belonging);

    const prepared: unknown = options.prepare ? await options.prepare(exists ? before.state : undefined) : data;
    const newId = (kind: string): string => uuidOf(options.commandId, kind);
    const decided = decide(aggregate, { type, data: prepared, actor: options.actor, occurredAt, now: recordedAt, newId }, before.state);
    const envelope = { occurredAt, recordedAt, actor: options.actor };
    if (decided.length === 0) {
      if (options.body !== undefined && belonging) await this.#keepUnchanged(stream, before, { ...envelope, ...common(belonging, options) }, options);
      return { id, revision: before.revision, position: before.position, events: [] };
    }

    const events = decided.map((each, index) => {
      const definition = this.options.catalogue.get(each.type);
      return { definition, type: each.type, ...asWritten(definition, asJson(each.data)), metadata: { eventId: uuidOf(options.commandId, stream, index), ...envelope } };
    });
    const readAgain = events.map((each) => ({ ...each, data: upcastData(each.definition, each.schemaVersion, each.data) }));
    const after: unknown = fold(aggregate.decider, readAgain as unknown as readonly Occurred<DomainEvent>[], before.state);
    const belongs = aggregate.belonging(after, id) ?? belonging;
    if (!belongs) throw new Error(`${stream} belongs nowhere after ${type}`);

    const sealed = await Promise.all(
      events.map(async ({ definition, schemaVersion, data: clear, metadata }): Promise<EventToAppend> => {
        const whole: EventMetadata = { eventId: metadata.eventId, schemaVersion, ...envelope, ...common(belongs, options) };
        return { type: definition.type, data: await this.options.seal.seal(definition, stream, whole.eventId, clear, whole), metadata: whole };
      }),
    );
    const bodyDigest = options.body === undefined ? undefined : await this.#digest(stream, sealed, options);
    const digested = bodyDigest === undefined ? sealed : sealed.map((each) => ({ ...each, metadata: { ...each.metadata, bodyDigest } }));
    return this.#append(id, stream, before, digested);
  }

  async #append(id: string, stream: string, before: Folded, events: readonly EventToAppend[]): Promise<Executed> {
    const first = before.revision + 1;
    let appended;
    try {
      appended = await this.options.store.append(stream, before.revision < 0 ? 'no-stream' : before.revision, events);
    } catch (error) {
      if (error instanceof RevisionConflict) throw new Conflict(error);
      throw error;
    }
    const { revision, position } = appended;
    // Only the last event's position is told: of several, the others' are read.
    const recorded =
      events.length === 1
        ? events.map((each) => ({ stream, revision, position, ...each }))
        : (await this.options.store.readStream(stream, first)).slice(0, events.length);
    this.#folded.advance(stream, before, recorded);
    return { id, revision, position, events: recorded.map((each) => this.options.catalogue.upToDate(each)) };
  }

  async #repeated(id: string, stream: string, place: CommandPlace, options: ExecuteCommand): Promise<Executed> {
    const recorded = (await this.options.store.readStream(stream, place.first)).slice(0, place.last - place.first + 1);
    const last = recorded.at(-1);
    if (!last) throw new Error(`${stream} has lost the events of command ${options.commandId}`);
    if (options.body !== undefined) await this.#mustBeTheSame(stream, recorded, last.metadata.bodyDigest, options);
    const events = recorded.map((each) => this.options.catalogue.upToDate(each));
    return { id, revision: last.revision, position: last.position, events };
  }

  /** So that a repeat finds it, whatever has changed by then. */
  async #keepUnchanged(stream: string, { revision }: Folded, metadata: Omit<EventMetadata, 'eventId' | 'schemaVersion'>, options: ExecuteCommand): Promise<void> {
    const kept = unchangedStream(options.commandId);
    const { type, data } = NothingChanged({ stream, revision });
    const found = { type, data: asJson(data), metadata: { eventId: uuidOf(options.commandId, kept, 0), schemaVersion: NothingChanged.version, ...metadata } };
    const bodyDigest = await this.#digest(stream, [found], options);
    try {
      await this.options.store.append(kept, 'no-stream', [{ ...found, metadata: { ...found.metadata, ...(bodyDigest !== undefined && { bodyDigest }) } }]);
    } catch (error) {
      // In another process it came at the same time.
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }

  async #unchangedBefore(id: string, stream: string, options: ExecuteCommand): Promise<Executed | undefined> {
    const [found] = await this.options.store.readStream(unchangedStream(options.commandId));
    if (!found) return undefined;
    await this.#mustBeTheSame(stream, [found], found.metadata.bodyDigest, options);
    const { revision } = found.data as unknown as NothingChanged;
    const [last] = revision < 0 ? [] : await this.options.store.readStream(stream, revision);
    return { id, revision, position: last?.position ?? '', events: [] };
  }

  /** Another body must not be answered as if it were the first. */
  async #mustBeTheSame(stream: string, events: readonly EventToAppend[], bodyDigest: string | undefined, options: ExecuteCommand): Promise<void> {
    const again = bodyDigest === undefined ? undefined : await this.#digest(stream, events, options);
    if (again === undefined) throw new IdempotencyUnknowable(options.commandId);
    if (again !== bodyDigest) throw new IdempotencyMismatch(options.commandId);
  }

  /** Of the body that these events of one command came of. */
  async #digest(stream: string, events: readonly EventToAppend[], { body, tellsOfNobody = false }: ExecuteCommand): Promise<string | undefined> {
    const [first] = events;
    // What was sealed elsewhere and is only carried along was not in the body.
    const told = events.flatMap(({ data, metadata: { eventId } }) => sealedIn(data).filter(({ $sealed: [, , origin, originEventId] }) => origin === stream && originEventId === eventId));
    return first && this.options.digestBody(body, stream, first.metadata, { of: [...new Set(told.map(({ $sealed: [, subject] }) => subject))], ofNobody: tellsOfNobody });
  }
}

/** Another process wrote first: decide again. Apart from a `RevisionConflict` that is the answer. */
class Conflict extends Error {
  constructor(readonly conflict: RevisionConflict) {
    super(conflict.message);
  }
}

function common({ organisationId, siteId, journeyId }: Belonging, { commandId, correlationId, causationId }: ExecuteCommand) {
  return {
    organisationId,
    ...(siteId === undefined ? {} : { siteId }),
    ...(journeyId === undefined ? {} : { journeyId }),
    commandId,
    correlationId,
    ...(causationId === undefined ? {} : { causationId }),
  };
}

function mustBeAt(stream: string, expected: ExpectedRevision | undefined, actual: number | undefined): void {
  if (expected !== undefined && expected !== (actual ?? 'no-stream')) throw new RevisionConflict(stream, expected, actual);
}

function decide(aggregate: Aggregate, command: Command, state: unknown): readonly DomainEvent[] {
  const decisions = aggregate.decider.decide as Readonly<Record<string, ((command: Command, state: unknown) => readonly DomainEvent[]) | undefined>>;
  if (!Object.hasOwn(decisions, command.type)) throw new Error(`${aggregate.category} has no command ${command.type}`);
  return decisions[command.type]?.(command, state) ?? [];
}

/**
 * When a command's events happened, RFC 3339. People may not write down what is yet to come, nor what was before the beginning:
 * throws `InvalidField`. Messages of others may arrive in any order.
 */
export function occurrence({ occurredAt, actor }: Pick<ExecuteCommand, 'occurredAt' | 'actor'>, now: Date, belonging: Belonging | undefined): string {
  if (occurredAt === undefined) return now.toISOString();
  const at = Date.parse(occurredAt);
  if (Number.isNaN(at)) throw new InvalidField([{ path: 'occurredAt', code: 'not-a-time' }]);
  if (actor.role !== 'system') {
    if (at > now.getTime() + skewMs) throw new InvalidField([{ path: 'occurredAt', code: 'in-the-future' }]);
    if (belonging?.beganAt !== undefined && at < Date.parse(belonging.beganAt)) throw new InvalidField([{ path: 'occurredAt', code: 'before-the-beginning' }]);
  }
  return new Date(Math.min(at, now.getTime())).toISOString();
}
