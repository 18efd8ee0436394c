import { follow, type Process, type Work } from '@alongside/service';
import { journeyOf } from '../api/request.js';
import { carriedFrom, withoutCarriedFrom } from '../domain/carrying-over.js';
import {
  DeathCorrected,
  DuplicateDismissed,
  PastReferralLinkedToPerson,
  PastReferralUnlinkedFromPerson,
  PersonDied,
  PersonErased,
  ReferralDirectedToTraining,
  ReferralFormAmended,
  ReferralLinkedToPerson,
  ReferralMerged,
  ReferralReceived,
  ReferralUnlinkedFromPerson,
  ReferrerErased,
  SafeContactSet,
} from '../domain/events.js';
import { PersonDeathCorrected, PersonDeathRecorded, PersonErasureOrdered } from '../domain/person-events.js';
import { journeysOf, nobody, personAggregate } from '../domain/person.js';
import { referralAggregate } from '../domain/referral.js';
import type { ToldElsewhere } from '../domain/told.js';
import { findDuplicates } from './duplicates.js';
import { erase, joinPerson, joinSupporter, moveToPerson, personOf, type Move } from './erasure.js';
import { linkPastReferrals, unlinkPastReferrals } from './past-referrals.js';
import { eraseReferrer } from './referrers.js';
import { answersToldOn, safeContactToldOn, type KnownJourney } from './told-elsewhere.js';
import { backWithTheOther, wholePerson } from './whole-person.js';

const journeyIdOf = ({ metadata }: { readonly metadata: { readonly journeyId?: string } }): string => metadata.journeyId ?? '';

interface Moved {
  readonly metadata: { readonly journeyId?: string };
  readonly data: Move;
}

/** Where it was linked or unlinked again since, the last word counts. */
async function moved(event: Moved, work: Work): Promise<void> {
  const journeyId = journeyIdOf(event);
  const journey = await journeyOf(work, journeyId);
  if (journey && journey.personId !== event.data.fromPersonId) await moveToPerson(work, journeyId, journey, { personId: journey.personId, fromPersonId: event.data.fromPersonId });
}

const others = async (work: Work, personId: string, journeyId: string): Promise<readonly KnownJourney[]> => {
  const found: KnownJourney[] = [];
  for (const id of journeysOf((await personOf(work, personId)) ?? nobody)) {
    const journey = id === journeyId ? undefined : await journeyOf(work, id);
    if (journey?.personId === personId) found.push({ journeyId: id, journey });
  }
  return found;
};

/** A journey takes over what was told elsewhere; dated now, for it may have begun since. */
async function carryOver(work: Work, { journeyId, journey: { personId } }: KnownJourney, told: ToldElsewhere, prevails: boolean): Promise<void> {
  if (told.safeContact === undefined && Object.keys(told.answers).length === 0) return;
  await work.execute(referralAggregate, journeyId, 'carry-over', { personId, told, ...(prevails && { prevails }) }, { occurredAt: work.now });
}

/**
 * How somebody may be reached holds on all their journeys: a follow-up of one that is over reaches out, too. Each takes over what was
 * told last on any of them, so that it need not be told twice.
 */
async function shareSafeContact(work: Work, journeyId: string, prevails = false): Promise<void> {
  const journey = await journeyOf(work, journeyId);
  if (!journey) return;
  const journeys = [{ journeyId, journey }, ...(await others(work, journey.personId, journeyId))];
  for (const each of journeys) {
    const safeContact = await safeContactToldOn(work, each.journey, journeys);
    if (safeContact) await carryOver(work, each, { safeContact, answers: {} }, prevails);
  }
  // Whose link was taken back while this went on, their word is a stranger's by now: nobody else may have seen it in time.
  const toldOn = new Set<string>();
  for (const each of journeys) {
    // Referrals that are over are theirs, too, before it is asked whose word is whose.
    await linkPastReferrals(work, each.journeyId);
    for (const source of carriedFrom((await journeyOf(work, each.journeyId)) ?? each.journey)) toldOn.add(source);
  }
  for (const source of toldOn) await takeBack(work, source, journey.personId);
}

