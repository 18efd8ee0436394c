import { testIds } from '@alongside/testing';
import type { Journey } from '../domain/journey.js';
import { overviewOf, type OverviewFilter } from './overview.js';
import type { Reckoning } from './tally.js';

const { organisationId, siteId, otherSiteId } = testIds;
const workingDays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const;
const reckoning: Reckoning = {
  now: '2026-03-31T12:00:00.000Z',
  siteOf: (id) => ({ name: id === siteId ? 'Riverside' : 'Hillside', timeZone: id === siteId ? 'Europe/London' : 'Pacific/Auckland', workingDays, holidays: ['2026-03-06'] }),
  standards: { firstContactDays: 2, firstMeetingDays: 10 },
};

/** Received on Monday, 2 March 2026, at ten in the morning. */
const journey = (change: Partial<Journey> = {}): { readonly document: Journey } => ({
  document: {
    organisationId,
    siteId,
    stage: 'assessment',
    stageSince: '2026-03-02T10:00:00.000Z',
    purpose: 'peer-support',
    source: 'self',
    channel: 'telephone',
    receivedAt: '2026-03-02T10:00:00.000Z',
    relationships: 0,
    sessions: 0,
    goals: {},
    erased: false,
    ...change,
  },
});
const many = (count: number, change: Partial<Journey> = {}) => Array.from({ length: count }, () => journey(change));
const overview = (journeys: ReturnType<typeof many>, filter: OverviewFilter = {}, smallest = 5) => overviewOf(journeys, filter, reckoning, smallest);

