import { mustBe, refuseUnless, type Personal } from '@alongside/event-sourcing';
import type { MissedSupervisionReason, Standing, SupervisionForm, Wellbeing } from './events.js';

export interface SupervisionSession {
  readonly sessionId: string;
  readonly heldOn: string;
  readonly form: SupervisionForm;
  readonly minutes?: number;
  readonly groupId?: string;
  readonly notes?: Personal<string>;
  readonly supervisorId?: string;
}

export interface TrainingNeed {
  readonly trainingNeedId: string;
  readonly training: string;
  readonly agreedOn: string;
  readonly note?: Personal<string>;
  readonly completedOn?: string;
}

export interface KnownSupporter {
  readonly status: 'known';
  readonly organisationId: string;
  readonly supporterId: string;
  readonly siteId?: string;
  /** Absent while matching has not told of the supporter. */
  readonly standing?: Standing;
  readonly erasedAt?: string;
  readonly name?: Personal<string>;
  readonly registeredAt?: string;
  readonly registeredOn?: string;
  readonly sourceRevision: number;
  readonly supervisorId?: string;
  readonly agreement?: { readonly form: SupervisionForm; readonly everyWeeks?: number; readonly agreement?: Personal<string> };
  readonly scheduled?: { readonly scheduledFor: string; readonly form: SupervisionForm; readonly groupId?: string };
  readonly sessions: readonly SupervisionSession[];
  readonly missed: readonly { readonly missedOn: string; readonly reason: Personal<MissedSupervisionReason>; readonly note?: Personal<string> }[];
  readonly wellbeing: readonly { readonly wellbeingId: string; readonly recordedAt: string; readonly alerts: boolean; readonly wellbeing: Personal<Wellbeing> }[];
  readonly debriefsOffered: readonly { readonly debriefId: string; readonly journeyId: string; readonly offeredAt: string }[];
  readonly debriefs: readonly { readonly heldOn: string; readonly journeyId?: string; readonly notes?: Personal<string> }[];
  readonly trainingNeeds: readonly TrainingNeed[];
  readonly trainings: readonly { readonly training: string; readonly completedOn: string }[];
  /** Live relationships: relationship id to journey id. */
  readonly relationships: Readonly<Record<string, string>>;
}

/** A supporter's own supervision and wellbeing. */
export type Supervision = { readonly status: 'unknown' } | KnownSupporter;

export const firstHeard = (organisationId: string, supporterId: string): KnownSupporter => ({
  status: 'known',
  organisationId,
  supporterId,
  sourceRevision: -1,
  sessions: [],
  missed: [],
  wellbeing: [],
  debriefsOffered: [],
  debriefs: [],
  trainingNeeds: [],
  trainings: [],
  relationships: {},
});

/** What the next due date counts from: the last session held, else the registration. */
export function basisOn(state: KnownSupporter): string | undefined {
  const last = state.sessions.reduce<string | undefined>((latest, each) => (latest === undefined || each.heldOn > latest ? each.heldOn : latest), undefined);
  return last ?? state.registeredOn;
}

/** Nothing is written about somebody who was erased. */
export function readable(state: KnownSupporter & { readonly standing: Standing }): KnownSupporter & { readonly standing: Standing } {
  refuseUnless(state.erasedAt === undefined, 'supporter-erased');
  return state;
}

/** A supporter whom matching has told of. */
export function registered(state: Supervision): KnownSupporter & { readonly standing: Standing } {
  const known = mustBe(state, 'known');
  const { standing } = known;
  refuseUnless(standing !== undefined, 'supporter-not-registered');
  return { ...known, standing };
}

/** Nothing new is planned with somebody who has gone. */
export function serving(state: Supervision): KnownSupporter {
  const known = registered(state);
  refuseUnless(known.standing !== 'retired', 'supporter-retired');
  return known;
}
