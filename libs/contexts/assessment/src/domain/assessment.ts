import { addWeeks, type InformationItem } from '@alongside/contracts';
import { InvalidField, aggregate, decider, mustBe, refuse, refuseUnless, type Personal } from '@alongside/event-sourcing';
import {
  AnswersCarriedOver,
  AssessmentAnswersRecorded,
  AssessmentClosed,
  AssessmentHeard,
  AssessmentOpened,
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
  assessmentEvents,
  questions,
  type AssessmentEvent,
  type Meeting,
  type Voice,
} from './events.js';
import type { ArrangedMeeting, AssessmentCommand } from './commands.js';
import { evolve, liveRelationship } from './evolve.js';
import { carriedOverFrom, personIdOf, type Assessment, type Begun, type Outcome, type Picture } from './state.js';

function begun(state: Assessment): Begun {
  return state.status === 'none' ? refuse('assessment-not-open', { status: 'none' }) : state;
}

const open = (state: Assessment) => mustBe(state, 'open', 'assessment-not-open');

/** What goes on being recorded until the journey closes, whatever the assessment came to. */
function journeyOpen(state: Assessment): Begun {
  const current = begun(state);
  refuseUnless(!current.known.journeyClosed && current.status !== 'declined' && current.status !== 'signposted' && current.status !== 'closed', 'journey-closed');
  return current;
}

/** What it ended with, where it ended so: a second ending that says anything else is refused, not dropped. */
function outcomeOf<Ending extends Outcome['outcome']>(state: Assessment, ending: Ending): Extract<Outcome, { readonly outcome: Ending }> | undefined {
  const outcome = state.status === 'none' ? undefined : state.picture.outcome;
  return outcome?.outcome === ending ? (outcome as Extract<Outcome, { readonly outcome: Ending }>) : undefined;
}

function meetingOf({ channelIsSafe, ...meeting }: ArrangedMeeting, { about }: Picture): Meeting {
  // What was arranged earlier may be written down today; nobody meets before they were referred.
  if (meeting.meetingAt < about.beganAt) throw new InvalidField([{ path: 'meetingAt', code: 'before-the-beginning' }]);
  refuseUnless(channelIsSafe, 'channel-not-safe', { channel: meeting.channel });
  return meeting;
}

/** Nothing that rests on another step happened before it. */
function notBefore(step: string | undefined, occurredAt: string): void {
  if (step !== undefined && occurredAt < step) throw new InvalidField([{ path: 'occurredAt', code: 'before-the-beginning' }]);
}

const spoken = <Words>(words: Words | undefined) => (words === undefined ? {} : { words });
const voiced = (by: Voice | undefined) => (by === undefined ? {} : { by });

/** What is still missing before the mentee can be found suitable, as the rules that would refuse it. */
export function missingForSuitable(picture: Picture, requiredFields: readonly string[], packItems: readonly InformationItem[]): readonly { readonly rule: string; readonly details?: Readonly<Record<string, unknown>> }[] {
  const unanswered = [...questions.filter((each) => picture.answers[each] === undefined), ...requiredFields.filter((each) => picture.form[each] === undefined)];
  const ungiven = packItems.filter((each) => picture.given[each] === undefined);
  return [
    ...(picture.meeting.status === 'held' ? [] : [{ rule: 'meeting-not-held' }]),
    ...(unanswered.length === 0 ? [] : [{ rule: 'answers-missing', details: { missing: unanswered } }]),
    ...(picture.readiness ? [] : [{ rule: 'readiness-not-discussed' }]),
    ...(picture.matching ? [] : [{ rule: 'matching-information-missing' }]),
    ...(picture.agreement.status === 'signed' ? [] : [{ rule: 'agreement-not-signed' }]),
    ...(ungiven.length === 0 ? [] : [{ rule: 'information-not-given', details: { missing: ungiven } }]),
  ];
}

function reviewDate(given: string | undefined, today: string, weeks: number): string {
  const date = given ?? addWeeks(today, weeks);
  refuseUnless(date > today, 'review-date-not-in-the-future');
  return date;
}

