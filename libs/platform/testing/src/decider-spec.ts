import {
  Refusal,
  fold,
  uuidOf,
  type Actor,
  type Command,
  type CommandEnvelope,
  type Decider,
  type DomainEvent,
  type EventMetadata,
  type InvalidField,
  type Occurred,
} from '@alongside/event-sourcing';

/** The fixed moment at which tests act, unless they say otherwise. */
export const testNow = '2026-03-02T10:00:00.000Z';

export const testIds = {
  organisationId: uuidOf('test', 'organisation'),
  siteId: uuidOf('test', 'site'),
  otherSiteId: uuidOf('test', 'other-site'),
  journeyId: uuidOf('test', 'journey'),
  personId: uuidOf('test', 'person'),
  supporterId: uuidOf('test', 'supporter'),
  coordinatorId: uuidOf('test', 'coordinator'),
  supervisorId: uuidOf('test', 'supervisor'),
  administratorId: uuidOf('test', 'administrator'),
  referrerId: uuidOf('test', 'referrer'),
} as const;

export const coordinatorActor: Actor = { id: testIds.coordinatorId, role: 'coordinator' };

/** An event that occurred (and was recorded) at a time other than `testNow`, or by somebody else. */
export function at<E extends DomainEvent>(occurredAt: string, event: E, actor?: Actor): E & { readonly at: string; readonly by?: Actor } {
  return { ...event, at: occurredAt, ...(actor ? { by: actor } : {}) };
}

/** Metadata of the n-th event given, the same every time. */
export function testMetadata(event: DomainEvent, index: number): EventMetadata {
  const placed = event as DomainEvent & { at?: string; by?: Actor };
  const occurredAt = placed.at ?? testNow;
  return {
    eventId: uuidOf('test-event', index),
    schemaVersion: 1,
    occurredAt,
    recordedAt: occurredAt,
    actor: placed.by ?? coordinatorActor,
    organisationId: testIds.organisationId,
    siteId: testIds.siteId,
    journeyId: testIds.journeyId,
    commandId: uuidOf('test-command', index),
    correlationId: uuidOf('test-correlation', index),
  };
}

/** A command at `testNow` by the coordinator; the envelope can be changed. Ids it gives out derive from its name. */
export function commanding<const Type extends string, const Data>(type: Type, data: Data, envelope: Partial<CommandEnvelope> = {}): Command<Type, Data> {
  return {
    type,
    data,
    actor: coordinatorActor,
    occurredAt: testNow,
    now: testNow,
    newId: (kind) => uuidOf('test-new', type, kind),
    ...envelope,
  };
}

/**
 * The words of a decider's test: `const given = specify(referral);`
 * `given(received()).when(commanding('accept-referral', {})).refused('identity-not-confirmed')`.
 */
export function specify<State, C extends Command, E extends DomainEvent>(definition: Decider<State, C, E>) {
  return (...events: readonly E[]) => {
    const occurred = events.map((each, index) => ({ ...each, metadata: testMetadata(each, index) }) as Occurred<E>);
    const state = fold(definition, occurred);
    return {
      /** The state that these events fold to. */
      state,
      when(command: C) {
        const decide = definition.decide[command.type as C['type']] as unknown as (command: C, state: State) => readonly E[];
        return {
          then(...expected: readonly E[]): void {
            expect(decide(command, state)).toEqual(expected);
          },
          /** For events whose data is checked in part. */
          thenMatching(...expected: readonly { readonly type: E['type']; readonly data?: object }[]): void {
            const actual = decide(command, state);
            expect(actual.map((each) => each.type)).toEqual(expected.map((each) => each.type));
            expect(actual).toMatchObject(expected.map((each) => (each.data ? each : { type: each.type })));
          },
          nothing(): void {
            expect(decide(command, state)).toEqual([]);
          },
          refused(rule: string, details?: Readonly<Record<string, unknown>>): void {
            const refusal = thrownBy(() => decide(command, state));
            expect(refusal).toBeInstanceOf(Refusal);
            expect((refusal as Refusal).rule).toBe(rule);
            if (details) expect((refusal as Refusal).details).toMatchObject(details);
          },
          invalid(...paths: readonly string[]): void {
            const error = thrownBy(() => decide(command, state)) as InvalidField;
            expect(error?.name).toBe('InvalidField');
            expect(error.errors.map((each) => each.path)).toEqual(paths);
          },
        };
      },
    };
  };
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
