import type { CommandsOf, EventOf } from '@alongside/event-sourcing';
import type { MissedSupervisionReason, RelationshipTakenOn, SupervisionForm, SupporterErasureHeard, SupporterHeard, TrainingHeard } from './events.js';

interface Dated {
  /** IANA name of the site's time zone, in which dates are judged. */
  readonly timeZone: string;
}

export type SupervisionCommand = CommandsOf<{
  'hear-supporter': EventOf<typeof SupporterHeard>['data'];
  'hear-supporter-erasure': EventOf<typeof SupporterErasureHeard>['data'];
  'hear-training': EventOf<typeof TrainingHeard>['data'];
  'take-on': EventOf<typeof RelationshipTakenOn>['data'];
  'hand-back': { readonly journeyId: string; readonly relationshipId: string; readonly died: boolean };
  'count-group-session': { readonly sessionId: string; readonly groupId: string; readonly heldOn: string; readonly minutes?: number };
  'miss-group-session': { readonly groupId: string; readonly missedOn: string; readonly reason: MissedSupervisionReason };
  'note-group-date': { readonly groupId: string; readonly scheduledFor: string };
  /** `isSupervisor`: the staff member holds that role at the supporter's site; looked up beforehand. */
  'assign-supervisor': { readonly supervisorId: string; readonly isSupervisor: boolean };
  'agree-supervision': { readonly form: SupervisionForm; readonly everyWeeks?: number; readonly agreement?: string };
  'schedule-supervision': { readonly scheduledFor: string; readonly form: SupervisionForm };
  'record-supervision': Dated & { readonly heldOn?: string; readonly form: SupervisionForm; readonly minutes?: number; readonly notes?: string };
  'record-missed-supervision': Dated & { readonly missedOn?: string; readonly reason: MissedSupervisionReason; readonly note?: string };
  /** `alerts`: strain at or above the organisation's threshold; judged beforehand, since the answers are personal. */
  'record-wellbeing': { readonly load: number; readonly strain: number; readonly reward: number; readonly note?: string; readonly alerts: boolean };
  debrief: Dated & { readonly heldOn?: string; readonly journeyId?: string; readonly notes?: string };
  'agree-training-need': Dated & { readonly training: string; readonly note?: string };
}>;