export const assessment = decider<Assessment, AssessmentCommand, AssessmentEvent>({
  initial: { status: 'none', known: { over: [], leaving: false, journeyClosed: false, heard: {} } },
  decide: {
    open({ data }, state) {
      if (state.status !== 'none') return [];
      const opened = AssessmentOpened(data);
      // A journey that ended before this was heard is over.
      return state.known.journeyClosed ? [opened, AssessmentClosed({ reason: 'journey-closed' })] : [opened];
    },
    hear({ data }, state) {
      // That there is a referral is news until anything else has told where it belongs.
      if (data.topic === 'referral' && (state.known.siteId ?? state.known.fromSiteId) !== undefined) return [];
      const known = state.known.heard[`${data.sourceStream} ${data.topic}`];
      return known !== undefined && known >= data.sourceRevision ? [] : [AssessmentHeard(data)];
    },
    'carry-over-answers'({ data }, state) {
      const { picture } = open(state);
      refuseUnless(picture.about.earlierJourneyIds.includes(data.fromJourneyId), 'not-an-earlier-journey');
      if (carriedOverFrom(picture, data.fromJourneyId)) return [];
      // What was told since stands.
      const fresh = <T>(told: Readonly<Record<string, T>>, here: Readonly<Record<string, unknown>>) => Object.fromEntries(Object.entries(told).filter(([key]) => here[key] === undefined));
      const answers = fresh(data.answers as Readonly<Record<string, Personal<string>>>, picture.answers);
      const form = fresh(data.form, picture.form);
      const matching = picture.matching === undefined ? data.matching : undefined;
      refuseUnless(Object.keys(answers).length + Object.keys(form).length > 0 || matching !== undefined, 'nothing-to-carry-over');
      return [AnswersCarriedOver({ fromJourneyId: data.fromJourneyId, answers, form, ...(matching && { matching }), ...voiced(data.by) })];
    },
    'arrange-meeting'({ data }, state) {
      const { picture } = open(state);
      refuseUnless(picture.meeting.status !== 'arranged', 'meeting-already-arranged');
      refuseUnless(picture.meeting.status !== 'held', 'meeting-already-held');
      return [InitialMeetingArranged(meetingOf(data, picture))];
    },
    'rearrange-meeting'({ data }, state) {
      const { picture } = open(state);
      refuseUnless(picture.meeting.status !== 'held', 'meeting-already-held');
      refuseUnless(picture.meeting.status !== 'to-arrange', 'no-meeting-arranged');
      return [InitialMeetingRearranged(meetingOf(data, picture))];
    },
    'record-meeting'({ data, occurredAt, actor }, state) {
      const { meeting, openedAt } = open(state).picture;
      refuseUnless(meeting.status !== 'held', 'meeting-already-held');
      notBefore(openedAt, occurredAt);
      const arranged = meeting.status === 'arranged' ? meeting : undefined;
      if (data.outcome === 'missed') {
        refuseUnless(arranged, 'no-meeting-arranged');
        refuseUnless(arranged.meetingAt <= occurredAt, 'meeting-still-to-come');
        return [InitialMeetingMissed({ meetingAt: arranged.meetingAt, nextStep: data.nextStep, toldUs: data.toldUs, ...voiced(data.by) })];
      }
      // Somebody may walk in: what happened is not refused for want of an arrangement.
      return [
        InitialMeetingHeld({
          heldAt: occurredAt,
          channel: data.channel ?? arranged?.channel ?? 'in-person',
          withStaffId: data.withStaffId ?? arranged?.withStaffId ?? actor.id,
          ...(data.note !== undefined && { note: data.note }),
          ...voiced(data.by),
        }),
      ];
    },
    'record-answers'({ data: { by, ...data } }, state) {
      open(state);
      return [AssessmentAnswersRecorded({ ...data, ...voiced(by) })];
    },
    'record-readiness'({ data }, state) {
      open(state);
      return [ReadinessDiscussed(data)];
    },
    'give-information'({ data }, state) {
      const last = journeyOpen(state).picture.handedOver.findLast((each) => each.item === data.item);
      return last?.version === data.version && last.how === data.how ? [] : [InformationGiven(data)];
    },
    'sign-confidentiality-agreement'({ data }, state) {
      const { agreement } = journeyOpen(state).picture;
      const known = agreement.status === 'signed' && agreement.version === data.version && agreement.how === data.how && agreement.returned === data.returned;
      return known ? [] : [ConfidentialityAgreementSigned(data)];
    },
    'withdraw-agreement'({ data, occurredAt }, state) {
      const { agreement } = journeyOpen(state).picture;
      if (agreement.status === 'withdrawn') return [];
      if (agreement.status === 'none') return refuse('agreement-not-signed');
      notBefore(agreement.at, occurredAt);
      return [ConfidentialityAgreementWithdrawn({ version: agreement.version, ...voiced(data.by) })];
    },
    'record-matching-information'({ data: { by, ...data } }, state) {
      journeyOpen(state);
      return [MatchingInformationRecorded({ ...data, ...voiced(by) })];
    },
    'find-suitable'({ data, occurredAt }, state) {
      if (state.status === 'suitable') return [];
      const current = open(state);
      const { picture } = current;
      const [first] = missingForSuitable(picture, data.requiredFields, data.packItems);
      if (first) refuse(first.rule, first.details);
      notBefore(picture.meeting.status === 'held' ? picture.meeting.heldAt : undefined, occurredAt);
      return [FoundSuitable({ personId: personIdOf(current), beganAt: picture.about.beganAt, ...voiced(data.by) })];
    },
    defer({ data }, state) {
      open(state);
      const reviewOn = reviewDate(data.reviewOn, data.today, data.reviewWeeks);
      return [
        SupportDeferred({
          reason: data.reason,
          serviceIds: data.serviceIds,
          reviewOn,
          ...spoken(data.words),
          ...(data.supportFirst !== undefined && { supportFirst: data.supportFirst }),
          ...voiced(data.by),
        }),
      ];
    },
    'review-deferral'({ data, occurredAt }, state) {
      notBefore(mustBe(state, 'deferred', 'not-deferred').picture.deferrals.at(-1)?.at, occurredAt);
      const next = data.outcome === 'ready' ? undefined : reviewDate(data.nextReviewOn, data.today, data.reviewWeeks);
      return [DeferralReviewed({ outcome: data.outcome, ...(next !== undefined && { nextReviewOn: next }), ...spoken(data.words), ...voiced(data.by) })];
    },
    'signpost-elsewhere'({ data }, state) {
      mustBe(state, ['open', 'deferred'], 'assessment-not-open');
      refuseUnless(data.serviceIds.length > 0, 'no-service-named');
      return [SignpostedElsewhere({ reason: data.reason, serviceIds: data.serviceIds, ...spoken(data.words), ...voiced(data.by) })];
    },
    'follow-up-signpost'({ data }, state) {
      refuseUnless(begun(state).picture.signposts.includes(data.serviceId), 'not-signposted-there');
      return [SignpostFollowedUp(data)];
    },
    'record-declined'({ data }, state) {
      const before = outcomeOf(state, 'declined');
      const saysNothingNew = before?.toldHowToComeBack === data.toldHowToComeBack && data.words === undefined && data.serviceIds.every((each) => before.serviceIds.includes(each));
      if (saysNothingNew) return [];
      mustBe(state, ['open', 'deferred'], 'assessment-not-open');
      return [SupportDeclinedByPerson(data)];
    },
    'close-assessment'({ data }, state) {
      if (outcomeOf(state, 'closed')?.reason === data.reason) return [];
      mustBe(state, ['open', 'deferred'], 'assessment-not-open');
      return [AssessmentClosed(data)];
    },
    reopen({ data, occurredAt }, state) {
      if (state.status === 'open') return [];
      const { status, known, picture } = mustBe(state, ['deferred', 'suitable'], 'not-deferred-or-suitable');
      refuseUnless(!known.journeyClosed, 'journey-closed');
      refuseUnless(liveRelationship(known) === undefined, 'relationship-live');
      notBefore(status === 'deferred' ? picture.deferrals.at(-1)?.at : picture.suitable?.at, occurredAt);
      return [AssessmentReopened({ from: status, why: 'asked', ...voiced(data.by) })];
    },
    'return-from-matching'(_command, state) {
      if (state.status !== 'suitable') return [];
      const reopened = AssessmentReopened({ from: 'suitable', why: 'returned-by-matching' });
      // Who left while matching handed the journey back would be left by nobody.
      return state.known.leaving ? [reopened, AssessmentClosed({ reason: 'withdrawn' })] : [reopened];
    },
    'join-second-referral': (_command, state) => (state.status === 'deferred' ? [AssessmentReopened({ from: 'deferred', why: 'second-referral' })] : []),
    // A mentee who waits or is in a relationship leaves there: that context records it.
    stop({ data: { reason } }, state) {
      const over = state.status === 'open' || state.status === 'deferred' || (state.status === 'suitable' && reason !== 'withdrawn');
      return over ? [AssessmentClosed({ reason })] : [];
    },
  },
  evolve,
});

export const assessmentAggregate = aggregate({
  category: 'assessment',
  events: assessmentEvents,
  decider: assessment,
  belonging: (state: Assessment, id) => {
    const organisationId = state.known.organisationId;
    if (organisationId === undefined) return undefined;
    const siteId = state.known.siteId ?? state.known.fromSiteId;
    const beganAt = state.status === 'none' ? undefined : state.picture.about.beganAt;
    return { organisationId, journeyId: id, ...(siteId !== undefined && { siteId }), ...(beganAt !== undefined && { beganAt }) };
  },
});
