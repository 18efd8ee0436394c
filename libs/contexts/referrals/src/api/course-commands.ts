import { missingFields } from '@alongside/contracts';
import { refuse } from '@alongside/event-sourcing';
import { command, coordinates, type CommandRoute, type Request } from '@alongside/service';
import {
  ReferralAccepted,
  ReferralDeferralReviewed,
  ReferralDeferred,
  ReferralDirectedToTraining,
  ReferralMerged,
  ReferralNotTakenForward,
  ReferralTransferred,
  ReferralWithdrawn,
  TransferAccepted,
  TransferReturned,
} from '../domain/events.js';
import { journeysOf } from '../domain/person.js';
import { referralAggregate as aggregate } from '../domain/referral.js';
import { answersOf, isOpen, type Journey, type Referral } from '../domain/state.js';
import { personOf } from '../reactions/erasure.js';
import {
  AcceptReferral,
  AcceptTransfer,
  DeferReferral,
  DirectToTraining,
  MergeIntoJourney,
  NotTakeForward,
  ReturnTransfer,
  ReviewReferralDeferral,
  TransferReferral,
  WithdrawReferral,
} from './bodies.js';
import { knownAsOf, sameAnswer } from './form-answers.js';
import { current, dataOf, journeyOf } from './request.js';
import { untilAccepted, whileOngoing } from './rules.js';
import { dateAt, formOf, mustBeListed, siteOf } from './settings.js';

const coordinators = { roles: ['coordinator'] } as const;
/** Whoever coordinates where the journey is offered. */
const receivers = { roles: ['coordinator'] as const, sites: (state: Referral) => (state.status !== 'none' && state.transfer ? [state.transfer.toSiteId] : []) };

/** Other journeys of the same person: those that are open, and those before. */
async function othersOf(request: Request, journeyId: string, { personId }: Journey) {
  const person = await personOf(request, personId);
  const others = person ? journeysOf(person).filter((each) => each !== journeyId) : [];
  const states = await Promise.all(others.map(async (id) => ({ id, state: await journeyOf(request, id) })));
  const ofPerson = states.filter(({ state }) => state?.personId === personId);
  return {
    otherOpenJourneyIds: ofPerson.filter(({ state }) => state && isOpen(state)).map(({ id }) => id),
    earlierJourneyIds: ofPerson.filter(({ state }) => state && !isOpen(state)).map(({ id }) => id),
  };
}

/** Whether a command says nothing but what stands written already; what it leaves out, it does not say otherwise. */
async function isWritten<B extends { readonly occurredAt?: string }>(request: Request<B>, written: object | undefined): Promise<boolean> {
  if (!written) return false;
  const known = (await request.open(written)) as Readonly<Record<string, unknown>>;
  return Object.entries(dataOf(request)).every(([name, value]) => value === undefined || sameAnswer(known[name], value));
}

/** The site's date on which it happened. */
const today = (request: Request, { organisationId, siteId }: Journey): Promise<string> => dateAt(request, organisationId, siteId, request.occurredAt);

