import { differingCounts } from './partition-counts.js';

describe('numbers of partitions', () => {
  it('that are the same let topics be read together', () => {
    expect(differingCounts(new Map([['alongside.referrals.v1', 4], ['alongside.matching.v1', 4]]))).toBeUndefined();
    expect(differingCounts(new Map())).toBeUndefined();
  });

  it('that differ are named with their topics, and with what gives the others as many', () => {
    const counts = new Map([['alongside.assessment.v1', 4], ['alongside.referrals.v1', 6], ['alongside.matching.v1', 4]]);
    expect(differingCounts(counts)).toBe(
      'topics that are read together have different numbers of partitions (6 of alongside.referrals.v1; 4 of alongside.assessment.v1, alongside.matching.v1), and a consumer that starts reads none of them: stop the services, run alongside setup --partitions 6, which gives the others as many and deletes nothing, and start them again',
    );
  });
});