/** What a journey told others, and what they were told by way of it, is not theirs: what they said themselves holds again. */
async function takeBack(work: Work, journeyId: string, personId: string): Promise<void> {
  const journey = await journeyOf(work, journeyId);
  // Linked again meanwhile.
  if (!journey || journey.personId === personId) return;
  const fromJourneyIds = [journeyId, ...carriedFrom(journey)];
  const known = await others(work, personId, journeyId);
  const theirs = known.map((each) => ({ ...each, journey: withoutCarriedFrom(fromJourneyIds, each.journey) }));
  for (const each of theirs) {
    const safeContact = await safeContactToldOn(work, each.journey, theirs);
    const told = { ...(safeContact && { safeContact }), answers: {} };
    await work.execute(referralAggregate, each.journeyId, 'take-back-carried', { fromJourneyIds, told }, { as: `take-back/${journeyId}/${each.journeyId}`, occurredAt: work.now });
  }
}

async function shareWithPerson(event: Moved, work: Work, prevails = false): Promise<void> {
  const journey = await journeyOf(work, journeyIdOf(event));
  if (journey?.personId !== event.data.personId) return;
  // Of the set before it is looked at: what is told on another journey from now on finds this one.
  await joinPerson(work, journeyIdOf(event), journey);
  await shareSafeContact(work, journeyIdOf(event), prevails);
}

/** What is shared after it was told meanwhile on journeys of their own. */
async function takeBackAndShare(event: Moved, work: Work): Promise<void> {
  await takeBack(work, journeyIdOf(event), event.data.fromPersonId);
  await shareWithPerson(event, work);
}

/** What was decided on one referral needs no deciding on the other. */
async function settle(work: Work, journeyId: string, ownPersonId: string, otherPersonId: string, decision: 'linked' | 'dismissed'): Promise<void> {
  const journey = await journeyOf(work, journeyId);
  for (const other of journey?.duplicates[otherPersonId]?.journeys ?? []) {
    await work.execute(referralAggregate, other.journeyId, 'settle-duplicate', { personId: ownPersonId, decision, journeyId }, { as: `settle/${ownPersonId}/${other.journeyId}` });
  }
}

/** Who is of one person now by way of others needs no deciding either. */
async function settleAmong(work: Work, journeyId: string, personId: string, ownPersonId: string): Promise<void> {
  const settled = (on: string, ownPersonId: string, by: string) =>
    work.execute(referralAggregate, on, 'settle-duplicate', { personId: ownPersonId, decision: 'linked', journeyId: by }, { as: `settle-among/${on}/${by}` });
  for (const other of await others(work, personId, journeyId)) {
    await settled(other.journeyId, ownPersonId, journeyId);
    await settled(journeyId, other.journey.ownPersonId, other.journeyId);
  }
}

