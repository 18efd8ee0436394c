import { InvalidField, refuseUnless, type Actor } from '@alongside/event-sourcing';
import { currentRelationship, type KnownSupport } from './state.js';

export interface Ownership {
  /** Whom the command names. */
  readonly ownerId?: string;
  /** Staff who may see to it: coordinators of the site, the supporter's supervisor; looked up beforehand. */
  readonly possibleOwners: readonly string[];
}

/** Whoever is named, else the coordinator, the supervisor, anybody who can; never whom it is about. */
export function ownerOf(state: KnownSupport, ownership: Ownership, actor: Actor, aboutId: string | undefined): string {
  const { ownerId, possibleOwners } = ownership;
  if (ownerId !== undefined) {
    if (!possibleOwners.includes(ownerId)) throw new InvalidField([{ path: 'ownerId', code: 'unknown' }]);
    refuseUnless(ownerId !== aboutId, 'owner-is-whom-it-is-about');
    return ownerId;
  }
  const staff = actor.role === 'coordinator' || actor.role === 'supervisor' ? [actor.id] : [];
  const preferred = [state.journey.coordinatorId, currentRelationship(state)?.supervisorId].filter((each) => each !== undefined);
  // Who may have left since is the last resort: a worry is never refused because the list of staff is late.
  const found = [...preferred.filter((each) => possibleOwners.includes(each)), ...staff, ...possibleOwners, ...preferred].find((each) => each !== aboutId);
  refuseUnless(found !== undefined, 'owner-needed');
  return found;
}

/** Whom something is about never sees it. */
export const maySee = (userId: string, matter: { readonly aboutId?: string }): boolean => matter.aboutId === undefined || matter.aboutId !== userId;

/** Who looks after a journey, and so sees what is about safeguarding there whoever owns it. */
export interface Circle {
  readonly coordinatorId: string | undefined;
  readonly supervisorId: string | undefined;
}

export const circleOf = (state: KnownSupport): Circle => ({ coordinatorId: state.journey.coordinatorId, supervisorId: currentRelationship(state)?.supervisorId });

interface RestrictedConcern {
  readonly safeguarding: boolean;
  readonly ownerId: string;
  readonly aboutId?: string;
}

/** What is about safeguarding is its owner's, the named coordinator's and the supervisor's; any other concern is everybody's who sees the journey. */
export const maySeeConcern = (userId: string, concern: RestrictedConcern, { coordinatorId, supervisorId }: Circle): boolean =>
  maySee(userId, concern) && (!concern.safeguarding || [concern.ownerId, coordinatorId, supervisorId].includes(userId));
