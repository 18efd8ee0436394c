import { type ContextDefinition } from '@alongside/service';
import { organisationCommands } from './api/commands.js';
import { organisationQueries } from './api/queries.js';
import { organisationAggregate } from './domain/organisation.js';
import { siteJourneysAggregate } from './domain/site-journeys.js';
import { completeErasure, concernReactions } from './reactions/erasure.js';
import { completeSiteClosing, siteJourneysReactions } from './reactions/site-journeys.js';
import { publications } from './reactions/publications.js';
import { organisations } from './read-models/organisation.js';
import { services } from './read-models/services.js';
import { sites } from './read-models/sites.js';
import { staff } from './read-models/staff.js';

export const organisationsContext: ContextDefinition = {
  name: 'organisations',
  says: 'Organisations with their sites, staff, forms, standards, terms and the signposting directory.',
  aggregates: [organisationAggregate, siteJourneysAggregate],
  commands: organisationCommands,
  queries: organisationQueries,
  readModels: [organisations, sites, staff, services],
  publishes: publications,
  reactions: [...siteJourneysReactions, ...concernReactions],
  hears: [],
  processes: [completeSiteClosing, completeErasure],
  timers: [],
};
