import { aggregate, decider, event, type CommandsOf, type EventsOf } from '@alongside/event-sourcing';
import { exampleIds } from './events.js';

const { organisationId, siteId } = exampleIds;

export const PublicFormSiteHeard = event('PublicFormSiteHeard').of<{ organisationId: string; siteId: string }>({
  says: 'A site has a public referral form: whose it is.',
  example: { organisationId, siteId },
});

const siteFormEvents = [PublicFormSiteHeard] as const;

/** The organisation of a site: whoever reads a public form names the site alone. */
export interface SiteForm {
  readonly organisationId?: string;
}

export const siteForm = decider<SiteForm, CommandsOf<{ 'hear-site': { organisationId: string; siteId: string } }>, EventsOf<typeof siteFormEvents>>({
  initial: {},
  decide: { 'hear-site': ({ data }, state) => (state.organisationId === undefined ? [PublicFormSiteHeard(data)] : []) },
  evolve: { PublicFormSiteHeard: (_state, { data }) => ({ organisationId: data.organisationId }) },
});

export const siteFormAggregate = aggregate({
  category: 'public-form',
  events: siteFormEvents,
  decider: siteForm,
  belonging: ({ organisationId: owner }: SiteForm, id) => (owner === undefined ? undefined : { organisationId: owner, siteId: id }),
});
