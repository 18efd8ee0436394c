import { spread } from './quartiles.js';

describe('median and quartiles', () => {
  // R: quantile(x, type = 7)
  it.each([
    [[7], { count: 1, lowerQuartile: 7, median: 7, upperQuartile: 7 }],
    [[1, 2, 3, 4], { count: 4, lowerQuartile: 1.75, median: 2.5, upperQuartile: 3.25 }],
    [[15, 20, 35, 40, 50], { count: 5, lowerQuartile: 20, median: 35, upperQuartile: 40 }],
    [[10, 2, 38, 23, 38, 23, 21], { count: 7, lowerQuartile: 15.5, median: 23, upperQuartile: 30.5 }],
  ])('of %j', (values, expected) => {
    expect(spread(values)).toEqual(expected);
  });

  it('of nothing are not there', () => {
    expect(spread([])).toEqual({ count: 0 });
  });
});
