import { aggregate, decider, type CommandsOf } from '@alongside/event-sourcing';
import { JourneyArrivedAtSite, JourneyLeftSite, siteJourneysEvents, type SiteJourneysEvent } from './events.js';

/**
 * Which journeys a site holds: what its closing waits for. Arrivals and moves come in the referral's own order (by its
 * revision); a closing comes from elsewhere, in any order, and is final.
 */
export interface SiteJourneys {
  readonly organisationId?: string;
  readonly journeys: Readonly<Record<string, { readonly here: boolean; readonly closed: boolean; readonly sourceRevision: number }>>;
}

interface Word {
  readonly organisationId: string;
  readonly siteId: string;
  readonly journeyId: string;
  readonly sourceRevision: number;
}

export type SiteJourneysCommand = CommandsOf<{ arrive: Word; leave: Word & { why: 'moved' | 'closed' } }>;

export const openJourneysOf = (state: SiteJourneys): number => Object.values(state.journeys).filter((each) => each.here).length;

export const siteJourneys = decider<SiteJourneys, SiteJourneysCommand, SiteJourneysEvent>({
  initial: { journeys: {} },
  decide: {
    arrive({ data }, state) {
      const known = state.journeys[data.journeyId];
      return known && (known.closed || known.sourceRevision >= data.sourceRevision) ? [] : [JourneyArrivedAtSite(data)];
    },
    leave({ data }, state) {
      const known = state.journeys[data.journeyId];
      const old = data.why === 'moved' && known !== undefined && known.sourceRevision >= data.sourceRevision;
      return known?.closed || old ? [] : [JourneyLeftSite(data)];
    },
  },
  evolve: {
    JourneyArrivedAtSite: (state, { data }) => ({
      organisationId: data.organisationId,
      journeys: { ...state.journeys, [data.journeyId]: { here: true, closed: false, sourceRevision: data.sourceRevision } },
    }),
    JourneyLeftSite: (state, { data }) => ({
      organisationId: data.organisationId,
      journeys: {
        ...state.journeys,
        [data.journeyId]: {
          here: false,
          closed: data.why === 'closed',
          sourceRevision: data.why === 'moved' ? data.sourceRevision : (state.journeys[data.journeyId]?.sourceRevision ?? -1),
        },
      },
    }),
  },
});

export const siteJourneysAggregate = aggregate({
  category: 'site-journeys',
  events: siteJourneysEvents,
  decider: siteJourneys,
  belonging: (state: SiteJourneys, id) => (state.organisationId === undefined ? undefined : { organisationId: state.organisationId, siteId: id }),
});
