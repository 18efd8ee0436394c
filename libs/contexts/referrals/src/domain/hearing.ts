import type { JourneyOutcome } from '@alongside/contracts';
import { ReferralClosingHeard, ReferralConcernHeard, ReferralProgressHeard } from './events.js';
import type { Decisions } from './state.js';
import type { ProgressStep } from './words.js';

/** What other contexts tell, in any order and more than once. Journeys begin here: there is none that is not known yet. */
export interface HearingBodies {
  'hear-progress': { step: ProgressStep; happenedAt: string };
  'hear-concern': { concernId: string; open: boolean; safeguarding: boolean; aboutId?: string; sourceRevision: number };
  'hear-closing': { outcome: JourneyOutcome; closedOn: string };
}

export const hearing: Decisions<HearingBodies> = {
  'hear-progress'({ data }, state) {
    if (state.status === 'none') return [];
    const before = state.progress[data.step];
    return before !== undefined && before >= data.happenedAt ? [] : [ReferralProgressHeard(data)];
  },
  'hear-concern'({ data: { concernId, open, safeguarding, aboutId, sourceRevision } }, state) {
    if (state.status === 'none') return [];
    const before = state.concerns[concernId];
    if (before && before.sourceRevision >= sourceRevision) return [];
    return [ReferralConcernHeard({ concernId, status: open ? 'open' : 'resolved', safeguarding, ...(aboutId !== undefined && { aboutId }), sourceRevision })];
  },
  'hear-closing': ({ data }, state) => (state.status === 'none' || state.status === 'closed' ? [] : [ReferralClosingHeard(data)]),
};
