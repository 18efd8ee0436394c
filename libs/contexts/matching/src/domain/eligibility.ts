import { addMonths, addWeeks } from '@alongside/contracts';
import type { SupporterRequirements } from '@alongside/contracts';

/** Why a supporter may not be matched; each is also the rule that refuses it. */
export type Ineligibility =
  | 'candidate'
  | 'paused'
  | 'retired'
  | 'not-trained'
  | 'training-expired'
  | 'recovery-not-confirmed'
  | 'agreement-not-signed'
  | 'check-missing'
  | 'check-not-passed'
  | 'check-expired'
  | 'supervision-overdue'
  | 'at-capacity';

export interface Barrier {
  readonly code: Ineligibility;
  /** Code of the training or check that is meant. */
  readonly of?: string;
  /** The date since when, or from which on, it stands in the way. */
  readonly since?: string;
}

export interface Training {
  readonly training: string;
  readonly completedOn: string;
}

export interface Check {
  readonly check: string;
  readonly checkedOn: string;
  /** What the document itself says; else it follows from the requirements. */
  readonly expiresOn?: string;
  readonly outcome: 'passed' | 'not-passed';
}

/** What it takes to be matched, as it stands with one supporter. Dates are calendar dates of their site. */
export interface Standing {
  readonly status: 'candidate' | 'active' | 'paused' | 'retiring' | 'retired';
  readonly registeredOn: string;
  readonly trainings: readonly Training[];
  readonly recoveryConfirmed: boolean;
  readonly agreementSigned: boolean;
  readonly checks: readonly Check[];
  readonly supervision?: { readonly basisOn: string; readonly everyWeeks?: number };
  readonly capacity: number;
  readonly placesTaken: number;
}

export interface Requirements {
  readonly requirements: SupporterRequirements;
  /** Weeks between supervision sessions by the service standards. */
  readonly supervisionWeeks: number;
}

const latest = <T>(items: readonly T[], dateOf: (item: T) => string): T | undefined =>
  items.reduce<T | undefined>((best, item) => (best === undefined || dateOf(item) >= dateOf(best) ? item : best), undefined);

function trainingBarriers(standing: Standing, { requirements }: Requirements, on: string): readonly Barrier[] {
  const done = standing.trainings.filter((each) => each.completedOn <= on);
  // An organisation that requires no training in particular still matches nobody untrained.
  if (requirements.trainings.length === 0) return done.length > 0 ? [] : [{ code: 'not-trained' }];
  return requirements.trainings.flatMap(({ code, validMonths }): Barrier[] => {
    const training = latest(done.filter((each) => each.training === code), (each) => each.completedOn);
    if (!training) return [{ code: 'not-trained', of: code }];
    if (validMonths === undefined) return [];
    const expiresOn = addMonths(training.completedOn, validMonths);
    return expiresOn < on ? [{ code: 'training-expired', of: code, since: expiresOn }] : [];
  });
}

function checkBarriers(standing: Standing, { requirements }: Requirements, on: string): readonly Barrier[] {
  return requirements.checks.flatMap(({ code, validMonths }): Barrier[] => {
    const check = latest(standing.checks.filter((each) => each.check === code && each.checkedOn <= on), (each) => each.checkedOn);
    if (!check) return [{ code: 'check-missing', of: code }];
    if (check.outcome === 'not-passed') return [{ code: 'check-not-passed', of: code, since: check.checkedOn }];
    const limits = [check.expiresOn, validMonths === undefined ? undefined : addMonths(check.checkedOn, validMonths)].filter((limit) => limit !== undefined);
    const expiresOn = limits.sort()[0];
    return expiresOn !== undefined && expiresOn < on ? [{ code: 'check-expired', of: code, since: expiresOn }] : [];
  });
}

/** The date until when the next supervision session is due; the day after, it is overdue. */
export function supervisionDueOn(standing: Pick<Standing, 'supervision' | 'registeredOn'>, supervisionWeeks: number): string {
  return addWeeks(standing.supervision?.basisOn ?? standing.registeredOn, standing.supervision?.everyWeeks ?? supervisionWeeks);
}

/** Everything that stands in the way of matching a supporter on a date; empty: they may be matched. */
export function barriersTo(standing: Standing, required: Requirements, on: string): readonly Barrier[] {
  const barriers: Barrier[] = [];
  if (standing.status === 'candidate') barriers.push({ code: 'candidate' });
  if (standing.status === 'paused') barriers.push({ code: 'paused' });
  if (standing.status === 'retiring' || standing.status === 'retired') barriers.push({ code: 'retired' });
  barriers.push(...trainingBarriers(standing, required, on));
  if (!standing.recoveryConfirmed) barriers.push({ code: 'recovery-not-confirmed' });
  if (!standing.agreementSigned) barriers.push({ code: 'agreement-not-signed' });
  barriers.push(...checkBarriers(standing, required, on));
  const dueOn = supervisionDueOn(standing, required.supervisionWeeks);
  if (dueOn < on) barriers.push({ code: 'supervision-overdue', since: dueOn });
  if (standing.placesTaken >= standing.capacity) barriers.push({ code: 'at-capacity' });
  return barriers;
}
