import type { JourneyOutcome, ReferrerStatus } from '@alongside/contracts';
import type { Journey } from './state.js';
import { progressSteps, type Ending, type Progress, type ProgressStep } from './words.js';

/** Where a journey is on its way, for lists. */
export const stages = ['referral', 'assessment', 'matching', 'support', 'evaluation', 'over'] as const;
export type Stage = (typeof stages)[number];

/** How a journey stands, as far as referrals know: its own status, and what was heard since. */
export interface Standing {
  readonly status: Journey['status'];
  readonly progress: Progress;
  readonly ending?: Ending;
  readonly outcome?: JourneyOutcome;
}

/** The steps in the order in which they happened, whatever the order in which they were heard. */
function inOrder(progress: Progress): readonly ProgressStep[] {
  const at = (step: ProgressStep): string => progress[step] ?? '';
  return progressSteps.filter((step) => progress[step] !== undefined).sort((one, other) => (at(one) < at(other) ? -1 : at(one) > at(other) ? 1 : 0));
}

const stageAfter: Readonly<Record<ProgressStep, Stage>> = {
  'meeting-arranged': 'assessment',
  met: 'assessment',
  deferred: 'assessment',
  reopened: 'assessment',
  suitable: 'matching',
  returned: 'assessment',
  'assessment-ended': 'over',
  introduced: 'support',
  rematch: 'matching',
  'waiting-ended': 'evaluation',
  'relationship-ended': 'evaluation',
};

export function stageOf({ status, progress }: Standing): Stage {
  if (status === 'received' || status === 'deferred') return 'referral';
  if (status !== 'accepted') return 'over';
  const last = inOrder(progress).at(-1);
  return last ? stageAfter[last] : 'assessment';
}

function statusAfter(step: ProgressStep, before: ReferrerStatus, progress: Progress): ReferrerStatus {
  switch (step) {
    case 'meeting-arranged':
      return before;
    case 'deferred':
      return 'not-now';
    case 'reopened':
      return progress.met === undefined ? 'received' : 'met';
    case 'introduced':
      return 'matched';
    case 'waiting-ended':
    case 'relationship-ended':
    case 'assessment-ended':
      return 'ended';
    default:
      return 'met';
  }
}

/** All that a referrer with consent may know. */
export function referrerStatus(standing: Standing): ReferrerStatus {
  switch (standing.status) {
    case 'received':
      return 'received';
    case 'deferred':
      return 'not-now';
    case 'accepted':
      return inOrder(standing.progress).reduce<ReferrerStatus>((before, step) => statusAfter(step, before, standing.progress), 'received');
    case 'ended':
      return standing.ending === 'not-taken-forward' ? 'not-taken-forward' : 'ended';
    case 'closed':
      return standing.outcome === 'not-taken-forward' ? 'not-taken-forward' : 'ended';
  }
}
