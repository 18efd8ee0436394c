import { streamOf, uuidOf, type Actor, type Aggregate, type RecordedEvent, type Streams } from '@alongside/event-sourcing';
import { settingsAggregate, settingsOf, type Firing, type Message } from '@alongside/messaging';
import type { Document, Documents, ReadModel } from '@alongside/read-models';
import type { ContextDefinition, ExecuteOptions, Executed, Work } from './context-definition.js';
import type { Occasion } from './services.js';

export interface WorkParts {
  readonly context: ContextDefinition;
  readonly streams: Pick<Streams, 'execute' | 'load'>;
  readonly documents: <Doc extends Document>(model: ReadModel<Doc>) => Documents<Doc>;
  readonly open: Work['open'];
  readonly erase: Work['erase'];
  readonly linkToken: Work['linkToken'];
  readonly linkSubject: Work['linkSubject'];
  readonly addressOf: Work['addressOf'];
  readonly caughtUp: Work['caughtUp'];
  /** One stream's events in today's shape. */
  readonly readStream: (stream: string) => Promise<readonly RecordedEvent[]>;
}

/** Makes what every occasion of a context works with. Aggregates and read models of other contexts are out of reach. */
export function workshop({ context, streams, documents, open, erase, linkToken, linkSubject, addressOf, caughtUp, readStream }: WorkParts): (occasion: Occasion) => Work {
  const own: ReadonlySet<Aggregate> = new Set<Aggregate>([...context.aggregates, settingsAggregate(context.name)]);
  const mustBeOwn = (aggregate: Aggregate): void => {
    if (!own.has(aggregate)) throw new Error(`${context.name} does not list the aggregate ${aggregate.category}`);
  };
  const { setting, settings } = settingsOf(context.name, (aggregate, organisationId) => streams.load(aggregate, organisationId));
  const models = new Set<object>(context.readModels);
  const opened = new Map<object, Documents<Document>>();

  const load: Work['load'] = (aggregate, id) => {
    mustBeOwn(aggregate);
    return streams.load(aggregate, id);
  };
  const read = <Doc extends Document>(model: ReadModel<Doc>): Documents<Doc> => {
    const known = opened.get(model);
    if (known) return known as unknown as Documents<Doc>;
    if (!models.has(model)) throw new Error(`${context.name} does not list the read model ${model.name}`);
    const fresh = documents(model);
    opened.set(model, fresh as unknown as Documents<Document>);
    return fresh;
  };

  const categories = [...own].map((each) => `${each.category}-`);
  const history = async (names: readonly string[]): Promise<readonly RecordedEvent[]> => {
    for (const name of names) {
      if (!context.reads && !categories.some((category) => name.startsWith(category))) throw new Error(`${context.name} may not read streams of others`);
    }
    const events = (await Promise.all(names.map((name) => readStream(name)))).flat();
    return events.sort((one, other) => (one.position < other.position ? -1 : one.position > other.position ? 1 : one.revision - other.revision));
  };

  return (occasion) => {
    const execute = (aggregate: Aggregate, id: string, command: string, data: unknown, options: ExecuteOptions = {}): Promise<Executed> => {
      mustBeOwn(aggregate);
      const stream = streamOf(aggregate, id);
      const { main } = occasion;
      const isMain = options.as === undefined && main?.stream === stream && main.command === command;
      const occurredAt = options.occurredAt ?? occasion.occurredAt;
      return streams.execute(aggregate, id, { type: command, data }, {
        commandId: isMain ? occasion.commandId : uuidOf(occasion.commandId, options.as ?? `${stream}/${command}`),
        actor: occasion.actor,
        correlationId: occasion.correlationId,
        ...(occasion.causationId !== undefined && { causationId: occasion.causationId }),
        ...(occurredAt !== undefined && { occurredAt }),
        ...(options.expectedRevision !== undefined && { expectedRevision: options.expectedRevision }),
        ...(isMain && occasion.body !== undefined && { body: occasion.body, tellsOfNobody: occasion.tellsOfNobody ?? false }),
      });
    };
    return { now: occasion.now, execute, load, setting, settings, read, caughtUp, open, history, erase, linkToken, linkSubject, addressOf, newId: (kind) => uuidOf(occasion.commandId, kind) };
  };
}

const system = (name: string): Actor => ({ id: name, role: 'system' });

/** A message that a reaction answers: it happened when its event did, and it happens once however often it arrives. */
export function occasionOfMessage(consumer: string, reaction: string, message: Message, now: string): Occasion {
  return {
    commandId: uuidOf(message.source.eventId, message.name, consumer, reaction),
    actor: system(`${consumer}/${reaction}`),
    now,
    occurredAt: message.occurredAt,
    correlationId: message.correlationId,
    causationId: message.source.eventId,
  };
}

/** An event of the context's own log that a process follows up. */
export function occasionOfEvent(context: string, process: string, { metadata }: RecordedEvent, now: string): Occasion {
  return {
    commandId: uuidOf(metadata.eventId, context, process),
    actor: system(`${context}/${process}`),
    now,
    occurredAt: metadata.occurredAt,
    correlationId: metadata.correlationId,
    causationId: metadata.eventId,
  };
}

/** A timer that fires: its command is the occasion itself. */
export function occasionOfTimer(context: string, timer: string, firing: Firing, command: string, now: string): Occasion {
  return {
    commandId: firing.commandId,
    actor: system(`${context}/${timer}`),
    now,
    occurredAt: firing.occurredAt,
    correlationId: firing.commandId,
    causationId: firing.eventId,
    main: { stream: firing.stream, command },
  };
}
