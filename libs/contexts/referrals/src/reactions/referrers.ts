import { organisations } from '@alongside/contracts';
import { erased } from '@alongside/event-sourcing';
import { normaliseEmail, normaliseTelephone, wordsOf } from '@alongside/personal-data';
import type { Work } from '@alongside/service';
import { journeyOf } from '../api/request.js';
import { referrerSubjectOf } from '../domain/events.js';
import { referralAggregate } from '../domain/referral.js';
import type { Journey } from '../domain/state.js';
import type { ErasureReason, Referrer } from '../domain/words.js';
import { referrers } from '../read-models/referrers.js';

/** Of whoever refers by telephone or letter each referral keeps what was told with it, under a key of its own. */
export interface ReferrerErasure {
  readonly subjects: readonly string[];
  readonly journeyIds: readonly string[];
  readonly reason: ErasureReason;
}

interface Opened {
  readonly name: string;
  readonly contact: string;
}

function normalContact(text: string): string {
  if (text.includes('@')) return normaliseEmail(text);
  const digits = normaliseTelephone(text);
  return digits.length >= 8 ? digits : wordsOf(text).join(' ');
}

/** One way of writing a name and how to reach them; undefined where either is not there, or cannot be read any more. */
async function opened(work: Work, referrer: Referrer | undefined): Promise<Opened | undefined> {
  const { name, contact } = (await work.open({ name: referrer?.name, contact: referrer?.contact })) as { readonly name?: string; readonly contact?: string };
  if (name === undefined || contact === undefined || name === erased || contact === erased) return undefined;
  return { name: wordsOf(name).join(' '), contact: normalContact(contact) };
}

/** Whether what is known of the referrer is known of somebody on the list of staff. */
async function signsIn(work: Work, { organisationId, referrerId, namedReferrerId }: Journey): Promise<boolean> {
  return namedReferrerId === undefined && referrerId !== undefined && (await work.setting(organisations.StaffMemberChanged, organisationId, referrerId)) !== undefined;
}

/** The erasure of who sent this referral, with every other one that was sent under the same name with the same way to reach them. */
export async function referrerErasure(work: Work, journeyId: string, journey: Journey, reason: ErasureReason): Promise<ReferrerErasure & { readonly signsIn: boolean }> {
  const own = await opened(work, journey.referrer);
  const found = new Map([[journeyId, referrerSubjectOf(journey)]]);
  for (const id of own ? await work.read(referrers).like(journey.organisationId, 'name', journey.referrer?.name) : []) {
    const other = await journeyOf(work, id);
    if (!other || other.organisationId !== journey.organisationId || (await signsIn(work, other))) continue;
    const theirs = await opened(work, other.referrer);
    if (theirs?.name === own?.name && theirs?.contact === own?.contact) found.set(id, referrerSubjectOf(other));
  }
  return { subjects: [...new Set(found.values())], journeyIds: [...found.keys()], reason, signsIn: await signsIn(work, journey) };
}

/** Keys first, then each referral says so. May stop anywhere and be begun again. */
export async function eraseReferrer(work: Work, { subjects, journeyIds, reason }: ReferrerErasure, except: string): Promise<void> {
  await work.erase(subjects);
  for (const journeyId of journeyIds) {
    if (journeyId === except) continue;
    await work.execute(referralAggregate, journeyId, 'erase-referrer', { subjects, journeyIds, reason, signsIn: false }, { as: `erase-referrer/${journeyId}`, occurredAt: work.now });
  }
}
