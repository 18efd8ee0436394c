import { aggregate, decider } from '@alongside/event-sourcing';
import { hearing } from './hearing.js';
import type { MatchingCommand } from './matching-commands.js';
import { matchingEvents, type MatchingEvent } from './matching-events.js';
import { evolveMatching, type Matching } from './matching-state.js';
import { introducing, proposing, waitingList } from './proposing.js';

export const matching = decider<Matching, MatchingCommand, MatchingEvent>({
  initial: { status: 'none' },
  decide: { ...hearing, ...proposing, ...introducing, ...waitingList },
  evolve: evolveMatching,
});

/** `matching-<journeyId>`: one mentee's way from the waiting list to an introduction, as often as it takes. */
export const matchingAggregate = aggregate<Matching, MatchingCommand, MatchingEvent>({
  category: 'matching',
  events: matchingEvents,
  decider: matching,
  belonging: (state, id) => {
    if (state.status === 'none') return undefined;
    // A supporter sees a proposal that is theirs to answer, and their own mentee; nobody else's.
    const supporterId = state.status === 'introduced' ? state.supporterId : state.status === 'waiting' ? state.proposal?.supporterId : undefined;
    return {
      organisationId: state.organisationId,
      journeyId: id,
      ...(state.siteId !== undefined && { siteId: state.siteId }),
      ...(supporterId !== undefined && { supporterId }),
      ...(state.beganAt !== undefined && { beganAt: state.beganAt }),
    };
  },
});
