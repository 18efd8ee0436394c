import type { Aggregate } from '@alongside/event-sourcing';
import type { ContextDefinition } from '@alongside/service';
import { historyQueries } from './api/history-queries.js';
import { listQueries } from './api/list-queries.js';
import { overviewQuery } from './api/overview-query.js';
import { KnownEvents } from './domain/history.js';
import { tellingEvents } from './domain/journey.js';
import { journeys } from './read-models/journeys.js';
import { people, peopleEvents } from './read-models/people.js';
import { siteEvents, sites } from './read-models/sites.js';
import { standards, standardsEvents } from './read-models/standards.js';

export interface JourneysOptions {
  /** Of every other context, handed over by the app: history is folded by them. `referral` must be among them. */
  readonly aggregates: readonly Aggregate[];
  /**
   * The fewest people of whom a part of an overview (a site, a month, a filter) is shown, default 5. Raise it where people are easily
   * known; 1 withholds nothing. Whoever may open every journey is shown all.
   */
  readonly smallestCount?: number;
}

/** The auditable history: the one context that reads every stream. It decides nothing, and writes access records only. */
export function journeysContext({ aggregates, smallestCount = 5 }: JourneysOptions): ContextDefinition {
  return {
    name: 'journeys',
    says: 'The auditable history of every journey: timeline, past states, who looked at what, export, and figures without identities.',
    aggregates: [],
    reads: aggregates,
    commands: [],
    queries: [...listQueries, ...historyQueries(aggregates), overviewQuery(smallestCount)],
    readModels: [journeys, sites, standards, people],
    publishes: [],
    reactions: [],
    hears: [],
    processes: [],
    timers: [],
  };
}

/**
 * Events that the read models of journeys listen to by name, but that none of these aggregates can record: each a name that was
 * changed on one side only. Empty when all is well; the app tests it, since no context may import another.
 */
export function eventsOutOfReach(aggregates: readonly Aggregate[]): readonly string[] {
  const known = new KnownEvents(aggregates);
  return [...tellingEvents, ...siteEvents, ...standardsEvents, ...peopleEvents].filter(({ category, type }) => !known.has(category, type)).map(({ category, type }) => `${category} ${type}`);
}
