import type { ContactChannel, JourneyOutcome } from '@alongside/contracts';
import { event, mentee, unchanged, type EventsOf, type Personal } from '@alongside/event-sourcing';
import { exampleIds } from './example-ids.js';
import { heardEvents } from './heard-events.js';
import type { Answers, Audience, Occasion } from './questions.js';

export type Voice = 'mentee' | 'referrer' | 'supporter' | 'staff';

/** Since version 2 it says whose word it was; of the first nobody knows. */
const nowWithVoice = { version: 2, upcast: { 1: unchanged } } as const;

export const EvaluationOpened = event('EvaluationOpened').of<{ organisationId: string; personId: string; siteId: string; beganAt: string; coordinatorId?: string }>({
  says: 'The mentee was found suitable: a baseline can be taken.',
  example: { organisationId: exampleIds.organisationId, personId: exampleIds.personId, siteId: exampleIds.siteId, beganAt: '2026-01-12T09:00:00.000Z', coordinatorId: exampleIds.staffId },
});

/** Whom an invitation or a response is about, and by which questionnaire. */
export interface Asked {
  readonly questionnaireId: string;
  readonly version: number;
  readonly occasion: Occasion;
  readonly audience: Audience;
  /** Of a supporter's view: the relationship that it is of. */
  readonly relationshipId?: string;
  readonly supporterId?: string;
}

export const EvaluationInvited = event('EvaluationInvited').of<
  Asked & {
    /** The link's token is derived from it and is kept nowhere. */
    invitationId: string;
    channel: ContactChannel;
    expiresAt: string;
    /** The last day, at the site, on which the link is good. */
    expiresOn: string;
    /** The invitation whose link is good no more. */
    replaces?: string;
    /** Who wished for it. */
    by?: Voice;
  }
>({
  ...nowWithVoice,
  says: 'Somebody was invited to answer, by a link that expires and is spent when the answer is handed in.',
  example: {
    invitationId: exampleIds.invitationId,
    questionnaireId: exampleIds.questionnaireId,
    version: 1,
    occasion: 'end',
    audience: 'mentee',
    channel: 'email',
    expiresAt: '2026-06-29T22:59:59.000Z',
    expiresOn: '2026-06-29',
    by: 'mentee',
  },
});

/** `link`: by the one who was invited; `online`: by a supporter who is signed in; the others are taken down by staff. */
export const responseChannels = ['link', 'online', 'telephone', 'paper', 'meeting'] as const;
export type ResponseChannel = (typeof responseChannels)[number];

export const EvaluationResponseRecorded = event('EvaluationResponseRecorded').of<
  Asked & {
    responseId: string;
    invitationId?: string;
    channel: ResponseChannel;
    /** Handed in; until then what was answered so far is kept. */
    complete: boolean;
    /** Names of the answered questions. */
    answered: readonly string[];
    answers: Personal<Answers>;
    by: Voice;
    /** The baseline that it can be compared with. */
    pairedWith?: string;
  }
>({
  // A supporter's view tells about the mentee, too: it goes when the mentee is erased.
  personal: { answers: mentee },
  says: 'Mentee or supporter answered, in part or whole; the whole of what they answered so far.',
  example: {
    responseId: exampleIds.responseId,
    invitationId: exampleIds.invitationId,
    questionnaireId: exampleIds.questionnaireId,
    version: 1,
    occasion: 'end',
    audience: 'mentee',
    channel: 'link',
    complete: true,
    answered: ['how-i-cope', 'what-helped'],
    answers: { 'how-i-cope': 4, 'what-helped': ['Being heard'] },
    by: 'mentee',
    pairedWith: exampleIds.baselineId,
  },
});

export const EvaluationResponseRead = event('EvaluationResponseRead').of<{ responseId: string; by?: Voice }>({
  ...nowWithVoice,
  says: 'A coordinator read what was answered.',
  example: { responseId: exampleIds.responseId, by: 'staff' },
});

export const declineReasons = ['does-not-want-to', 'not-well-enough', 'unreachable', 'left', 'not-asked', 'other', 'no-safe-contact'] as const;
export type DeclineReason = (typeof declineReasons)[number];

export const EvaluationDeclined = event('EvaluationDeclined').of<{ occasion: Occasion; audience: Audience; reason: DeclineReason; by: Voice; invitationId?: string }>({
  says: 'No answer is an answer.',
  example: { occasion: 'end', audience: 'mentee', reason: 'does-not-want-to', by: 'mentee', invitationId: exampleIds.invitationId },
});

export const InvitationExpired = event('InvitationExpired').of<{ invitationId: string; occasion: Occasion; audience: Audience }>({
  says: 'The link is good no more; what was answered in part is kept.',
  example: { invitationId: exampleIds.invitationId, occasion: 'end', audience: 'mentee' },
});

export const goalOutcomes = ['achieved', 'partly', 'not'] as const;
export type GoalOutcome = (typeof goalOutcomes)[number];

export const OutcomeRecorded = event('OutcomeRecorded').of<{ goals: readonly { readonly goalId: string; readonly outcome: GoalOutcome }[]; view?: Personal<string>; by: Voice }>({
  personal: { view: mentee },
  says: "What became of the mentee's goals, and the coordinator's closing view.",
  example: { goals: [{ goalId: exampleIds.goalId, outcome: 'achieved' }], view: 'Goes out alone again and has joined a walking group.', by: 'staff' },
});

export const JourneyClosed = event('JourneyClosed').of<{ personId: string; siteId: string; outcome: JourneyOutcome; closedOn: string; by?: Voice }>({
  ...nowWithVoice,
  says: 'The journey is over. Once for every journey, wherever it stopped.',
  example: { personId: exampleIds.personId, siteId: exampleIds.siteId, outcome: 'completed', closedOn: '2026-06-30', by: 'staff' },
});

export const evaluationEvents = [
  ...heardEvents,
  EvaluationOpened,
  EvaluationInvited,
  EvaluationResponseRecorded,
  EvaluationResponseRead,
  EvaluationDeclined,
  InvitationExpired,
  OutcomeRecorded,
  JourneyClosed,
] as const;
export type EvaluationEvent = EventsOf<typeof evaluationEvents>;
