import { addWeeks, addWorkingDays, dateIn, type ServiceStandards, type WorkingCalendar } from '@alongside/contracts';
import type { Personal } from '@alongside/event-sourcing';
import type { ReferralDocument } from './referrals.js';

export const worklistKinds = ['first-contact-due', 'first-meeting-due', 'undecided-duplicate', 'deferral-review-due', 'transfer-to-accept', 'transfer-returned', 'coordinator-missing'] as const;
export type WorklistKind = (typeof worklistKinds)[number];

export interface WorklistItem {
  readonly kind: WorklistKind;
  readonly journeyId: string;
  readonly siteId: string;
  readonly name?: Personal<unknown>;
  readonly coordinatorId?: string;
  readonly dueOn: string;
  readonly overdue: boolean;
}

/** What the settings in force say about a site on the day that is asked about. */
export interface SiteNow {
  readonly timeZone: string;
  readonly calendar: WorkingCalendar;
  readonly standards: Pick<ServiceStandards, 'firstContactDays' | 'firstMeetingDays' | 'deferralReviewWeeks'> | undefined;
  readonly now: string;
  /** Default: today at the site. */
  readonly dueBy?: string;
  readonly isCoordinator: (staffId: string) => boolean;
}

/** What somebody at the referral's own site has to do about it, due until the day asked about. */
export function worklistOf(journeyId: string, referral: ReferralDocument, site: SiteNow): readonly WorklistItem[] {
  const { timeZone, standards, calendar } = site;
  const received = dateIn(timeZone, referral.receivedAt);
  const isUnderway = referral.status === 'received' || referral.status === 'accepted';
  const due: (readonly [WorklistKind, string])[] = [];
  if (standards && isUnderway) {
    if (referral.firstContactAt === undefined) due.push(['first-contact-due', addWorkingDays(received, standards.firstContactDays, calendar)]);
    if (isMeetingAwaited(referral)) due.push(['first-meeting-due', addWorkingDays(received, standards.firstMeetingDays, calendar)]);
  }
  if (referral.status === 'deferred' && referral.deferredAt !== undefined) {
    const review = referral.reviewOn ?? (standards && addWeeks(dateIn(timeZone, referral.deferredAt), standards.deferralReviewWeeks));
    if (review !== undefined) due.push(['deferral-review-due', review]);
  }
  if (referral.undecided.length > 0 && referral.status !== 'accepted') due.push(['undecided-duplicate', received]);
  if (referral.returnedAt !== undefined) due.push(['transfer-returned', dateIn(timeZone, referral.returnedAt)]);
  if (referral.coordinatorId === undefined || !site.isCoordinator(referral.coordinatorId)) due.push(['coordinator-missing', received]);
  return items(journeyId, referral, site, due);
}

/** What the site that a journey is offered to has to do. */
export function offersOf(journeyId: string, referral: ReferralDocument, site: SiteNow): readonly WorklistItem[] {
  if (referral.offeredTo === undefined || referral.offeredAt === undefined) return [];
  return items(journeyId, { ...referral, siteId: referral.offeredTo }, site, [['transfer-to-accept', dateIn(site.timeZone, referral.offeredAt)]]);
}

/** The first meeting stands out until it was held, unless the journey has gone another way meanwhile. */
function isMeetingAwaited({ progress }: ReferralDocument): boolean {
  const elsewhere = progress.met ?? progress.suitable ?? progress.introduced ?? progress['assessment-ended'];
  const deferred = progress.deferred !== undefined && (progress.reopened === undefined || progress.reopened < progress.deferred);
  return elsewhere === undefined && !deferred;
}

function items(journeyId: string, referral: ReferralDocument, { timeZone, now, dueBy }: SiteNow, due: readonly (readonly [WorklistKind, string])[]): readonly WorklistItem[] {
  const today = dateIn(timeZone, now);
  return due
    .filter(([, dueOn]) => dueOn <= (dueBy ?? today))
    .map(([kind, dueOn]) => ({
      kind,
      journeyId,
      siteId: referral.siteId,
      ...(referral.name !== undefined && { name: referral.name }),
      ...(referral.coordinatorId !== undefined && { coordinatorId: referral.coordinatorId }),
      dueOn,
      overdue: dueOn < today,
    }));
}