describe('an overview', () => {
  it('counts every stage, outcome and goal', async () => {
    const figures = await overview([
      journey(),
      journey({ stage: 'closed', outcome: 'completed', goals: { one: 'achieved', two: 'partly' } }),
      journey({ stage: 'closed', outcome: 'declined', goals: { three: 'achieved' } }),
    ]);
    expect(figures).toMatchObject({ journeys: 3, stages: { assessment: 1, closed: 2, waiting: 0 }, outcomes: { completed: 1, declined: 1, died: 0 }, goals: { achieved: 2, partly: 1, not: 0 } });
  });

  it('reckons calendar days at the site, from the referral', async () => {
    const { days } = await overview([
      journey({ contactedAt: '2026-03-03T09:00:00.000Z', metAt: '2026-03-09T09:00:00.000Z', matchedAt: '2026-03-20T09:00:00.000Z' }),
      journey({ contactedAt: '2026-03-05T23:30:00.000Z' }),
      // In Auckland it is the 3rd already when this one comes, and the 5th when they are reached.
      journey({ siteId: otherSiteId, receivedAt: '2026-03-02T20:00:00.000Z', contactedAt: '2026-03-04T20:00:00.000Z' }),
    ]);
    expect(days['firstContact']).toEqual({ count: 3, lowerQuartile: 1.5, median: 2, upperQuartile: 2.5 });
    expect(days['meeting']).toMatchObject({ count: 1, median: 7 });
    expect(days['match']).toMatchObject({ count: 1, median: 18 });
  });

  it('counts the ending of a relationship only once it was the last', async () => {
    const ended = { endedOn: '2026-03-30', relationships: 1 };
    const { days } = await overview([journey({ ...ended, stage: 'evaluation' }), journey({ ...ended, stage: 'waiting' })]);
    expect(days['ending']).toMatchObject({ count: 1, median: 28 });
  });

  it('measures against working days by the calendar of the site', async () => {
    const { withinStandards } = await overview([
      journey({ contactedAt: '2026-03-04T16:00:00.000Z' }),
      journey({ contactedAt: '2026-03-05T09:00:00.000Z' }),
      // Thursday, Friday is a holiday: two working days on is Tuesday.
      journey({ receivedAt: '2026-03-05T10:00:00.000Z', contactedAt: '2026-03-10T10:00:00.000Z' }),
    ]);
    expect(withinStandards['firstContact']).toEqual({ of: 3, share: 0.667 });
  });

  it('counts as missed what is overdue, and not what has time left or was over first', async () => {
    const { withinStandards } = await overview([
      journey(),
      journey({ receivedAt: '2026-03-30T10:00:00.000Z' }),
      journey({ stage: 'closed', stageSince: '2026-03-03T10:00:00.000Z', outcome: 'withdrawn' }),
    ]);
    expect(withinStandards['firstContact']).toEqual({ of: 1, share: 0 });
  });

  it('breaks down by site and by the month at the site', async () => {
    const { bySite, byMonth } = await overview([...many(6), ...many(5, { siteId: otherSiteId, receivedAt: '2026-02-28T20:00:00.000Z' }), ...many(7, { receivedAt: '2026-02-28T20:00:00.000Z' })]);
    expect(bySite.map(({ siteId: id, name, journeys }) => [id, name, journeys])).toEqual(
      [
        [siteId, 'Riverside', 13],
        [otherSiteId, 'Hillside', 5],
      ].sort(),
    );
    // The last hours of February are March in Auckland.
    expect(byMonth.map(({ month, journeys }) => [month, journeys])).toEqual([['2026-02', 7], ['2026-03', 11]]);
  });

  it('filters by site and by the date of the referral, both ends included', async () => {
    const journeys = [...many(6, { receivedAt: '2026-03-01T10:00:00.000Z' }), ...many(7), ...many(8, { siteId: otherSiteId })];
    expect((await overview(journeys, { siteId })).journeys).toBe(13);
    expect((await overview(journeys, { from: '2026-03-02', to: '2026-03-02', siteId })).journeys).toBe(7);
    expect((await overview(journeys, { to: '2026-03-01' })).journeys).toBe(6);
  });

  it('shows all of a site or month of five people and more, however few are at a stage', async () => {
    const journeys = [...many(6), ...many(3, { stage: 'waiting', goals: { one: 'achieved' } }), ...many(8, { siteId: otherSiteId, contactedAt: '2026-03-03T09:00:00.000Z' })];
    const { bySite, byMonth } = await overview(journeys);
    expect(bySite.find(({ siteId: id }) => id === siteId)).toMatchObject({ journeys: 9, stages: { assessment: 6, waiting: 3, closed: 0 }, goals: { achieved: 3 }, withinStandards: { firstContact: { of: 9 } } });
    expect(bySite.find(({ siteId: id }) => id === otherSiteId)).toMatchObject({ journeys: 8, stages: { assessment: 8, waiting: 0 }, days: { firstContact: { count: 8 } } });
    expect(byMonth).toMatchObject([{ journeys: 17, stages: { waiting: 3 } }]);
  });

  it('withholds parts of a few, with what would give them away, and shows the whole', async () => {
    const journeys = [...many(9), ...many(3, { siteId: otherSiteId, stage: 'waiting', contactedAt: '2026-03-03T09:00:00.000Z' })];
    const whole = await overview(journeys);
    expect(whole).toMatchObject({ journeys: 12, stages: { assessment: 9, waiting: 3 } });
    expect(whole.bySite.map(({ journeys }) => journeys)).toEqual([null, null]);
    expect(whole.bySite.find(({ siteId: id }) => id === otherSiteId)).toMatchObject({ stages: { waiting: null, closed: null }, days: { firstContact: { count: null } }, withinStandards: { firstContact: { of: null } } });
    const part = await overview(journeys, { siteId: otherSiteId });
    expect(part).toMatchObject({ journeys: null, bySite: [], byMonth: [] });
    expect((await overview(journeys, { siteId: otherSiteId }, 1)).journeys).toBe(3);
  });

  it('shows of a site by itself what it shows among all', async () => {
    const journeys = [...many(6), ...many(3, { stage: 'waiting' }), ...many(8, { siteId: otherSiteId })];
    const { bySite } = await overview(journeys);
    for (const { siteId: id, name: _name, ...figures } of bySite) expect(await overview(journeys, { siteId: id })).toMatchObject(figures);
  });

  it('shows of no site a month in which the others have a few', async () => {
    const on = (month: string, id = siteId) => ({ receivedAt: `2026-${month}-10T10:00:00.000Z`, siteId: id });
    const journeys = [...many(7, on('01')), ...many(8, on('02')), ...many(20, on('03')), ...many(3, on('01', otherSiteId)), ...many(9, on('02', otherSiteId)), ...many(9, on('03', otherSiteId))];
    expect((await overview(journeys)).byMonth.map((each) => each.journeys)).toEqual([10, 17, 29]);
    expect((await overview(journeys, { siteId })).byMonth.map((each) => each.journeys)).toEqual([null, null, 20]);
    expect((await overview(journeys, { siteId: otherSiteId })).byMonth.map((each) => each.journeys)).toEqual([null, null, 9]);
  });

  describe('beside another one', () => {
    const in2026 = (month: string, change: Partial<Journey> = {}) => ({ receivedAt: `2026-${month}-10T10:00:00.000Z`, ...change });
    const declined = { stage: 'closed', outcome: 'declined' } as const;

    it('tells nothing of the one whom a date leaves out of a site', async () => {
      const journeys = [journey(in2026('01', declined)), ...many(20, in2026('03')), ...many(30, in2026('01', { siteId: otherSiteId }))];
      expect(await overview(journeys, { siteId })).toMatchObject({ journeys: 21, outcomes: { declined: 1 } });
      expect(await overview(journeys, { siteId, from: '2026-02-01' })).toMatchObject({ journeys: null, outcomes: { declined: null }, bySite: [], byMonth: [] });
      // Nobody came to the other site since, which would tell that all of them came to this one.
      expect(await overview(journeys, { siteId: otherSiteId, from: '2026-02-01' })).toMatchObject({ journeys: null });
      const since = await overview(journeys, { from: '2026-02-01' });
      expect([since.journeys, since.bySite.map((each) => [each.siteId, each.journeys])]).toEqual([20, [siteId, otherSiteId].sort().map((id) => [id, null])]);
    });

    it('tells by dates no month that the site withholds without them', async () => {
      const journeys = ['01', '02', '03', '04', '05'].flatMap((month, index) => [...many([10, 3, 4, 2, 9][index] ?? 0, in2026(month)), ...many(10, in2026(month, { siteId: otherSiteId }))]);
      const months = async (filter: OverviewFilter) => (await overview(journeys, filter)).byMonth.map((each) => each.journeys);
      expect(await months({ siteId })).toEqual([10, null, null, null, null]);
      expect((await overview(journeys, { siteId, from: '2026-02-01' })).journeys).toBe(18);
      expect(await months({ siteId, from: '2026-02-01', to: '2026-03-31' })).toEqual([null, null]);
      for (const filter of [{ from: '2026-03-01' }, { from: '2026-05-01' }, { to: '2026-02-28' }, { to: '2026-04-30' }, { from: '2026-04-01', to: '2026-04-30' }]) {
        expect((await overview(journeys, { siteId, ...filter })).journeys).toBeNull();
      }
    });

    it('tells all of the months and sites of which there are enough', async () => {
      const journeys = ['01', '02', '03'].flatMap((month) => [...many(6, in2026(month)), ...many(8, in2026(month, { siteId: otherSiteId }))]);
      expect(await overview(journeys, { siteId, from: '2026-02-01', to: '2026-02-28' })).toMatchObject({ journeys: 6, byMonth: [{ month: '2026-02', journeys: 6 }] });
      expect((await overview(journeys, { from: '2026-02-01' })).bySite.map((each) => each.journeys).sort()).toEqual([12, 16]);
    });
  });

  it('is empty where there is nothing', async () => {
    expect(await overview([])).toMatchObject({ journeys: 0, stages: { referral: 0 }, days: { match: { count: 0 } }, withinStandards: { firstMeeting: { of: 0 } }, bySite: [], byMonth: [] });
  });
});
