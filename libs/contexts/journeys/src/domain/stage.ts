import type { RecordedEvent } from '@alongside/event-sourcing';
import type { JourneyCategory } from './stream-names.js';

/** Where a journey stands. `evaluation`: ended, however early, and not yet closed. */
export const stages = ['referral', 'assessment', 'deferred', 'waiting', 'proposed', 'supported', 'paused', 'evaluation', 'closed'] as const;
export type Stage = (typeof stages)[number];

type Step = (stage: Stage, data: RecordedEvent['data']) => Stage;
const to =
  (next: Stage): Step =>
  () =>
    next;
/** Only from one of these: what comes late from another stream changes nothing. */
const from =
  (before: readonly Stage[], next: Stage): Step =>
  (stage) =>
    before.includes(stage) ? next : stage;

const afterRelationship: Step = (_stage, data) => (data['wantsAnother'] === true ? 'waiting' : 'evaluation');

/** What moves a journey on, by stream category and event type. */
export const stageSteps: Readonly<Record<JourneyCategory, Readonly<Record<string, Step>>>> = {
  referral: {
    ReferralReceived: to('referral'),
    ReferralDeferred: to('deferred'),
    ReferralDeferralReviewed: (stage, { outcome }) => (outcome === 'continue' ? 'referral' : stage),
    // A deferral of the assessment is ended by the assessment itself.
    ReferralJoined: (stage) => stage,
    ReferralAccepted: to('assessment'),
    ReferralNotTakenForward: to('evaluation'),
    ReferralWithdrawn: (stage, { afterAcceptance }) => (afterAcceptance === true ? stage : 'evaluation'),
    ReferralDirectedToTraining: to('evaluation'),
    ReferralMerged: to('evaluation'),
    PersonDied: to('evaluation'),
    PersonErased: to('evaluation'),
  },
  assessment: {
    AssessmentOpened: from(['referral', 'deferred'], 'assessment'),
    SupportDeferred: to('deferred'),
    FoundSuitable: to('waiting'),
    SignpostedElsewhere: to('evaluation'),
    SupportDeclinedByPerson: to('evaluation'),
    AssessmentClosed: to('evaluation'),
    AssessmentReopened: to('assessment'),
  },
  matching: {
    WaitingStarted: from(['assessment', 'supported', 'paused'], 'waiting'),
    MatchProposed: to('proposed'),
    MatchTurnedDown: from(['proposed'], 'waiting'),
    MatchProposalWithdrawn: from(['proposed'], 'waiting'),
    MatchIntroduced: to('supported'),
    MatchEnded: (stage, data) => (stage === 'supported' || stage === 'paused' ? afterRelationship(stage, data) : stage),
    WaitingEnded: (stage, { reason }) => (stage !== 'waiting' && stage !== 'proposed' ? stage : reason === 'assessment-reopened' ? 'assessment' : 'evaluation'),
    ReturnedToAssessment: to('assessment'),
  },
  support: {
    RelationshipOpened: from(['waiting', 'proposed'], 'supported'),
    RelationshipPaused: to('paused'),
    RelationshipResumed: to('supported'),
    RelationshipEnded: afterRelationship,
  },
  evaluation: { JourneyClosed: to('closed') },
};

/** The stage after an event. What is closed stays closed. */
export function nextStage(stage: Stage, category: JourneyCategory, event: RecordedEvent): Stage {
  return stage === 'closed' ? stage : (stageSteps[category][event.type]?.(stage, event.data) ?? stage);
}
