import type { Executed, Request } from '@alongside/service';
import type { Journey, KnownSupport, Support } from '../domain/support/state.js';
import { currentRelationship } from '../domain/support/state.js';
import { possibleAnswerers, possibleOwners, timeZoneOf } from './lookups.js';

/** The body as the decider takes it: when it happened travels in the envelope. */
export function dataOf<B extends object>(body: B): Omit<B, 'occurredAt'> {
  const { occurredAt: _occurredAt, ...data } = body as B & { readonly occurredAt?: string };
  return data as Omit<B, 'occurredAt'>;
}

/** Access is checked before anything is prepared, so that there is a journey. */
export function knownIn(state: Support | undefined): KnownSupport {
  if (state?.status !== 'known') throw new Error('prepared without a record');
  return state;
}

export const journeyIn = (state: Support | undefined): Journey => knownIn(state).journey;

/** The body with the time zone of the journey's site. */
export async function inItsZone<B extends object>(request: Request<B>, state: Support | undefined) {
  const { organisationId, siteId } = journeyIn(state);
  return { ...dataOf(request.body), timeZone: await timeZoneOf(request, organisationId, siteId) };
}

/** The body with those on the staff who may see to a worry of this journey. */
export async function withOwners<B extends object>(request: Request<B>, state: Support | undefined) {
  const known = knownIn(state);
  const { organisationId, siteId } = known.journey;
  return { ...dataOf(request.body), possibleOwners: await possibleOwners(request, organisationId, siteId, currentRelationship(known)?.supervisorId) };
}

/** The body with those on the staff who may answer a question of this journey. */
export async function withAnswerers<B extends object>(request: Request<B>, state: Support | undefined) {
  const { organisationId, siteId } = journeyIn(state);
  return { ...dataOf(request.body), possibleOwners: await possibleAnswerers(request, organisationId, siteId) };
}

/** An id that the command gave out, as its event has it. */
export const given =
  (field: string) =>
  (_request: unknown, executed: Executed): Record<string, unknown> => {
    const value = executed.events[0]?.data[field];
    return value === undefined ? {} : { [field]: value };
  };
