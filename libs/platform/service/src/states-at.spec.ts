import { expect, test } from '@jest/globals';
import { aggregate, decider, event, EventCatalogue, type Command, type DomainEvent, type RecordedEvent } from '@alongside/event-sourcing';
import { statesAt } from './states-at.js';

const Counted = event('Counted').of<{ readonly by: number }>({ says: 'Something was counted.', example: { by: 1 } });
const counter = aggregate<number, Command, DomainEvent<string, { readonly by: number }>>({
  category: 'counter',
  events: [Counted],
  decider: decider({ initial: 0, decide: {}, evolve: { Counted: (state: number, { data }: { readonly data: { readonly by: number } }) => state + data.by } }),
  belonging: () => undefined,
});

const recorded = (revision: number): RecordedEvent => ({
  stream: 'counter-1',
  revision,
  position: String(revision).padStart(16, '0'),
  type: 'Counted',
  data: { by: 1 },
  metadata: {
    eventId: `event-${revision}`,
    schemaVersion: 1,
    occurredAt: '2026-03-02T10:00:00.000Z',
    recordedAt: '2026-03-02T10:00:00.000Z',
    actor: { id: 'somebody', role: 'coordinator' },
    organisationId: 'organisation-1',
    commandId: `command-${revision}`,
    correlationId: 'correlation-1',
  },
});

test('the states of a long stream are those of each moment, and it is not read anew for every event', async () => {
  const events = Array.from({ length: 2_000 }, (_, revision) => recorded(revision));
  let read = 0;
  const readStream = async (_stream: string, from = 0): Promise<readonly RecordedEvent[]> => {
    read += events.length - from;
    return events.slice(from);
  };
  const stateAt = statesAt({ readStream }, new EventCatalogue([Counted]));
  for (const { revision } of events) expect(await stateAt(counter, 'counter-1', revision)).toBe(revision + 1);
  expect(read).toBeLessThan(20 * events.length);

  events.push(recorded(2_000), recorded(2_001));
  expect(await stateAt(counter, 'counter-1', 2_000)).toBe(2_001);
  expect(await stateAt(counter, 'counter-1', 2_001)).toBe(2_002);
  expect(await stateAt(counter, 'counter-1', 2_001)).toBe(2_002);
  expect(await stateAt(counter, 'counter-1', 7)).toBe(8);
});
