import { aboutCopies } from './copies.js';
import type { TopicSetUp } from './topics.js';

const topic = (done: TopicSetUp['done'], replication: number, name = 'alongside.referrals.v1'): TopicSetUp => ({ topic: name, done, replication });

describe('of the copies of messages is said', () => {
  it('nothing where there are enough, or as many as were asked for', () => {
    expect(aboutCopies({ topics: [topic('made', 3), topic('unchanged', 3)], replication: 3 })).toEqual({ lines: [], short: 0 });
    expect(aboutCopies({ topics: [topic('made', 1)], replication: 1 }, 1)).toEqual({ lines: [], short: 0 });
    expect(aboutCopies({ topics: [topic('unchanged', 1)], replication: 1 })).toEqual({ lines: [], short: 0 });
    expect(aboutCopies({ topics: [topic('unchanged', 3)], replication: 2 }, 2)).toEqual({ lines: [], short: 0 });
  });

  it('what was chosen while brokers were missing, and what it means', () => {
    expect(aboutCopies({ topics: [topic('made', 1), topic('made', 1)], replication: 1 })).toEqual({
      short: 0,
      lines: [expect.stringMatching(/^2 topics made with 1 copy of each message, because 1 broker is there: a disk that fails takes messages with it, .*kafka-reassign-partitions/)],
    });
    expect(aboutCopies({ topics: [topic('made', 2)], replication: 2 }).lines).toEqual([expect.stringMatching(/with 2 copies .* 2 brokers are there/)]);
  });

  it('which topics have fewer than they should, and what to do', () => {
    const topics = [topic('unchanged', 1), topic('settings-changed', 2, 'alongside.matching.v1'), topic('made', 3, 'alongside.assessment.v1')];
    const said = (more: string) => ({
      short: 2,
      lines: [
        expect.stringMatching(new RegExp(`^alongside\\.referrals\\.v1: has 1 copy of each message, not 3: give it more by kafka-reassign-partitions, then run alongside setup again${more} \\(`)),
        expect.stringMatching(/^alongside\.matching\.v1: has 2 copies of each message, not 3: /),
      ],
    });
    expect(aboutCopies({ topics, replication: 3 })).toEqual(said(''));
    expect(aboutCopies({ topics, replication: 3 }, 3)).toEqual(said(', or ask for 1'));
  });
});
