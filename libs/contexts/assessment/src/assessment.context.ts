import { organisations } from '@alongside/contracts';
import { hear, type ContextDefinition } from '@alongside/service';
import { assessmentCommands } from './api/commands.js';
import { assessmentQueries } from './api/queries.js';
import { assessmentAggregate } from './domain/assessment.js';
import { publications } from './reactions/publications.js';
import { assessmentReactions } from './reactions/reactions.js';
import { assessments } from './read-models/assessments.js';

export const assessmentContext: ContextDefinition = {
  name: 'assessment',
  says: 'The initial meeting: whether peer support fits now, and what a good match needs.',
  aggregates: [assessmentAggregate],
  commands: assessmentCommands,
  queries: assessmentQueries,
  readModels: [assessments],
  publishes: publications,
  reactions: assessmentReactions,
  hears: [
    hear(organisations.SiteChanged, (data) => data.siteId),
    hear(organisations.StaffMemberChanged, (data) => data.staffId),
    hear(organisations.ReferralFormConfigured, (data) => String(data.version)),
    hear(organisations.InformationPackPublished),
    hear(organisations.ServiceStandardsSet),
    hear(organisations.ServiceChanged, (data) => data.serviceId),
  ],
  processes: [],
  timers: [],
};
