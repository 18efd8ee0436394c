import { organisations } from '@alongside/contracts';
import { hear, type ContextDefinition } from '@alongside/service';
import { groupCommands } from './api/commands/groups.js';
import { linkCommands } from './api/commands/links.js';
import { relationshipCommands } from './api/commands/relationship.js';
import { sessionCommands } from './api/commands/sessions.js';
import { sharingCommands } from './api/commands/sharing.js';
import { supporterCommands } from './api/commands/supporters.js';
import { worryCommands } from './api/commands/worries.js';
import { journeyQueries } from './api/queries/journeys.js';
import { supporterQueries } from './api/queries/supporters.js';
import { worklistQuery } from './api/queries/worklist.js';
import { group } from './domain/group/group.js';
import { support } from './domain/support/support.js';
import { supervision } from './domain/supporter/supervision.js';
import { journeyReactions } from './reactions/journeys.js';
import { groupSessions, relationshipsOfSupporters, supervisorsOfRelationships } from './reactions/processes.js';
import { publications } from './reactions/publications.js';
import { supporterReactions } from './reactions/supporters.js';
import { groupsModel } from './read-models/groups.js';
import { supportModel } from './read-models/support.js';
import { supportersModel } from './read-models/supporters.js';

export const supervisionContext: ContextDefinition = {
  name: 'supervision',
  says: 'Relationships and what worries in them, and the supervision and wellbeing of peer supporters.',
  aggregates: [support, supervision, group],
  commands: [
    ...relationshipCommands,
    ...sessionCommands,
    ...linkCommands,
    ...worryCommands,
    ...sharingCommands,
    ...supporterCommands,
    ...groupCommands,
  ],
  queries: [worklistQuery, ...journeyQueries, ...supporterQueries],
  readModels: [supportModel, supportersModel, groupsModel],
  publishes: publications,
  reactions: [...journeyReactions, ...supporterReactions],
  hears: [
    hear(organisations.SiteChanged, (site) => site.siteId),
    hear(organisations.StaffMemberChanged, (member) => member.staffId),
    hear(organisations.ServiceStandardsSet),
    hear(organisations.ServiceChanged, (service) => service.serviceId),
  ],
  processes: [relationshipsOfSupporters, supervisorsOfRelationships, groupSessions],
  timers: [],
};
