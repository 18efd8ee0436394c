import type { Decider } from '@alongside/event-sourcing';
import type { AssessmentCommand } from './commands.js';
import type { AssessmentEvent, Heard, Meeting } from './events.js';
import type { Assessment, Begun, Ending, Known, Picture } from './state.js';

function heard(known: Known, { topic, sourceStream, sourceRevision, relationshipId, ...word }: Heard): Known {
  return { ...known, ...word, ...related(known, topic, relationshipId), leaving: known.leaving || topic === 'leaving', heard: { ...known.heard, [`${sourceStream} ${topic}`]: sourceRevision } };
}

/** The end of a relationship may be heard of before its beginning. */
function related(known: Known, topic: Heard['topic'], relationshipId: string | undefined): Pick<Known, 'over'> & { readonly relationshipId?: string } {
  const { over } = known;
  if (relationshipId === undefined) return { over };
  if (topic === 'match') return over.includes(relationshipId) ? { over } : { over, relationshipId };
  return { over: [...over, relationshipId] };
}

/** The relationship that the mentee is in now, if any. */
export const liveRelationship = ({ over, relationshipId }: Known): string | undefined => (relationshipId === undefined || over.includes(relationshipId) ? undefined : relationshipId);

/** Every relationship that was heard of, live or over. */
export const relationshipsOf = ({ over, relationshipId }: Known): readonly string[] => [...new Set([...over, ...(relationshipId === undefined ? [] : [relationshipId])])];

const paint = (state: Assessment, change: (picture: Picture) => Partial<Picture>): Assessment =>
  state.status === 'none' ? state : { ...state, picture: { ...state.picture, ...change(state.picture) } };

const arranged = (state: Assessment, { channel, meetingAt, place, withStaffId }: Meeting): Assessment =>
  paint(state, () => ({ meeting: { status: 'arranged', channel, meetingAt, withStaffId, ...(place !== undefined && { place }) } }));

const ended = (state: Assessment, status: Ending, signposts: readonly string[] = []): Assessment =>
  state.status === 'none' ? state : { status, known: state.known, picture: pointed(state.picture, signposts) };

const pointed = (picture: Picture, services: readonly string[]): Picture => ({ ...picture, signposts: [...new Set([...picture.signposts, ...services])] });

/** A state that had begun, in another status. */
const turned = (state: Assessment, next: (state: Begun) => Assessment): Assessment => (state.status === 'none' ? state : next(state));

export const evolve: Decider<Assessment, AssessmentCommand, AssessmentEvent>['evolve'] = {
  AssessmentOpened: ({ known }, { data }) => ({
    status: 'open',
    known: {
      ...known,
      organisationId: data.organisationId,
      // What was heard since the referral was accepted is newer than what came with the acceptance.
      siteId: known.siteId ?? data.siteId,
      ...(known.coordinatorId === undefined && data.coordinatorId !== undefined && { coordinatorId: data.coordinatorId }),
      ...(known.safeContact === undefined && data.safeContact !== undefined && { safeContact: data.safeContact }),
    },
    picture: {
      about: data,
      meeting: { status: 'to-arrange' },
      answers: {},
      form: {},
      given: {},
      agreement: { status: 'none' },
      carriedOverFrom: [],
      signposts: [],
    },
  }),
  AssessmentHeard: (state, { data }) => {
    const known = heard(state.known, data);
    const moved = data.topic === 'site' && state.status === 'open' && state.picture.meeting.status !== 'held';
    // At another site the meeting is arranged anew.
    return moved ? { ...state, known, picture: { ...state.picture, meeting: { status: 'to-arrange' } } } : { ...state, known };
  },
  AnswersCarriedOver: (state, { data }) =>
    paint(state, (picture) => ({
      answers: { ...data.answers, ...picture.answers },
      form: { ...data.form, ...picture.form },
      ...(data.matching && !picture.matching && { matching: data.matching }),
      carriedOverFrom: [...picture.carriedOverFrom, data.fromJourneyId],
    })),
  InitialMeetingArranged: (state, { data }) => arranged(state, data),
  InitialMeetingRearranged: (state, { data }) => arranged(state, data),
  InitialMeetingHeld: (state, { data }) => paint(state, () => ({ meeting: { status: 'held', heldAt: data.heldAt, channel: data.channel } })),
  InitialMeetingMissed: (state, { data }) => paint(state, () => ({ meeting: { status: 'missed', meetingAt: data.meetingAt } })),
  AssessmentAnswersRecorded: (state, { data }) => paint(state, (picture) => ({ answers: { ...picture.answers, ...data.answers }, form: { ...picture.form, ...data.form } })),
  ReadinessDiscussed: (state, { data }) => paint(state, () => ({ readiness: data })),
  InformationGiven: (state, { data }) => paint(state, (picture) => ({ given: { ...picture.given, [data.item]: data.version } })),
  ConfidentialityAgreementSigned: (state, { data }) => paint(state, () => ({ agreement: { status: 'signed', version: data.version } })),
  ConfidentialityAgreementWithdrawn: (state, { data }) => paint(state, () => ({ agreement: { status: 'withdrawn', version: data.version } })),
  MatchingInformationRecorded: (state, { data }) => paint(state, () => ({ matching: { information: data.information, disclosure: data.disclosure } })),
  FoundSuitable: (state) => turned(state, ({ known, picture }) => ({ status: 'suitable', known, picture })),
  SupportDeferred: (state, { data }) => turned(state, ({ known, picture }) => ({ status: 'deferred', known, picture: pointed(picture, data.serviceIds), reviewOn: data.reviewOn })),
  DeferralReviewed: (state, { data, metadata }) =>
    // Ready: the review is due at once, until the assessment is reopened.
    state.status === 'deferred' ? { ...state, reviewOn: data.nextReviewOn ?? metadata.occurredAt.slice(0, 10) } : state,
  SignpostedElsewhere: (state, { data }) => ended(state, 'signposted', data.serviceIds),
  SupportDeclinedByPerson: (state, { data }) => ended(state, 'declined', data.serviceIds),
  AssessmentClosed: (state) => ended(state, 'closed'),
  AssessmentReopened: (state) => turned(state, ({ known, picture }) => ({ status: 'open', known, picture })),
};
