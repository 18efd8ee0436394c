import { aggregate, decider, event } from '@alongside/event-sourcing';
import { inStream, recorded, testIds } from '@alongside/testing';
import { journeyExport } from './export.js';
import { KnownEvents } from './history.js';

const { journeyId, siteId, personId, supporterId, supervisorId } = testIds;
const ReferralReceived = event('ReferralReceived').of<object>({ says: 'A referral came in.', example: {} });
const referral = aggregate({
  category: 'referral',
  events: [ReferralReceived],
  decider: decider<number, never, ReturnType<typeof ReferralReceived>>({ initial: 0, decide: {}, evolve: { ReferralReceived: (state) => state + 1 } }),
  belonging: () => undefined,
});
const aggregates = [referral];

const told = recorded([
  inStream(`referral-${journeyId}`, ReferralReceived({ siteId, personId, purpose: 'peer-support', source: 'self', channel: 'telephone' })),
  inStream(`supporter-${supporterId}`, { type: 'SupporterRegistered', data: {} }),
  inStream(`supporter-${supporterId}`, { type: 'PlaceTaken', data: { journeyId } }),
  inStream(`support-${journeyId}`, { type: 'ConcernRaised', data: { concernId: 'c1', aboutId: supervisorId } }),
]);
const exporting = (events = told, readerId?: string) =>
  journeyExport({ journeyId, events, accessRecords: [], aggregates, known: new KnownEvents(aggregates), exportedAt: '2026-03-03T10:00:00.000Z', ...(readerId !== undefined && { readerId }) });

describe('the export of a journey', () => {
  it('holds every event with what is known about it, in the order of the log', () => {
    const { events, journey, state, checks } = exporting();
    expect(events.map(({ type }) => type)).toEqual(['ReferralReceived', 'PlaceTaken', 'ConcernRaised']);
    expect(events[0]).toMatchObject({ says: 'A referral came in.', context: 'referrals', metadata: { eventId: told[0]?.metadata.eventId, commandId: told[0]?.metadata.commandId }, data: { personId } });
    expect(journey).toMatchObject({ stage: 'referral', siteId });
    expect(state).toEqual([expect.objectContaining({ stream: `referral-${journeyId}`, state: 1 })]);
    expect(Object.values(checks)).toEqual([true, true, true, true, true]);
  });

  it('keeps no digest of what was sent in', () => {
    const [first, ...rest] = told;
    if (!first) throw new Error('nothing was told');
    expect(JSON.stringify(exporting([{ ...first, metadata: { ...first.metadata, bodyDigest: 'a-digest' } }, ...rest]))).not.toContain('a-digest');
  });

  it('leaves out the data of events that a newer version wrote', () => {
    expect(exporting().events[1]).not.toHaveProperty('data');
  });

  it('says when an event of a stream is missing', () => {
    const withGap = told.filter(({ type }) => type !== 'SupporterRegistered');
    const { checks, streams } = exporting(withGap);
    expect(checks.streamsWhole).toBe(false);
    expect(streams.find(({ stream }) => stream === `supporter-${supporterId}`)).toMatchObject({ whole: false });
  });

  it('says when an event is there twice', () => {
    const [first] = told;
    if (!first) throw new Error('nothing was told');
    expect(exporting([...told, first]).checks).toMatchObject({ streamsWhole: false, positionsAscending: false, eventIdsUnique: false });
  });

  it('says when something occurred after it was recorded', () => {
    const [first, ...rest] = told;
    if (!first) throw new Error('nothing was told');
    expect(exporting([{ ...first, metadata: { ...first.metadata, occurredAt: '2026-03-09T10:00:00.000Z' } }, ...rest]).checks.timesPossible).toBe(false);
  });

  it('holds nothing that its reader may not see, and everything for an operator', () => {
    expect(exporting(told, supervisorId).events.map(({ type }) => type)).not.toContain('ConcernRaised');
    expect(exporting(told).events.map(({ type }) => type)).toContain('ConcernRaised');
  });
});
