import { timed, type Timer } from '@alongside/service';
import { evaluationAggregate } from '../domain/evaluation.js';
import { EvaluationDeclined, EvaluationInvited, EvaluationResponseRecorded } from '../domain/events.js';

const answered = (invitationId: string | undefined) => (invitationId === undefined ? undefined : { key: invitationId });

export const invitationExpiry: Timer = {
  name: 'invitation-expiry',
  says: 'An invitation that nobody answered expires; where it was the last word asked for, the journey closes.',
  aggregate: evaluationAggregate,
  command: 'expire-invitation',
  on: [
    timed(EvaluationInvited, ({ data: { invitationId, expiresAt, expiresOn } }) => ({ key: invitationId, due: expiresAt, data: { invitationId, expiresOn } })),
    timed(EvaluationResponseRecorded, ({ data }) => (data.complete ? answered(data.invitationId) : undefined)),
    timed(EvaluationDeclined, ({ data }) => answered(data.invitationId)),
  ],
};
