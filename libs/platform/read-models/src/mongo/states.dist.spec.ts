import type { Mongo } from '@alongside/mongodb';
import { describeWith } from '@alongside/testing';
import { LeaseLost } from '../errors.js';
import { collections, type LeaseRow, type StateRow } from './collections.js';
import { leasesOn } from './leases.js';
import { freshMongo, hooked, type Hooks } from './mongo.fixture.js';
import { statesOn, type Change } from './states.js';

const plants = 'testing.plants';
/** More operations than a change takes that is refused once. */
const mostOperations = 12;

const adding =
  (copy: number): Change =>
  (state) =>
    state.copies.some((each) => each.copy === copy) ? undefined : { ...state, copies: [...state.copies, { copy, definition: 'first', indexes: [], held: false }] };
const copiesOf = (states: readonly StateRow[]): readonly (number | undefined)[] => states.flatMap(({ copies }) => copies.map(({ copy }) => copy));

/** Stands still before one operation, until what others do meanwhile is done. */
const standingStill = (place: number, meanwhile: () => Promise<void>): Hooks => ({
  before: async (operation) => {
    if (operation === place) await meanwhile();
  },
});

describeWith('mongodb', 'whoever stood still while others went on', (address) => {
  let fresh: ReturnType<typeof freshMongo>;
  let mongo: Mongo;
  beforeEach(() => {
    fresh = freshMongo(address);
    mongo = fresh.open();
  });
  afterEach(() => fresh.remove());

  it.each([1, 3, 4, 5, 9])('has changed a state once, and loses none of the %i changes that were made meanwhile', async (others) => {
    const states = statesOn(mongo.run);
    let next = 0;
    for (let place = 1; place <= mostOperations; place += 1) {
      await states.change([plants], adding((next += 1)));
      const meanwhile = async (): Promise<void> => {
        for (let other = 1; other <= others; other += 1) await states.change([plants], adding((next += 1)));
      };
      const ours = (next += 1);
      const slow = statesOn(hooked(mongo, standingStill(place, meanwhile)).run);
      expect(copiesOf(await slow.change([plants], adding(ours)))).toContain(ours);
      expect([...copiesOf(await states.of([plants]))].sort((one, another) => (one ?? 0) - (another ?? 0))).toEqual(Array.from({ length: next }, (_each, index) => index + 1));
    }
    const left = await mongo.run((database) => database.collection<StateRow>(collections.states).countDocuments());
    expect(left).toBeLessThanOrEqual(4);
  });

  it('does not take a lease that others have taken and given back since', async () => {
    const leases = leasesOn(mongo.run);
    const takeAndRelease = async (): Promise<void> => {
      const lease = await leases.take('runner', await leases.current('runner'));
      if (lease) await leases.release(lease);
    };
    for (let place = 1; place <= 5; place += 1) {
      await takeAndRelease();
      let highest = 0;
      const meanwhile = async (): Promise<void> => {
        for (let other = 1; other <= 3; other += 1) await takeAndRelease();
        const holder = await leases.take('runner', await leases.current('runner'));
        highest = holder?.epoch ?? 0;
      };
      const taken = await leasesOn(hooked(mongo, standingStill(place, meanwhile)).run).take('runner', await leases.current('runner'));
      const current = await leases.current('runner');
      expect(current?.epoch).toBe(Math.max(highest, taken?.epoch ?? 0));
      // Taken in time, and taken over since.
      if (taken && taken.epoch !== current?.epoch) await expect(leases.beat(taken)).rejects.toBeInstanceOf(LeaseLost);
      const epochs = await mongo.run((database) => database.collection<LeaseRow>(collections.leases).find({ name: 'runner' }).toArray());
      expect(epochs.filter(({ free }) => !free).map(({ epoch }) => epoch)).toEqual([current?.epoch]);
      await leases.release({ name: 'runner', epoch: current?.epoch ?? 0 });
    }
  });
});
