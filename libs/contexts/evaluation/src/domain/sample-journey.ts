import { uuidOf } from '@alongside/event-sourcing';
import { EvaluationInvited, EvaluationOpened, EvaluationResponseRecorded } from './events.js';
import { EvaluationConcernHeard, EvaluationGoalsHeard, EvaluationJourneyEndHeard, EvaluationRelationshipEndHeard, EvaluationRelationshipHeard } from './heard-events.js';
import type { Occasion } from './questions.js';

// Events and words of one journey, for the tests of this context; the ids are those of the tests' own words.

const id = (kind: string): string => uuidOf('test', kind);
const [organisationId, siteId, personId, supporterId] = [id('organisation'), id('site'), id('person'), id('supporter')];
export const beganAt = '2026-01-05T09:00:00.000Z';
export const place = { organisationId, siteId, personId, beganAt };
export const today = '2026-03-02';
export const relationshipId = id('relationship');
export const goalId = id('goal');
export const concernId = id('concern');
export const questionnaireId = id('questionnaire');
export const newInvitationId = uuidOf('test-new', 'invite', 'invitation');

export const opened = EvaluationOpened({ ...place, coordinatorId: id('coordinator') });
export const introduced = EvaluationRelationshipHeard({ ...place, relationshipId, supporterId });
export const ended = (wantsAnother = false) => EvaluationRelationshipEndHeard({ ...place, relationshipId, supporterId, ending: 'planned', wantsAnother });
export const goals = EvaluationGoalsHeard({ organisationId, goals: [{ goalId, title: 'Go out again' }], sourceRevision: 3 });
export const concern = (status: 'open' | 'resolved', sourceRevision = 1, aboutId?: string) =>
  EvaluationConcernHeard({ organisationId, concernId, status, sourceRevision, ...(aboutId !== undefined && { aboutId }) });
export const died = EvaluationJourneyEndHeard({ ...place, stage: 'death', outcome: 'died', afterRelationship: false });
export const signposted = EvaluationJourneyEndHeard({ ...place, stage: 'assessment', outcome: 'signposted', afterRelationship: false });

export const questionnaire = { questionnaireId, version: 1 };
export const sending = { channel: 'email', contact: 'safe', expiresAt: '2026-03-30T22:59:59.000Z', expiresOn: '2026-03-30', today } as const;
export const invitationId = id('invitation');
export const invited = (occasion: Occasion = 'end') =>
  EvaluationInvited({ invitationId, ...questionnaire, occasion, audience: 'mentee', channel: 'email', expiresAt: sending.expiresAt, expiresOn: sending.expiresOn });

export const responseId = id('response');
export const given = { answers: { 'how-i-cope': 4 }, answered: ['how-i-cope'], complete: true, today } as const;
export const answered = (occasion: Occasion = 'end', complete = true) =>
  EvaluationResponseRecorded({ responseId, ...questionnaire, occasion, audience: 'mentee', channel: 'telephone', by: 'mentee', answers: given.answers, answered: given.answered, complete });
