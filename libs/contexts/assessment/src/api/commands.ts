import { InvalidField, refuse } from '@alongside/event-sourcing';
import { command, type CommandRoute, type Request } from '@alongside/service';
import { assessmentAggregate as aggregate } from '../domain/assessment.js';
import {
  AnswersCarriedOver,
  AssessmentAnswersRecorded,
  AssessmentClosed,
  AssessmentReopened,
  ConfidentialityAgreementSigned,
  ConfidentialityAgreementWithdrawn,
  DeferralReviewed,
  FoundSuitable,
  InformationGiven,
  InitialMeetingArranged,
  InitialMeetingHeld,
  InitialMeetingMissed,
  InitialMeetingRearranged,
  MatchingInformationRecorded,
  ReadinessDiscussed,
  SignpostFollowedUp,
  SignpostedElsewhere,
  SupportDeclinedByPerson,
  SupportDeferred,
} from '../domain/events.js';
import type { Assessment } from '../domain/state.js';
import {
  ArrangeMeeting,
  CarryOverAnswers,
  CloseAssessment,
  Defer,
  FollowUpSignpost,
  GiveInformation,
  PlainMenteeCommand,
  RecordAnswers,
  RecordDeclined,
  RecordMatchingInformation,
  RecordMeeting,
  RecordReadiness,
  ReviewDeferral,
  SignConfidentialityAgreement,
  SignpostElsewhere,
} from './bodies.js';
import {
  channelIsSafe,
  checkedDisclosure,
  checkedForm,
  formOf,
  knownStaff,
  listedServices,
  localDate,
  organisationOf,
  packItems,
  publishedVersion,
  requiredAtAssessment,
  standardWeeks,
  toldTo,
} from './prepare.js';

const access = { roles: ['coordinator'] } as const;

const notOpen = { 'assessment-not-open': 'The assessment has not opened (it does when the referral is accepted), or has an outcome already, which another one does not replace; deferred and suitable ones can be reopened.' };
const overRule = { ...notOpen, 'journey-closed': 'The journey is over.' };

async function meeting(request: Request<ArrangeMeeting>, state: Assessment | undefined) {
  await knownStaff(request, state, request.body.withStaffId);
  return { ...request.body, channelIsSafe: await channelIsSafe(request, state, request.body.channel) };
}

async function dated<B extends object>(request: Request<B>, state: Assessment | undefined) {
  return { today: await localDate(request, state, request.occurredAt), reviewWeeks: await standardWeeks(request, state) };
}

/** What an earlier journey of the same person told, sealed as it was; the latest one first where none is named. */
async function toldBefore(request: Request<CarryOverAnswers>, state: Assessment | undefined) {
  const own = state === undefined || state.status === 'none' ? undefined : state;
  const earlier = own?.picture.about.earlierJourneyIds ?? [];
  const { fromJourneyId: asked, by } = request.body;
  const voice = by === undefined ? {} : { by };
  for (const journeyId of asked === undefined ? earlier : earlier.filter((each) => each === asked)) {
    const told = (await request.load(aggregate, journeyId))?.state;
    if (!own || !toldTo(request.user, own, told)) continue;
    const { answers, form, matching } = told.picture;
    const kept = new Set((await formOf(request, state)).filter((each) => each.stage === 'at-assessment').map((each) => each.name));
    return { fromJourneyId: journeyId, answers, form: Object.fromEntries(Object.entries(form).filter(([name]) => kept.has(name))), ...(matching && { matching }), ...voice };
  }
  return { fromJourneyId: asked ?? earlier[0] ?? request.params.id ?? '', answers: {}, form: {}, ...voice };
}

/** What is sealed can be compared here alone. */
async function saidBefore(request: Request, state: Assessment | undefined, words: string): Promise<boolean> {
  const outcome = state === undefined || state.status === 'none' ? undefined : state.picture.outcome;
  return outcome?.outcome === 'declined' && outcome.words !== undefined && (await request.open({ words: outcome.words })).words === words;
}

/** That the assessment has not opened comes before what is wrong with what was told. */
function onceOpened(route: CommandRoute): CommandRoute {
  const { prepare } = route;
  if (!prepare) return route;
  return {
    ...route,
    prepare: async (request, state) => {
      if ((state as Assessment | undefined)?.status === 'none') return refuse('assessment-not-open', { status: 'none' });
      const { occurredAt: _inTheEnvelope, ...data } = (await prepare(request, state)) as { readonly occurredAt?: string };
      return data;
    },
  };
}

