import { menteeSubject, supporterSubject } from '@alongside/event-sourcing';
import type { Work } from '@alongside/service';
import { journeyOf } from '../api/request.js';
import { personAggregate, type Person } from '../domain/person.js';
import { referralAggregate } from '../domain/referral.js';
import type { Journey } from '../domain/state.js';
import type { ErasureReason, OverrideReason } from '../domain/words.js';

export interface ErasureOrder {
  readonly personId: string;
  readonly subjects: readonly string[];
  readonly journeyIds: readonly string[];
  readonly reason: ErasureReason;
  readonly overrideReason?: OverrideReason;
}

export interface Move {
  readonly personId: string;
  readonly fromPersonId: string;
}

/** Makes sure that the person's set holds a journey before it is acted upon as a whole. */
export async function joinPerson(work: Work, journeyId: string, { organisationId, personId, beganAt }: Pick<Journey, 'organisationId' | 'personId' | 'beganAt'>): Promise<void> {
  await work.execute(personAggregate, personId, 'join', { organisationId, personId, journeyId, beganAt }, { as: `join/${personId}/${journeyId}` });
}

/** The journey is of another person now: it joins that one before it leaves the other, so that no erasure misses it. */
export async function moveToPerson(work: Work, journeyId: string, journey: Pick<Journey, 'organisationId' | 'beganAt'>, { personId, fromPersonId }: Move): Promise<void> {
  await joinPerson(work, journeyId, { ...journey, personId });
  await work.execute(personAggregate, fromPersonId, 'leave', { journeyId, toPersonId: personId }, { as: `leave/${fromPersonId}/${journeyId}` });
}

/** Who became a candidate by a referral is one person with the mentee that they were. */
export async function joinSupporter(work: Work, personId: string, supporterId: string): Promise<void> {
  await work.execute(personAggregate, personId, 'add-subject', { personId, subject: supporterSubject(supporterId) }, { as: `join/${personId}/${supporterId}` });
}

/**
 * The keys become tombstones first: from then on nothing can be read. Each journey says so afterwards. May stop anywhere and be
 * begun again: what is done already is passed over.
 */
export async function erase(work: Work, order: ErasureOrder, except?: string): Promise<void> {
  const theirs: string[] = [];
  for (const journeyId of order.journeyIds) if ((await journeyOf(work, journeyId))?.personId === order.personId) theirs.push(journeyId);
  // One that was of the person by mistake, and was taken for theirs while the link was being taken back.
  const others = order.journeyIds.filter((each) => !theirs.includes(each)).map(menteeSubject);
  await work.erase(order.subjects.filter((each) => !others.includes(each)));
  for (const journeyId of theirs) {
    if (journeyId === except) continue;
    await work.execute(referralAggregate, journeyId, 'erase-person', erasureOf(order), { as: `erase/${journeyId}`, occurredAt: work.now });
  }
}

export function erasureOf({ personId, subjects, reason, overrideReason }: ErasureOrder) {
  return { personId, subjects, reason, ...(overrideReason !== undefined && { overrideReason }) };
}

export async function personOf(work: Work, personId: string): Promise<Person | undefined> {
  return (await work.load(personAggregate, personId))?.state;
}
