import { aggregate, decider, event, type CommandsOf, type EventsOf } from '@alongside/event-sourcing';
import { exampleIds } from './events.js';
import type { OpenConcern } from './state.js';

const { organisationId, supporterId, concernId } = exampleIds;

export const ConcernAboutSomebodyHeard = event('ConcernAboutSomebodyHeard').of<{
  organisationId: string;
  aboutId: string;
  concernId: string;
  status: 'open' | 'resolved';
  sourceRevision: number;
}>({
  says: 'A safeguarding concern about a supporter or staff member is open or resolved: whoever was referred themselves is not erased while one is open.',
  example: { organisationId, aboutId: supporterId, concernId, status: 'open', sourceRevision: 4 },
});

const concernedEvents = [ConcernAboutSomebodyHeard] as const;

/** Somebody whom safeguarding concerns on journeys of others are about. */
export interface Concerned {
  readonly organisationId?: string;
  readonly concerns: Readonly<Record<string, { readonly status: 'open' | 'resolved'; readonly sourceRevision: number }>>;
}

type ConcernedCommand = CommandsOf<{
  'hear-concern-about': { organisationId: string; aboutId: string; concernId: string; open: boolean; safeguarding: boolean; sourceRevision: number };
}>;

export const concerned = decider<Concerned, ConcernedCommand, EventsOf<typeof concernedEvents>>({
  initial: { concerns: {} },
  decide: {
    'hear-concern-about'({ data: { open, safeguarding, ...data } }, { concerns }) {
      const known = concerns[data.concernId];
      // What is about safeguarding stays so; nothing waits for any other.
      if ((!safeguarding && !known) || (known && known.sourceRevision >= data.sourceRevision)) return [];
      return [ConcernAboutSomebodyHeard({ ...data, status: open ? 'open' : 'resolved' })];
    },
  },
  evolve: {
    ConcernAboutSomebodyHeard: ({ concerns }, { data: { organisationId: owner, concernId: id, status, sourceRevision } }) => ({
      organisationId: owner,
      concerns: { ...concerns, [id]: { status, sourceRevision } },
    }),
  },
});

export const concernedAggregate = aggregate({
  category: 'concerned',
  events: concernedEvents,
  decider: concerned,
  belonging: ({ organisationId: owner }: Concerned) => (owner === undefined ? undefined : { organisationId: owner }),
});

export const openConcernsAbout = (aboutId: string, { concerns }: Concerned): readonly OpenConcern[] =>
  Object.entries(concerns).flatMap(([id, { status }]) => (status === 'open' ? [{ concernId: id, aboutId }] : []));
