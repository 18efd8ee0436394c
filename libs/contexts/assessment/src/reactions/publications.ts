import { assessment as published, dateIn } from '@alongside/contracts';
import { publication, type Publication } from '@alongside/service';
import { assessmentAggregate as of } from '../domain/assessment.js';
import {
  AnswersCarriedOver,
  AssessmentClosed,
  AssessmentReopened,
  ConfidentialityAgreementSigned,
  ConfidentialityAgreementWithdrawn,
  FoundSuitable,
  InitialMeetingArranged,
  InitialMeetingHeld,
  InitialMeetingRearranged,
  MatchingInformationRecorded,
  SignpostedElsewhere,
  SupportDeclinedByPerson,
  SupportDeferred,
} from '../domain/events.js';
import { relationshipsOf } from '../domain/evolve.js';
import { personIdOf, type Assessment } from '../domain/state.js';

const journeyOf = (event: { readonly stream: string }): string => event.stream.slice('assessment-'.length);

type Outcome = 'signposted' | 'declined' | 'withdrawn' | 'unreachable' | 'moved-away' | 'closed-other';

function ended(event: { readonly stream: string }, state: Assessment, outcome: Outcome) {
  if (state.status === 'none') return undefined;
  const { about } = state.picture;
  const relationshipIds = relationshipsOf(state.known);
  return {
    journeyId: journeyOf(event),
    personId: personIdOf(state),
    siteId: state.known.siteId ?? about.siteId,
    beganAt: about.beganAt,
    outcome,
    ...(relationshipIds.length > 0 && { relationshipIds: [...relationshipIds] }),
  };
}

const closings = { unreachable: 'unreachable', 'moved-away': 'moved-away', other: 'closed-other', withdrawn: 'withdrawn' } as const;

export const publications: readonly Publication[] = [
  ...[InitialMeetingArranged, InitialMeetingRearranged].map((each) =>
    publication(each as typeof InitialMeetingArranged, of, published.InitialMeetingArranged, (event) => ({ journeyId: journeyOf(event), meetingAt: event.data.meetingAt })),
  ),
  publication(InitialMeetingHeld, of, published.InitialMeetingHeld, (event) => ({ journeyId: journeyOf(event), heldOn: dateIn('UTC', event.data.heldAt) })),
  publication(MatchingInformationRecorded, of, published.MatchingInformationRecorded, (event) => ({ journeyId: journeyOf(event), information: event.data.information, disclosure: event.data.disclosure })),
  publication(AnswersCarriedOver, of, published.MatchingInformationRecorded, (event) => event.data.matching && { journeyId: journeyOf(event), ...event.data.matching }),
  publication(ConfidentialityAgreementSigned, of, published.AgreementChanged, (event) => ({ journeyId: journeyOf(event), status: 'signed' as const, version: event.data.version })),
  publication(ConfidentialityAgreementWithdrawn, of, published.AgreementChanged, (event) => ({ journeyId: journeyOf(event), status: 'withdrawn' as const, version: event.data.version })),
  publication(FoundSuitable, of, published.FoundSuitable, (event, state: Assessment) => {
    if (state.status === 'none') return undefined;
    const { about } = state.picture;
    const { coordinatorId, siteId } = state.known;
    return {
      journeyId: journeyOf(event),
      personId: personIdOf(state),
      siteId: siteId ?? about.siteId,
      beganAt: about.beganAt,
      ...(coordinatorId !== undefined && { coordinatorId }),
      ...(about.knownAs !== undefined && { knownAs: about.knownAs }),
    };
  }),
  publication(SupportDeferred, of, published.SupportDeferred, (event) => ({ journeyId: journeyOf(event), reviewOn: event.data.reviewOn })),
  publication(AssessmentReopened, of, published.AssessmentReopened, (event) => ({ journeyId: journeyOf(event), from: event.data.from })),
  publication(SignpostedElsewhere, of, published.AssessmentEnded, (event, state: Assessment) => ended(event, state, 'signposted')),
  publication(SupportDeclinedByPerson, of, published.AssessmentEnded, (event, state: Assessment) => ended(event, state, 'declined')),
  publication(AssessmentClosed, of, published.AssessmentEnded, (event, state: Assessment) => {
    const { reason } = event.data;
    // A death, an erasure and a closing elsewhere are told by those who record them.
    return reason in closings ? ended(event, state, closings[reason as keyof typeof closings]) : undefined;
  }),
];
