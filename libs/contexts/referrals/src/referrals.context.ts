import { organisations } from '@alongside/contracts';
import { hear, type ContextDefinition } from '@alongside/service';
import { referralCommands } from './api/commands.js';
import { referralQueries } from './api/queries.js';
import { concernedAggregate } from './domain/concerned.js';
import { personAggregate } from './domain/person.js';
import { referralAggregate } from './domain/referral.js';
import { siteFormAggregate } from './domain/site-form.js';
import { processes } from './reactions/processes.js';
import { publications } from './reactions/publications.js';
import { reactions } from './reactions/reactions.js';
import { identities } from './read-models/identities.js';
import { referrals } from './read-models/referrals.js';
import { referrers } from './read-models/referrers.js';

export const referralsContext: ContextDefinition = {
  name: 'referrals',
  says: 'How people come: referrals with their form, who they are, how they may be reached, and whose journey it is.',
  aggregates: [referralAggregate, personAggregate, concernedAggregate, siteFormAggregate],
  commands: referralCommands,
  queries: referralQueries,
  readModels: [referrals, identities, referrers],
  publishes: publications,
  reactions,
  hears: [
    hear(organisations.SiteChanged, ({ siteId }) => siteId),
    hear(organisations.StaffMemberChanged, ({ staffId }) => staffId),
    // Every version: a referral keeps the one that it began with.
    hear(organisations.ReferralFormConfigured, ({ version }) => String(version)),
    hear(organisations.ServiceStandardsSet),
    hear(organisations.ServiceChanged, ({ serviceId }) => serviceId),
  ],
  processes,
  timers: [],
};
