import { idOf, readModel, update, when, type Document } from '@alongside/read-models';
import {
  AssessmentClosed,
  AssessmentHeard,
  AssessmentOpened,
  AssessmentReopened,
  DeferralReviewed,
  FoundSuitable,
  InitialMeetingArranged,
  InitialMeetingHeld,
  InitialMeetingMissed,
  InitialMeetingRearranged,
  SignpostedElsewhere,
  SupportDeclinedByPerson,
  SupportDeferred,
  type Meeting,
} from '../domain/events.js';

/** Where each assessment stands: what the worklist is made of. The picture itself is read from the stream. */
export interface AssessmentDocument extends Document {
  readonly siteId: string;
  readonly coordinatorId?: string;
  readonly status: 'open' | 'deferred' | 'suitable' | 'signposted' | 'declined' | 'closed';
  readonly beganAt: string;
  readonly openedAt: string;
  readonly meeting: 'to-arrange' | 'arranged' | 'missed' | 'held';
  /** RFC 3339: of the meeting arranged, missed or held. */
  readonly meetingAt?: string;
  readonly nextStep?: string;
  /** Calendar date by which a deferred person is asked again. */
  readonly reviewOn?: string;
  readonly journeyClosed: boolean;
}

/** Only what was heard: the assessment may not have opened. */
type Partly = AssessmentDocument & { readonly pending?: true };

const arranged = (document: AssessmentDocument, data: Meeting): AssessmentDocument => ({ ...document, meeting: 'arranged', meetingAt: data.meetingAt });

function status(document: AssessmentDocument, next: AssessmentDocument['status']): AssessmentDocument {
  const { reviewOn: _over, ...rest } = document;
  return { ...rest, status: next };
}

export const assessments = readModel<AssessmentDocument>({
  name: 'assessment.assessments',
  version: 1,
  says: 'Where each assessment stands, for lists and the worklist.',
  streams: ['assessment-'],
  documentOf: (event) => idOf(event, 'assessment'),
  indexes: [['status', 'siteId'], ['siteId']],
  on: [
    when(AssessmentHeard, (document, { data }) => {
      const { coordinatorId, journeyClosed, siteId, organisationId } = data;
      const told = {
        ...(coordinatorId !== undefined && { coordinatorId }),
        ...(journeyClosed !== undefined && { journeyClosed }),
        ...(siteId !== undefined && { siteId }),
      };
      if (!document) return { organisationId, siteId: '', status: 'closed', beganAt: '', openedAt: '', meeting: 'to-arrange', journeyClosed: false, ...told, pending: true } as Partly;
      const moved = data.topic === 'site' && document.status === 'open' && document.meeting !== 'held';
      return { ...document, ...told, ...(moved && { meeting: 'to-arrange' as const }) };
    }),
    when(AssessmentOpened, (document, { data, metadata }) => {
      const { pending: _opened, ...heard } = (document ?? {}) as Partial<Partly>;
      return {
        ...heard,
        organisationId: data.organisationId,
        siteId: heard.siteId || data.siteId,
        ...(heard.coordinatorId === undefined && data.coordinatorId !== undefined && { coordinatorId: data.coordinatorId }),
        status: 'open',
        beganAt: data.beganAt,
        openedAt: metadata.occurredAt,
        meeting: 'to-arrange',
        journeyClosed: heard.journeyClosed ?? false,
      };
    }),
    update(InitialMeetingArranged, (document, { data }) => arranged(document, data)),
    update(InitialMeetingRearranged, (document, { data }) => arranged(document, data)),
    update(InitialMeetingMissed, (document, { data }) => ({ ...document, meeting: 'missed', meetingAt: data.meetingAt, nextStep: data.nextStep })),
    update(InitialMeetingHeld, (document, { data }) => ({ ...document, meeting: 'held', meetingAt: data.heldAt })),
    update(FoundSuitable, (document) => status(document, 'suitable')),
    update(SupportDeferred, (document, { data }) => ({ ...status(document, 'deferred'), reviewOn: data.reviewOn })),
    update(DeferralReviewed, (document, { data, metadata }) => ({ ...document, reviewOn: data.nextReviewOn ?? metadata.occurredAt.slice(0, 10) })),
    update(SignpostedElsewhere, (document) => status(document, 'signposted')),
    update(SupportDeclinedByPerson, (document) => status(document, 'declined')),
    update(AssessmentClosed, (document) => status(document, 'closed')),
    update(AssessmentReopened, (document) => status(document, 'open')),
  ],
});
