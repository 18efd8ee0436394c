import type { Command, Decider } from './decider.js';
import type { AnyEventDefinition, DomainEvent } from './event.js';

/** Where a stream's subject belongs: what access is decided on, and what the metadata of its next events says. */
export interface Belonging {
  readonly organisationId: string;
  /** The site that holds it now. Absent: the whole organisation's. */
  readonly siteId?: string;
  readonly journeyId?: string;
  /** The supporter in whose hands it is now (a live relationship), or whose own record it is. */
  readonly supporterId?: string;
  /** The supervisor of that supporter. */
  readonly supervisorId?: string;
  /** The signed-in referrer who sent the referral. */
  readonly referrerId?: string;
  /** When the journey (or whatever it is) began: nothing may have occurred before. */
  readonly beganAt?: string;
}

/** A kind of stream: `<category>-<id>`, with what it can hold, how it decides and where each one belongs. */
// The command parameter is contravariant: a list of aggregates needs the wide form.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export interface Aggregate<State = any, C extends Command = any, E extends DomainEvent = any> {
  /** Stream prefix without the hyphen: `referral` for `referral-<journeyId>`. */
  readonly category: string;
  readonly events: readonly AnyEventDefinition[];
  readonly decider: Decider<State, C, E>;
  /** Where it belongs, from its state; undefined while it does not exist. */
  readonly belonging: (state: State, id: string) => Belonging | undefined;
}

export function aggregate<State, C extends Command, E extends DomainEvent>(definition: Aggregate<State, C, E>): Aggregate<State, C, E> {
  return definition;
}
