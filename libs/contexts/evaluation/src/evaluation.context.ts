import { organisations } from '@alongside/contracts';
import { hear, type ContextDefinition } from '@alongside/service';
import { evaluationCommands } from './api/evaluation-commands.js';
import { invitationCommands } from './api/invitation-commands.js';
import { evaluationQueries } from './api/queries.js';
import { serviceCommands } from './api/service-commands.js';
import { evaluationAggregate } from './domain/evaluation.js';
import { improvementAggregate } from './domain/improvement.js';
import { questionnaireAggregate } from './domain/questionnaire.js';
import { publications } from './reactions/publications.js';
import { evaluationReactions } from './reactions/reactions.js';
import { invitationExpiry } from './reactions/timers.js';
import { evaluations } from './read-models/evaluations.js';
import { improvements } from './read-models/improvements.js';
import { questionnaires } from './read-models/questionnaires.js';
import { responses } from './read-models/responses.js';

export const evaluationContext: ContextDefinition = {
  name: 'evaluation',
  says: 'Hearing from the mentee: did it help, how was the supporter, what should the service do better. Closes every journey.',
  aggregates: [evaluationAggregate, questionnaireAggregate, improvementAggregate],
  commands: [...invitationCommands, ...evaluationCommands, ...serviceCommands],
  queries: evaluationQueries,
  readModels: [evaluations, responses, questionnaires, improvements],
  publishes: publications,
  reactions: evaluationReactions,
  hears: [
    hear(organisations.SiteChanged, (data) => data.siteId),
    hear(organisations.StaffMemberChanged, (data) => data.staffId),
    hear(organisations.ServiceStandardsSet),
  ],
  processes: [],
  timers: [invitationExpiry],
};
