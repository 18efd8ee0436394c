import type { AnyEventDefinition, Occurred } from '@alongside/event-sourcing';
import { idOf, readModel, when, type Document } from '@alongside/read-models';
import { supporterEvents, type SupporterEvent } from '../domain/supporter-events.js';
import { evolveSupporter, type KnownSupporter, type Supporter } from '../domain/supporter-state.js';

export interface SupporterDocument extends Document {
  readonly siteId: string;
  readonly status: KnownSupporter['status'];
  /** The folded register entry; personal values sealed. */
  readonly supporter: KnownSupporter;
}

type Evolve = (state: Supporter, event: Occurred<SupporterEvent>) => Supporter;

const step = (definition: AnyEventDefinition) =>
  when<SupporterDocument, string, unknown>(definition, (document, event) => {
    const evolve = evolveSupporter[definition.type as SupporterEvent['type']] as Evolve;
    const supporter = evolve(document?.supporter ?? { status: 'none' }, event as unknown as Occurred<SupporterEvent>);
    if (supporter.status === 'none') return undefined;
    return { organisationId: supporter.organisationId, siteId: supporter.siteId, status: supporter.status, supporter };
  });

/** The register by supporter: who may be suggested, whom coordinators look after. */
export const supporters = readModel<SupporterDocument>({
  name: 'matching.supporters',
  version: 4,
  says: 'Peer supporters with their profile, their standing and their places.',
  streams: ['supporter-'],
  documentOf: (event) => idOf(event, 'supporter'),
  indexes: [['siteId', 'status'], ['status']],
  search: { name: { as: 'words', of: ({ supporter }) => (supporter.name === undefined ? [] : [supporter.name]) } },
  on: supporterEvents.map(step),
});
