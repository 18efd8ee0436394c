import type { Work } from '@alongside/service';
import { journeyOf } from '../api/request.js';
import { journeysOf, nobody } from '../domain/person.js';
import { referralAggregate } from '../domain/referral.js';
import { isOpen } from '../domain/state.js';
import { moveToPerson, personOf, type Move } from './erasure.js';

async function move(work: Work, command: 'link-past-referral' | 'unlink-past-referral', pastId: string, to: Move & { readonly withJourneyId: string }): Promise<void> {
  const past = await journeyOf(work, pastId);
  if (!past) return;
  const { events } = await work.execute(referralAggregate, pastId, command, to, { as: `${command}/${pastId}/${to.personId}`, occurredAt: work.now });
  if (events.length > 0) await moveToPerson(work, pastId, past, to);
}

/**
 * Who a person turned out to be, they are on their referrals that are over, too: an erasure, a death, how they may be reached without
 * harm hold for all of them.
 */
export async function linkPastReferrals(work: Work, journeyId: string): Promise<void> {
  const linked = await journeyOf(work, journeyId);
  if (!linked || linked.personId === linked.ownPersonId) return;
  const { personId, ownPersonId: fromPersonId, linkedWith: withJourneyId = journeyId } = linked;
  for (const pastId of journeysOf((await personOf(work, fromPersonId)) ?? nobody)) {
    const past = await journeyOf(work, pastId);
    if (!past || isOpen(past)) continue;
    if (past.personId === fromPersonId) await move(work, 'link-past-referral', pastId, { personId, fromPersonId, withJourneyId });
    // It stands in the log already, and nothing had followed yet.
    else if (past.personId === personId) await moveToPerson(work, pastId, past, { personId, fromPersonId });
  }
}

/** The link was a mistake. They may be on their way still, so that either person's set may hold them. */
export async function unlinkPastReferrals(work: Work, withJourneyId: string, { personId, fromPersonId }: Move): Promise<void> {
  const sets = await Promise.all([personId, fromPersonId].map((each) => personOf(work, each)));
  for (const pastId of new Set(sets.flatMap((each) => journeysOf(each ?? nobody)))) await move(work, 'unlink-past-referral', pastId, { personId, fromPersonId, withJourneyId });
}
