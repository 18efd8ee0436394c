import type { Actor } from '@alongside/event-store';
import type { DomainEvent } from './event.js';

/** What comes with every command, so that deciding stays pure. */
export interface CommandEnvelope {
  readonly actor: Actor;
  /** When it happened (RFC 3339, UTC): rules about dates are judged at this time. */
  readonly occurredAt: string;
  /** When it is written down. */
  readonly now: string;
  /** An id that this command gives out: UUIDv5(commandId, kind). The same for a retry. */
  readonly newId: (kind: string) => string;
}

/** A command: its name, its body (`data`) and its envelope. */
export type Command<Type extends string = string, Data = unknown> = CommandEnvelope & {
  readonly type: Type;
  readonly data: Data;
};

/** Builds the union of commands from a map of bodies: `CommandsOf<{ 'assign-coordinator': { staffId: string } }>`. */
export type CommandsOf<Bodies> = { [Type in keyof Bodies & string]: Command<Type, Bodies[Type]> }[keyof Bodies & string];

export interface Decider<State, C extends Command, E extends DomainEvent> {
  readonly initial: State;
  /** Answers the events that follow, `[]` when it is already so, or throws a `Refusal`. */
  readonly decide: { readonly [Type in C['type']]: (command: Extract<C, { type: Type }>, state: State) => readonly E[] };
  /** Never throws, never validates. Events without an entry leave the state as it is. */
  readonly evolve: { readonly [Type in E['type']]?: (state: State, event: Occurred<Extract<E, { type: Type }>>) => State };
}

/** An event as `evolve` sees it: with when it happened, when it was recorded and who did it. */
export type Occurred<E extends DomainEvent> = E & {
  readonly metadata: { readonly eventId: string; readonly occurredAt: string; readonly recordedAt: string; readonly actor: Actor };
};

export function decider<State, C extends Command, E extends DomainEvent>(definition: Decider<State, C, E>): Decider<State, C, E> {
  return definition;
}

/**
 * A rule of the domain says no. `rule` is stable and is shown in the answer (409); `details` holds codes, ids and field
 * names, never personal data.
 */
export class Refusal extends Error {
  constructor(
    readonly rule: string,
    readonly details?: Readonly<Record<string, unknown>>,
  ) {
    super(rule);
    this.name = 'Refusal';
  }
}

/** A field of the command's body that only the state can judge (an unknown form field, a term not in the list): 422. */
export class InvalidField extends Error {
  constructor(readonly errors: readonly { readonly path: string; readonly code: string }[]) {
    super(errors.map((each) => `${each.path}: ${each.code}`).join(', '));
    this.name = 'InvalidField';
  }
}

export function refuse(rule: string, details?: Readonly<Record<string, unknown>>): never {
  throw new Refusal(rule, details);
}

export function refuseUnless(condition: unknown, rule: string, details?: Readonly<Record<string, unknown>>): asserts condition {
  if (!condition) throw new Refusal(rule, details);
}

/** Narrows a state union to the status a rule needs, or refuses: by default with `not-<status>`. */
export function mustBe<State extends { readonly status: string }, Status extends State['status']>(
  state: State,
  status: Status | readonly Status[],
  rule?: string,
): Extract<State, { status: Status }> {
  const allowed: readonly string[] = typeof status === 'string' ? [status] : status;
  refuseUnless(allowed.includes(state.status), rule ?? `not-${allowed.join('-or-')}`, { status: state.status });
  return state as Extract<State, { status: Status }>;
}

/** Folds events into a state. */
export function fold<State, C extends Command, E extends DomainEvent>(
  definition: Decider<State, C, E>,
  events: Iterable<Occurred<E>>,
  from: State = definition.initial,
): State {
  const handlers = definition.evolve as Readonly<Record<string, ((state: State, event: Occurred<E>) => State) | undefined>>;
  let state = from;
  for (const each of events) state = handlers[each.type]?.(state, each) ?? state;
  return state;
}
