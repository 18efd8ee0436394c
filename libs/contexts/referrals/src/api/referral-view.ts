import type { FormField } from '@alongside/contracts';
import { referrerStatus, stageOf } from '../domain/standing.js';
import { answersOf, safeContactOf, undecided, type Journey } from '../domain/state.js';
import type { Carried, Told } from '../domain/told.js';
import type { Form } from './settings.js';

// What a referral looks like to whom. Personal values are sealed here; they are opened on their way out.

interface FieldView extends FormField {
  readonly filled: boolean;
  readonly value?: unknown;
  /** By whose word it is, or on which earlier journey of the person it was told. */
  readonly told?: Told | { readonly at: string; readonly fromJourneyId: string };
}

const neededFor = { registration: 'registration', 'before-meeting': 'accepting', 'at-assessment': 'assessment' } as const;

/** The form as it stands: every field of its version, what is filled, and what is missing for which step. */
export function formView(journey: Journey, form: Form | undefined) {
  const answers = answersOf(journey);
  const fields = (form?.fields ?? []).map((field): FieldView => {
    const value = answers[field.name];
    const told = toldOf(journey.carriedAnswers[field.name]) ?? journey.answered[field.name];
    const isAsked = field.type === 'check-only' && journey.asked.includes(field.name);
    return { ...field, filled: value !== undefined || isAsked, ...(value !== undefined && { value, ...(told && { told }) }) };
  });
  const missing = fields.filter((field) => field.required && !field.filled).map(({ name, label, stage }) => ({ name, label, stage, neededFor: neededFor[stage] }));
  return { version: journey.formVersion, fields, missing };
}

function endingOf(journey: Journey) {
  switch (journey.status) {
    case 'ended':
      return { outcome: journey.ending, endedAt: journey.endedAt, ...(journey.intoJourneyId !== undefined && { intoJourneyId: journey.intoJourneyId }), ...(journey.supporterId !== undefined && { supporterId: journey.supporterId }) };
    case 'closed':
      return { outcome: journey.outcome, closedOn: journey.closedOn, ...(journey.intoJourneyId !== undefined && { intoJourneyId: journey.intoJourneyId }), ...(journey.supporterId !== undefined && { supporterId: journey.supporterId }) };
    case 'deferred':
      return { deferral: { reason: journey.reason, since: journey.deferredAt, signposts: journey.deferrals.at(-1)?.signposts ?? [], ...(journey.note !== undefined && { note: journey.note }), ...(journey.reviewOn !== undefined && { reviewOn: journey.reviewOn }) } };
    case 'accepted':
      return { acceptedAt: journey.acceptedAt, leaving: journey.leaving };
    default:
      return {};
  }
}

const toldOf = (carried: Carried<unknown> | undefined): { readonly at: string; readonly fromJourneyId: string } | undefined =>
  carried && { at: carried.toldAt, fromJourneyId: carried.fromJourneyId };

/** What was written down on the way, with whose word it was and who took it down. */
function writtenOf({ received, acceptance, deferrals, notTakenForward, withdrawal, transfers, death, erasure, coordinatorAssigned, linked, merged, directedToTraining }: Journey) {
  return {
    received,
    ...(coordinatorAssigned && { coordinatorAssigned }),
    ...(acceptance && { acceptance }),
    ...(linked && { linked }),
    ...(merged && { merged }),
    ...(directedToTraining && { directedToTraining }),
    deferrals,
    ...(notTakenForward && { notTakenForward }),
    ...(withdrawal && { withdrawal }),
    transfers,
    ...(death && { death }),
    ...(erasure && { erasure }),
  };
}

/** For those who hold the journey, or are offered it. */
export function wholeView(id: string, journey: Journey, form: Form | undefined, otherJourneyIds: readonly string[]) {
  const { identity, transfer, coordinatorId, referrerId, namedReferrerId, referrer, informed } = journey;
  const safeContact = safeContactOf(journey);
  const safeContactTold = toldOf(journey.carriedSafeContact) ?? journey.safeContactTold;
  return {
    id,
    view: 'whole' as const,
    status: journey.status,
    stage: stageOf(journey),
    ...endingOf(journey),
    siteId: journey.siteId,
    personId: journey.personId,
    purpose: journey.purpose,
    source: journey.source,
    channel: journey.channel,
    receivedAt: journey.beganAt,
    ...(coordinatorId !== undefined && { coordinatorId }),
    form: formView(journey, form),
    identity,
    ...(safeContact !== undefined && { safeContact, safeContactTold }),
    contacts: journey.contacts,
    referrer: {
      ...(referrerId !== undefined && { id: referrerId }),
      ...(namedReferrerId !== undefined && { namedId: namedReferrerId }),
      ...referrer,
      mayBeInformed: journey.mayInformReferrer && !journey.referrerErased,
      consent: { toInformReferrer: journey.mayInformReferrer, ...journey.consentTold },
      erased: journey.referrerErased,
      ...(journey.referrerErasure && { erasure: journey.referrerErasure }),
      status: referrerStatus(journey),
      ...(informed !== undefined && { toldLast: informed }),
      told: journey.referrerTold,
    },
    undecidedDuplicates: undecided(journey).length,
    ...(transfer && { transfer }),
    ...writtenOf(journey),
    formerSiteIds: journey.formerSiteIds,
    otherJourneyIds,
    joinedJourneyIds: journey.joined,
    died: journey.died,
    erased: journey.erased,
  };
}

/** For a site that the journey has left: how it stands and how it ends. */
export function reducedView(id: string, journey: Journey) {
  return {
    id,
    view: 'reduced' as const,
    status: journey.status,
    stage: stageOf(journey),
    siteId: journey.siteId,
    receivedAt: journey.beganAt,
    ...(journey.status === 'ended' && { outcome: journey.ending }),
    ...(journey.status === 'closed' && { outcome: journey.outcome, closedOn: journey.closedOn }),
  };
}
