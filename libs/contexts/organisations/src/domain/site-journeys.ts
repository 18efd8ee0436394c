import { aggregate, decider, type CommandsOf } from '@alongside/event-sourcing';
import { JourneyArrivedAtSite, JourneyLeftSite, siteJourneysEvents, type SiteJourneysEvent } from './events.js';

/**
 * Which journeys a site holds: what its closing waits for. Arrivals and moves come in the referral's own order (by its
 * revision); a closing comes from elsewhere, in any order, and is final.
 */
export interface SiteJourneys {
  readonly organisationId?: string;
  /** In 256 parts by the first byte of their ids, so that each change copies little of what a site collects over the years. */
  readonly journeys: readonly (Readonly<Record<string, JourneyAtSite>> | undefined)[];
}

interface JourneyAtSite {
  readonly here: boolean;
  readonly closed: boolean;
  readonly sourceRevision: number;
}

interface Word {
  readonly organisationId: string;
  readonly siteId: string;
  readonly journeyId: string;
  readonly sourceRevision: number;
}

export type SiteJourneysCommand = CommandsOf<{ arrive: Word; leave: Word & { why: 'moved' | 'closed' } }>;

export const openJourneysOf = ({ journeys }: SiteJourneys): number =>
  journeys.reduce((sum, some = {}) => sum + Object.values(some).filter((each) => each.here).length, 0);

const partOf = (journeyId: string): number => parseInt(journeyId.slice(0, 2), 16);

const journeyAt = ({ journeys }: SiteJourneys, journeyId: string): JourneyAtSite | undefined => journeys[partOf(journeyId)]?.[journeyId];

function withJourney({ journeys }: SiteJourneys, { organisationId, journeyId }: Pick<Word, 'organisationId' | 'journeyId'>, journey: JourneyAtSite): SiteJourneys {
  const part = partOf(journeyId);
  return { organisationId, journeys: journeys.with(part, { ...journeys[part], [journeyId]: journey }) };
}

export const siteJourneys = decider<SiteJourneys, SiteJourneysCommand, SiteJourneysEvent>({
  initial: { journeys: Array<undefined>(256).fill(undefined) },
  decide: {
    arrive({ data }, state) {
      const known = journeyAt(state, data.journeyId);
      return known && (known.closed || known.sourceRevision >= data.sourceRevision) ? [] : [JourneyArrivedAtSite(data)];
    },
    leave({ data }, state) {
      const known = journeyAt(state, data.journeyId);
      const old = data.why === 'moved' && known !== undefined && known.sourceRevision >= data.sourceRevision;
      return known?.closed || old ? [] : [JourneyLeftSite(data)];
    },
  },
  evolve: {
    JourneyArrivedAtSite: (state, { data }) => withJourney(state, data, { here: true, closed: false, sourceRevision: data.sourceRevision }),
    JourneyLeftSite: (state, { data }) =>
      withJourney(state, data, {
        here: false,
        closed: data.why === 'closed',
        sourceRevision: data.why === 'moved' ? data.sourceRevision : (journeyAt(state, data.journeyId)?.sourceRevision ?? -1),
      }),
  },
});

export const siteJourneysAggregate = aggregate({
  category: 'site-journeys',
  events: siteJourneysEvents,
  decider: siteJourneys,
  belonging: (state: SiteJourneys, id) => (state.organisationId === undefined ? undefined : { organisationId: state.organisationId, siteId: id }),
});