export const processes: readonly Process[] = [
  {
    name: 'keep-persons',
    says: 'Keeps the set of journeys and subjects of each person: received, linked, unlinked, directed to training.',
    on: [
      follow(ReferralReceived, (event, work) =>
        joinPerson(work, journeyIdOf(event), { organisationId: event.data.organisationId, personId: event.data.personId, beganAt: event.metadata.occurredAt }),
      ),
      follow(ReferralLinkedToPerson, async (event, work) => {
        await moved(event, work);
        await linkPastReferrals(work, journeyIdOf(event));
      }),
      follow(ReferralUnlinkedFromPerson, async (event, work) => {
        await moved(event, work);
        await unlinkPastReferrals(work, journeyIdOf(event), event.data);
      }),
      follow(PastReferralLinkedToPerson, async (event, work) => {
        await moved(event, work);
        // The other one may have been unlinked while this one followed it.
        const journey = await journeyOf(work, journeyIdOf(event));
        if (journey) await backWithTheOther(work, journey);
      }),
      follow(PastReferralUnlinkedFromPerson, moved),
      follow(ReferralDirectedToTraining, async (event, work) => {
        const journey = await journeyOf(work, journeyIdOf(event));
        if (!journey) return;
        await joinPerson(work, journeyIdOf(event), journey);
        await joinSupporter(work, journey.personId, event.data.supporterId);
      }),
    ],
  },
  {
    name: 'find-duplicates',
    says: 'Looks for people who are known already, on receipt and when somebody’s identity is amended.',
    on: [
      follow(ReferralReceived, (event, work) => findDuplicates(work, journeyIdOf(event), event.position)),
      follow(ReferralFormAmended, async (event, work) => {
        if (event.data.identity) await findDuplicates(work, journeyIdOf(event), event.position);
      }),
    ],
  },
  {
    name: 'settle-duplicates',
    says: 'Tells the other referral what was decided about a possible duplicate.',
    on: [
      follow(ReferralLinkedToPerson, async (event, work) => {
        await settle(work, journeyIdOf(event), event.data.fromPersonId, event.data.personId, 'linked');
        await settleAmong(work, journeyIdOf(event), event.data.personId, event.data.fromPersonId);
      }),
      follow(PastReferralLinkedToPerson, async (event, work) => {
        const journey = await journeyOf(work, journeyIdOf(event));
        if (journey) await settleAmong(work, journeyIdOf(event), event.data.personId, journey.ownPersonId);
      }),
      follow(DuplicateDismissed, async (event, work) => {
        const journey = await journeyOf(work, journeyIdOf(event));
        if (journey) await settle(work, journeyIdOf(event), journey.personId, event.data.personId, 'dismissed');
      }),
      // Who is erased can be likened to nobody any more.
      follow(PersonErased, async (event, work) => {
        const journey = await journeyOf(work, journeyIdOf(event));
        for (const personId of Object.keys(journey?.duplicates ?? {})) await settle(work, journeyIdOf(event), event.data.personId, personId, 'dismissed');
      }),
    ],
  },
  {
    name: 'join-journeys',
    says: 'Tells the open journey that a second referral joined it, and what was told with it; a deferral is over by that.',
    on: [
      follow(ReferralMerged, async (event, work) => {
        const { intoJourneyId } = event.data;
        await work.execute(referralAggregate, intoJourneyId, 'note-joined', { journeyId: journeyIdOf(event) });
        const [journey, into] = await Promise.all([journeyOf(work, journeyIdOf(event)), journeyOf(work, intoJourneyId)]);
        if (!journey || !into) return;
        const joined = [{ journeyId: journeyIdOf(event), journey }];
        const safeContact = await safeContactToldOn(work, into, joined);
        await carryOver(work, { journeyId: intoJourneyId, journey: into }, { ...(safeContact && { safeContact }), answers: await answersToldOn(work, into, joined) }, true);
      }),
    ],
  },
  {
    name: 'share-safe-contact',
    says: 'Lets how somebody may be reached without harm, as they told it last, hold on every journey of theirs.',
    on: [
      follow(SafeContactSet, (event, work) => shareSafeContact(work, journeyIdOf(event))),
      follow(ReferralLinkedToPerson, (event, work) => shareWithPerson(event, work, true)),
      follow(PastReferralLinkedToPerson, shareWithPerson),
      follow(ReferralUnlinkedFromPerson, takeBackAndShare),
      follow(PastReferralUnlinkedFromPerson, takeBackAndShare),
    ],
  },
  {
    name: 'complete-erasure',
    says: 'Finishes an erasure that was ordered: every key, every journey.',
    on: [
      follow(PersonErasureOrdered, async ({ data }, work) => {
        await erase(work, data);
        await work.execute(personAggregate, data.personId, 'complete-erasure', { subjects: data.subjects });
      }),
    ],
  },
  {
    name: 'complete-erasure-of-referrer',
    says: 'Finishes the erasure of who referred: every key, every referral of theirs.',
    on: [follow(ReferrerErased, (event, work) => eraseReferrer(work, event.data, journeyIdOf(event)))],
  },
  {
    name: 'tell-of-death',
    says: 'Tells every journey of a person that they have died.',
    on: [
      follow(PersonDied, async (event, work) => {
        const journey = await journeyOf(work, journeyIdOf(event));
        if (!journey) return;
        const { personId, journeys } = await wholePerson(work, journeyIdOf(event));
        const there = journeys.map(({ journeyId }) => journeyId);
        await work.execute(personAggregate, personId, 'record-death', { toldOn: journeyIdOf(event), there, orderedAt: event.metadata.recordedAt });
      }),
      follow(PersonDeathRecorded, async ({ data, metadata }, work) => {
        for (const journeyId of data.journeyIds) await work.execute(referralAggregate, journeyId, 'record-death', { orderedAt: metadata.recordedAt });
      }),
    ],
  },
  {
    name: 'tell-of-corrected-death',
    says: 'Tells every journey of a person that their death was written down by mistake.',
    on: [
      follow(DeathCorrected, async (event, work) => {
        const journey = await journeyOf(work, journeyIdOf(event));
        if (journey && !journey.died) await work.execute(personAggregate, journey.personId, 'correct-death', { toldOn: journeyIdOf(event) });
      }),
      follow(PersonDeathCorrected, async ({ data }, work) => {
        for (const journeyId of data.journeyIds) await work.execute(referralAggregate, journeyId, 'note-death-corrected', {});
      }),
    ],
  },
];