const routes: readonly CommandRoute[] = [
  command<CarryOverAnswers, Assessment>({
    name: 'carry-over-answers',
    says: "Takes over what the person told in an earlier journey at a site of the coordinator's, so that nothing is asked twice; what was told since stands.",
    aggregate,
    access,
    body: CarryOverAnswers,
    events: [AnswersCarriedOver],
    rules: { ...notOpen, 'not-an-earlier-journey': 'That is no earlier journey of the same person.', 'nothing-to-carry-over': 'Nothing was told there that is not told here.' },
    prepare: toldBefore,
  }),
  command<ArrangeMeeting, Assessment>({
    name: 'arrange-meeting',
    says: 'Arranges the initial meeting.',
    aggregate,
    access,
    body: ArrangeMeeting,
    events: [InitialMeetingArranged],
    rules: {
      ...notOpen,
      'meeting-already-arranged': 'A meeting is arranged: rearrange it.',
      'meeting-already-held': 'The meeting was held.',
      'channel-not-safe': 'Safe contact rules this channel out.',
    },
    prepare: meeting,
  }),
  command<ArrangeMeeting, Assessment>({
    name: 'rearrange-meeting',
    says: 'Gives the initial meeting another date, place or channel; also after a missed one.',
    aggregate,
    access,
    body: ArrangeMeeting,
    events: [InitialMeetingRearranged],
    rules: { ...notOpen, 'no-meeting-arranged': 'There is none: arrange it.', 'meeting-already-held': 'The meeting was held.', 'channel-not-safe': 'Safe contact rules this channel out.' },
    prepare: meeting,
  }),
  command<RecordMeeting, Assessment>({
    name: 'record-meeting',
    says: 'Records that the initial meeting was held (`occurredAt`: when), or missed with the next step.',
    aggregate,
    access,
    body: RecordMeeting,
    events: [InitialMeetingHeld, InitialMeetingMissed],
    rules: {
      ...notOpen,
      'meeting-already-held': 'The meeting was held.',
      'no-meeting-arranged': 'None was arranged that could be missed.',
      'meeting-still-to-come': 'Its time has not come.',
    },
    prepare: async (request, state) => {
      const { outcome, nextStep, toldUs, channel, withStaffId, note, by } = request.body;
      const voice = by === undefined ? {} : { by };
      if (outcome === 'held') {
        if (nextStep !== undefined) throw new InvalidField([{ path: 'nextStep', code: 'not-for-a-held-meeting' }]);
        if (withStaffId !== undefined) await knownStaff(request, state, withStaffId);
        return { outcome, ...(channel !== undefined && { channel }), ...(withStaffId !== undefined && { withStaffId }), ...(note !== undefined && { note }), ...voice };
      }
      if (nextStep === undefined) throw new InvalidField([{ path: 'nextStep', code: 'required' }]);
      return { outcome, nextStep, toldUs: toldUs ?? false, ...voice };
    },
  }),
  command<RecordAnswers, Assessment>({
    name: 'record-answers',
    says: 'Records answers to the five questions and to fields of the form that are asked at assessment; some at a time.',
    aggregate,
    access,
    body: RecordAnswers,
    events: [AssessmentAnswersRecorded],
    rules: notOpen,
    prepare: async (request, state) => {
      const { answers = {}, form = {}, by } = request.body;
      if (Object.keys(answers).length + Object.keys(form).length === 0) throw new InvalidField([{ path: 'answers', code: 'required' }]);
      return { answers: { ...answers }, form: await checkedForm(request, state, form), ...(by !== undefined && { by }) };
    },
  }),
  command<RecordReadiness, Assessment>({
    name: 'record-readiness',
    says: "Records the person's own view of being ready for change, and the coordinator's.",
    aggregate,
    access,
    body: RecordReadiness,
    events: [ReadinessDiscussed],
    rules: notOpen,
  }),
  command<GiveInformation, Assessment>({
    name: 'give-information',
    says: 'Records that the person was given an item of the information pack.',
    aggregate,
    access,
    body: GiveInformation,
    events: [InformationGiven],
    rules: overRule,
    prepare: async (request, state) => ({ ...request.body, version: await publishedVersion(request, state, request.body.item, request.body.version) }),
  }),
  command<SignConfidentialityAgreement, Assessment>({
    name: 'sign-confidentiality-agreement',
    says: 'Records that the person signed the confidentiality agreement.',
    aggregate,
    access,
    body: SignConfidentialityAgreement,
    events: [ConfidentialityAgreementSigned],
    rules: overRule,
    prepare: async (request, state) => {
      return { ...request.body, version: await publishedVersion(request, state, 'confidentiality-agreement', request.body.version) };
    },
  }),
  command<PlainMenteeCommand, Assessment>({
    name: 'withdraw-agreement',
    says: 'Records that the person withdrew the agreement: nobody is introduced until it is signed again.',
    aggregate,
    access,
    body: PlainMenteeCommand,
    events: [ConfidentialityAgreementWithdrawn],
    rules: { ...overRule, 'agreement-not-signed': 'There is no agreement to withdraw.' },
  }),
  command<RecordMatchingInformation, Assessment>({
    name: 'record-matching-information',
    says: 'Records what a good match needs, as a whole; may be recorded again until the journey closes.',
    aggregate,
    access,
    body: RecordMatchingInformation,
    events: [MatchingInformationRecorded],
    rules: overRule,
    prepare: ({ body: { information, disclosure, by } }) => ({ information, disclosure: checkedDisclosure(disclosure), ...(by !== undefined && { by }) }),
  }),
  command<PlainMenteeCommand, Assessment>({
    name: 'find-suitable',
    says: 'Finds that peer support fits now: puts the mentee on the waiting list and opens the baseline.',
    aggregate,
    access,
    body: PlainMenteeCommand,
    events: [FoundSuitable],
    rules: {
      ...notOpen,
      'meeting-not-held': 'The initial meeting comes first.',
      'answers-missing': 'Questions or required fields have no answer; `details.missing` names them.',
      'readiness-not-discussed': 'Readiness was not discussed.',
      'matching-information-missing': 'Nothing is known about what a good match needs.',
      'agreement-not-signed': 'The confidentiality agreement is not signed.',
      'information-not-given': 'Items of the information pack were not given; `details.missing` names them.',
    },
    prepare: async (request, state) => ({
      ...request.body,
      requiredFields: requiredAtAssessment(await formOf(request, state)),
      packItems: (await packItems(request, organisationOf(state))).map((each) => each.item),
    }),
  }),
  command<Defer, Assessment>({
    name: 'defer',
    says: 'Not now, with the support that should come first and a date by which somebody asks again.',
    aggregate,
    access,
    body: Defer,
    events: [SupportDeferred],
    rules: { ...notOpen, 'review-date-not-in-the-future': 'The review must come after the day of the deferral.' },
    prepare: async (request, state) => ({ ...request.body, serviceIds: await listedServices(request, state, request.body.serviceIds ?? []), ...(await dated(request, state)) }),
  }),
  command<ReviewDeferral, Assessment>({
    name: 'review-deferral',
    says: 'Records that somebody asked again, and when to ask next.',
    aggregate,
    access,
    body: ReviewDeferral,
    events: [DeferralReviewed],
    rules: { ...notOpen, 'not-deferred': 'It is not deferred.', 'review-date-not-in-the-future': 'The next review must come after this one.' },
    prepare: async (request, state) => ({ ...request.body, ...(await dated(request, state)) }),
  }),
  command<SignpostElsewhere, Assessment>({
    name: 'signpost-elsewhere',
    says: 'The need is outside the remit for now: points the person to services of the directory; the journey closes.',
    aggregate,
    access,
    body: SignpostElsewhere,
    events: [SignpostedElsewhere],
    rules: { ...notOpen, 'no-service-named': 'At least one service of the directory is named.' },
    prepare: async (request, state) => ({ ...request.body, serviceIds: await listedServices(request, state, request.body.serviceIds) }),
  }),
  command<FollowUpSignpost, Assessment>({
    name: 'follow-up-signpost',
    says: 'Records whether a signpost led anywhere.',
    aggregate,
    access,
    body: FollowUpSignpost,
    events: [SignpostFollowedUp],
    rules: { ...notOpen, 'not-signposted-there': 'The person was not pointed to that service.' },
  }),
  command<RecordDeclined, Assessment>({
    name: 'record-declined',
    says: 'The person decided that it is not for them; they may come back any time. The journey closes.',
    aggregate,
    access,
    body: RecordDeclined,
    events: [SupportDeclinedByPerson],
    rules: notOpen,
    prepare: async (request, state) => {
      const { words, ...body } = request.body;
      return { ...body, ...(words !== undefined && !(await saidBefore(request, state, words)) && { words }), serviceIds: await listedServices(request, state, request.body.serviceIds ?? []) };
    },
  }),
  command<CloseAssessment, Assessment>({
    name: 'close-assessment',
    says: 'Closes the assessment without an outcome, with a coded reason. The journey closes.',
    aggregate,
    access,
    body: CloseAssessment,
    events: [AssessmentClosed],
    rules: notOpen,
  }),
  command<PlainMenteeCommand, Assessment>({
    name: 'reopen',
    says: 'Goes on where it stopped, from deferred or suitable.',
    aggregate,
    access,
    body: PlainMenteeCommand,
    events: [AssessmentReopened],
    rules: {
      ...overRule,
      'not-deferred-or-suitable': 'Only a deferred or suitable one is reopened; a closed journey comes back by a new referral.',
      'relationship-live': 'The mentee is in a relationship.',
    },
  }),
];

export const assessmentCommands: readonly CommandRoute[] = routes.map(onceOpened);
