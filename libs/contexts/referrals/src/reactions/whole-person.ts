import type { Work } from '@alongside/service';
import { journeyOf } from '../api/request.js';
import { journeysOf, nobody } from '../domain/person.js';
import { journey as known, type Journey } from '../domain/state.js';
import { joinPerson, moveToPerson, personOf } from './erasure.js';
import { linkPastReferrals, unlinkPastReferrals } from './past-referrals.js';
import type { KnownJourney } from './told-elsewhere.js';

/** Gives a referral that is over back where the link that it came with was taken back. */
export async function backWithTheOther(work: Work, { linkedWith, personId }: Journey): Promise<void> {
  const other = linkedWith === undefined ? undefined : await journeyOf(work, linkedWith);
  if (linkedWith !== undefined && other && other.personId !== personId) await unlinkPastReferrals(work, linkedWith, { personId: other.ownPersonId, fromPersonId: personId });
}

/** Whose a journey is, once every link that stands in the log has been followed. */
async function followed(work: Work, journeyId: string): Promise<Journey> {
  const seen = new Set<string>();
  for (;;) {
    const journey = known((await journeyOf(work, journeyId)) ?? { status: 'none' });
    if (seen.has(journey.personId)) return journey;
    seen.add(journey.personId);
    await backWithTheOther(work, journey);
    const ownId = (await personOf(work, journey.personId))?.firstJourneyId;
    if (ownId !== undefined) await linkPastReferrals(work, ownId);
  }
}

/**
 * Everything of a person, as the referrals themselves have it: what processes have not followed up yet, of links and of links that were
 * taken back, is done first. Whoever acts on a person as a whole asks here, so that nobody is left out, and nobody is meant who is
 * somebody else.
 */
export async function wholePerson(work: Work, journeyId: string): Promise<{ readonly personId: string; readonly journeys: readonly KnownJourney[] }> {
  const asked = await followed(work, journeyId);
  const { personId } = asked;
  await joinPerson(work, journeyId, asked);
  const journeys = new Map<string, Journey>();
  const strangers = new Set<string>();
  const next = async () => journeysOf((await personOf(work, personId)) ?? nobody).find((each) => !journeys.has(each) && !strangers.has(each));
  for (let each = await next(); each !== undefined; each = await next()) {
    const journey = await followed(work, each);
    if (journey.personId === personId) {
      journeys.set(each, journey);
      await linkPastReferrals(work, each);
    } else {
      strangers.add(each);
      await moveToPerson(work, each, journey, { personId: journey.personId, fromPersonId: personId });
    }
  }
  return { personId, journeys: [...journeys].map(([id, journey]) => ({ journeyId: id, journey })) };
}

/** The supporters whom the person became by these referrals. */
export const supportersAmong = (journeys: readonly KnownJourney[]): readonly string[] =>
  journeys.flatMap(({ journey }) => ((journey.status === 'ended' || journey.status === 'closed') && journey.supporterId !== undefined ? [journey.supporterId] : []));
