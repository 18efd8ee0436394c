import { organisations } from '@alongside/contracts';
import { hear, type ContextDefinition } from '@alongside/service';
import { introduceCommand } from './api/introduce.js';
import { matchingQueries } from './api/matching-queries.js';
import { proposalCommands } from './api/proposal-commands.js';
import { supporterCommands } from './api/supporter-commands.js';
import { supporterQueries } from './api/supporter-queries.js';
import { worklistQuery } from './api/worklist.js';
import { matchingAggregate } from './domain/matching.js';
import { supporterAggregate } from './domain/supporter.js';
import { processes } from './reactions/processes.js';
import { publications } from './reactions/publications.js';
import { matchingReactions } from './reactions/reactions.js';
import { timers } from './reactions/timers.js';
import { journeys } from './read-models/journeys.js';
import { supporters } from './read-models/supporters.js';

export const matchingContext: ContextDefinition = {
  name: 'matching',
  says: 'The register of peer supporters, the waiting list, and matches: suggested with reasons, proposed, accepted by both, introduced.',
  aggregates: [matchingAggregate, supporterAggregate],
  commands: [...supporterCommands, ...proposalCommands, introduceCommand],
  queries: [worklistQuery, ...matchingQueries, ...supporterQueries],
  readModels: [journeys, supporters],
  publishes: publications,
  reactions: matchingReactions,
  hears: [
    hear(organisations.SiteChanged, ({ siteId }) => siteId),
    hear(organisations.StaffMemberChanged, ({ staffId }) => staffId),
    hear(organisations.ServiceStandardsSet),
    hear(organisations.SupporterRequirementsSet),
    hear(organisations.MatchingWeightsSet),
    hear(organisations.TermListPublished),
  ],
  processes,
  timers,
};