export const courseCommands: readonly CommandRoute[] = [
  command<AcceptReferral, Referral>({
    name: 'accept-referral',
    says: 'Accepts the referral: the assessment opens.',
    aggregate,
    access: coordinators,
    body: AcceptReferral,
    events: [ReferralAccepted],
    rules: {
      ...whileOngoing,
      'referral-deferred': 'It is deferred: review the deferral first.',
      'referred-for-training': 'They were referred to become a peer supporter.',
      'identity-not-confirmed': 'Nobody has confirmed who the person is.',
      'form-incomplete': 'Fields that are needed before the meeting are missing: the details name them.',
      'undecided-duplicate': 'A possible duplicate waits to be decided.',
      'other-open-journey': 'The person has another open journey: this referral may join it.',
      'no-referral-form': 'The form of this referral is not known here yet.',
    },
    prepare: async (request, state) => {
      const journey = current(state);
      const form = (await formOf(request, journey.organisationId, journey.formVersion)) ?? refuse('no-referral-form');
      const answers: Readonly<Record<string, unknown>> = await request.open(answersOf(journey) as Readonly<Record<string, unknown>>);
      const knownAs = knownAsOf(answers);
      return {
        ...dataOf(request),
        required: missingFields(form.fields, [], ['registration', 'before-meeting']),
        ...(await othersOf(request, request.params['id'] ?? '', journey)),
        ...(knownAs !== undefined && { knownAs }),
      };
    },
  }),
  command<DeferReferral, Referral>({
    name: 'defer-referral',
    says: 'Not now, before anything else is possible; the worklist asks again.',
    aggregate,
    access: coordinators,
    body: DeferReferral,
    events: [ReferralDeferred],
    rules: { ...untilAccepted, 'already-deferred': 'It is deferred already: review it.' },
    prepare: async (request, state) => {
      const journey = current(state);
      const signposts = request.body.signposts ?? [];
      await mustBeListed(request, journey.organisationId, signposts);
      return { ...dataOf(request), signposts, today: await today(request, journey) };
    },
  }),
  command<ReviewReferralDeferral, Referral>({
    name: 'review-referral-deferral',
    says: 'Asks again: the referral goes on where it stopped, or is deferred again.',
    aggregate,
    access: coordinators,
    body: ReviewReferralDeferral,
    events: [ReferralDeferralReviewed],
    rules: { ...untilAccepted, 'not-deferred': 'It is not deferred.' },
    prepare: async (request, state) => ({ ...dataOf(request), today: await today(request, current(state)) }),
  }),
  command<NotTakeForward, Referral>({
    name: 'not-take-forward',
    says: 'Ends the referral here, with signposts to services that fit better.',
    aggregate,
    access: coordinators,
    body: NotTakeForward,
    events: [ReferralNotTakenForward],
    rules: untilAccepted,
    prepare: async (request, state) => {
      const signposts = request.body.signposts ?? [];
      const { organisationId, notTakenForward } = current(state);
      const again = await isWritten(request, notTakenForward);
      if (!again) await mustBeListed(request, organisationId, signposts);
      return { ...dataOf(request), signposts, again };
    },
  }),
  command<WithdrawReferral, Referral>({
    name: 'withdraw-referral',
    says: 'The person, or their referrer, takes the referral back; no reason is asked.',
    aggregate,
    access: { roles: ['coordinator', 'referrer'] },
    body: WithdrawReferral,
    events: [ReferralWithdrawn],
    rules: { ...whileOngoing, 'already-withdrawn': 'It was taken back already, in other words.' },
    prepare: async (request, state) => ({ ...dataOf(request), again: await isWritten(request, current(state).withdrawal) }),
  }),
  command<DirectToTraining, Referral>({
    name: 'direct-to-training',
    says: 'The person wants to become a peer supporter: opens a candidacy and closes the journey as such.',
    aggregate,
    access: coordinators,
    body: DirectToTraining,
    events: [ReferralDirectedToTraining],
    rules: untilAccepted,
    // Said again, they are the candidate that they became the first time.
    answer: async (request, { id }) => {
      const journey = await journeyOf(request, id);
      return journey?.status === 'ended' || journey?.status === 'closed' ? { supporterId: journey.supporterId } : {};
    },
  }),
  command<MergeIntoJourney, Referral>({
    name: 'merge-into-journey',
    says: "Lets this second referral join the person's open journey; a deferred one is reopened by it.",
    aggregate,
    access: coordinators,
    body: MergeIntoJourney,
    events: [ReferralMerged],
    rules: { ...untilAccepted, 'not-the-same-person': 'It is of another person: link it first.', 'journey-not-open': 'That journey has ended.' },
    prepare: async (request, state) => {
      const { organisationId, personId } = current(state);
      const { intoJourneyId } = request.body;
      const isItself = intoJourneyId === request.params['id'];
      // The decider decides on the stream's own state; here only the other one is looked at.
      const target = isItself ? undefined : await journeyOf(request, intoJourneyId);
      // Of another site's journeys only those of this very person are known of.
      const known = target !== undefined && target.organisationId === organisationId && (target.personId === personId || coordinates(request.user, target.siteId));
      return { ...dataOf(request), isItself, target: known ? { personId: target.personId, open: isOpen(target) } : undefined };
    },
  }),
  command<TransferReferral, Referral>({
    name: 'transfer-referral',
    says: 'Offers the journey to another site, at whichever stage it is.',
    aggregate,
    access: coordinators,
    body: TransferReferral,
    events: [ReferralTransferred],
    rules: { ...whileOngoing, 'transfer-pending': 'It is offered to another site already.', 'site-takes-no-referrals': 'That site is closing or closed.' },
    prepare: async (request, state) => {
      const site = await siteOf(request, current(state).organisationId, request.body.toSiteId);
      return { ...dataOf(request), siteStatus: site?.status };
    },
  }),
  command<AcceptTransfer, Referral>({
    name: 'accept-transfer',
    says: 'Takes the journey over, at the site that it is offered to.',
    aggregate,
    access: receivers,
    body: AcceptTransfer,
    events: [TransferAccepted],
    rules: { ...whileOngoing, 'no-transfer-offered': 'It is offered to nobody.', 'site-takes-no-referrals': 'The site is closing or closed.' },
    prepare: async (request, state) => {
      const { organisationId, transfer } = current(state);
      return { ...dataOf(request), siteStatus: transfer && (await siteOf(request, organisationId, transfer.toSiteId))?.status };
    },
  }),
  command<ReturnTransfer, Referral>({
    name: 'return-transfer',
    says: 'Gives an offered journey back to the site that holds it.',
    aggregate,
    access: receivers,
    body: ReturnTransfer,
    events: [TransferReturned],
    rules: { ...whileOngoing, 'no-transfer-offered': 'It is offered to nobody.' },
  }),
];
