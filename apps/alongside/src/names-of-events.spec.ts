import { eventsOutOfReach } from '@alongside/journeys';
import { contexts } from '@alongside/system';

describe('journeys', () => {
  it('listens to no event by a name that nothing writes any more', () => {
    expect(eventsOutOfReach(contexts.flatMap(({ aggregates }) => aggregates))).toEqual([]);
  });
});
