import type { Work } from '@alongside/service';
import { journeyOf } from '../api/request.js';
import { journeysOf, nobody } from '../domain/person.js';
import { referralAggregate } from '../domain/referral.js';
import { isOpen } from '../domain/state.js';
import { joinPerson, personOf } from './erasure.js';

/**
 * Who a person turned out to be, they are on their referrals that are over, too: an erasure, a death, how they may be reached without
 * harm hold for all of them. Each joins the person before it leaves the other.
 */
export async function linkPastReferrals(work: Work, journeyId: string): Promise<void> {
  const linked = await journeyOf(work, journeyId);
  if (!linked || linked.personId === linked.ownPersonId) return;
  const { personId, ownPersonId: fromPersonId } = linked;
  for (const pastId of journeysOf((await personOf(work, fromPersonId)) ?? nobody)) {
    const past = await journeyOf(work, pastId);
    if (!past || isOpen(past) || past.personId !== fromPersonId) continue;
    await work.execute(referralAggregate, pastId, 'link-past-referral', { personId, fromPersonId, withJourneyId: linked.linkedWith ?? journeyId }, { as: `link-past/${pastId}`, occurredAt: work.now });
    await joinPerson(work, pastId, { ...past, personId });
  }
}

/** The link was a mistake. They may be on their way still, so that either person's set may hold them. */
export async function unlinkPastReferrals(work: Work, withJourneyId: string, { personId, fromPersonId }: { readonly personId: string; readonly fromPersonId: string }): Promise<void> {
  const sets = await Promise.all([personId, fromPersonId].map((each) => personOf(work, each)));
  for (const pastId of new Set(sets.flatMap((each) => journeysOf(each ?? nobody)))) {
    await work.execute(referralAggregate, pastId, 'unlink-past-referral', { personId, fromPersonId, withJourneyId }, { as: `unlink-past/${pastId}`, occurredAt: work.now });
  }
}
