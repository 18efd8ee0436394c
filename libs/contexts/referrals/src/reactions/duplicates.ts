import { erased } from '@alongside/event-sourcing';
import type { Work } from '@alongside/service';
import { journeyOf } from '../api/request.js';
import { likenessesOf, mayBeOnePerson, type KnownIdentity } from '../domain/likeness.js';
import { referralAggregate } from '../domain/referral.js';
import type { Journey } from '../domain/state.js';
import type { Likeness } from '../domain/words.js';
import { identities, identityKeys } from '../read-models/identities.js';

/** Nobody reads through more than this: those with most in common come first. */
const mostRaised = 20;
const mostCompared = 60;
/** So many who share one thing: a hostel's telephone number tells nothing any more. */
const mostFound = 200;

interface Candidate {
  readonly journeyId: string;
  readonly journey: Journey;
  readonly found: readonly Likeness[];
}

/**
 * Raises who may be the same person, on both referrals. Of two that came at once, the one that is later in the log sees the
 * other: it looks only when the view has seen everything up to itself.
 */
export async function findDuplicates(work: Work, journeyId: string, position: string): Promise<void> {
  await work.caughtUp(identities, position);
  const own = await journeyOf(work, journeyId);
  if (!own || own.erased) return;
  const identity = await opened(work, own);
  const candidates = await candidatesFor(work, journeyId, own, identity);
  for (const { journeyId: otherId, journey: other, found } of candidates) {
    await note(work, journeyId, { journeyId: otherId, personId: other.personId, siteId: other.siteId, likenesses: found });
    await note(work, otherId, { journeyId, personId: own.personId, siteId: own.siteId, likenesses: found });
  }
}

async function note(work: Work, journeyId: string, duplicate: { readonly journeyId: string; readonly personId: string; readonly siteId: string; readonly likenesses: readonly Likeness[] }): Promise<void> {
  await work.execute(referralAggregate, journeyId, 'note-possible-duplicate', duplicate, { as: `duplicate/${journeyId}/${duplicate.journeyId}`, occurredAt: work.now });
}

async function candidatesFor(work: Work, journeyId: string, own: Journey, identity: KnownIdentity): Promise<readonly Candidate[]> {
  const inCommon = new Map<string, number>();
  for (const key of identityKeys) {
    const value = identity[key];
    if (value === undefined) continue;
    for (const id of await work.read(identities).like(own.organisationId, key, value, mostFound)) inCommon.set(id, (inCommon.get(id) ?? 0) + 1);
  }
  inCommon.delete(journeyId);
  const nearest = [...inCommon].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1)).slice(0, mostCompared);
  const candidates: Candidate[] = [];
  for (const [id] of nearest) {
    const journey = await journeyOf(work, id);
    if (!journey || journey.erased || journey.personId === own.personId || journey.organisationId !== own.organisationId) continue;
    const other = await opened(work, journey);
    const found = likenessesOf(identity, other);
    if (mayBeOnePerson(found, identity, other)) candidates.push({ journeyId: id, journey, found });
  }
  return candidates.sort((one, other) => other.found.length - one.found.length).slice(0, mostRaised);
}

/** What can still be read of who somebody is. */
async function opened(work: Work, journey: Journey): Promise<KnownIdentity> {
  const identity: Readonly<Record<string, unknown>> = await work.open(journey.identityDetails as Readonly<Record<string, unknown>>);
  return Object.fromEntries(Object.entries(identity).filter(([, value]) => typeof value === 'string' && value !== erased));
}
