import { AssignerProtocol, type Assigner, type Cluster, type Logger } from 'kafkajs';
import { coPartitioned, partitionOf } from './co-partitioned.js';

const partitionCount = 12;

function assigner(instance: string, topics: readonly string[], before = () => Promise.resolve()): Assigner {
  const cluster = {
    findTopicPartitionMetadata: (topic: string) => (topics.includes(topic) ? Array.from({ length: partitionCount }, (_, partitionId) => ({ partitionId })) : []),
    findGroupCoordinator: () => Promise.resolve('the coordinator'),
  } as unknown as Cluster;
  return coPartitioned({ instance, before, through: () => {} })({ cluster, groupId: 'assessment', logger: {} as Logger });
}

const member = (memberId: string, instance: string, topics: string[]) => ({ memberId, memberMetadata: assigner(instance, topics).protocol({ topics }).metadata });

async function assigned(members: readonly ReturnType<typeof member>[], topics: string[]): Promise<Map<string, Record<string, number[]>>> {
  const answers = await assigner('leader', topics).assign({ members: [...members], topics });
  return new Map(answers.map(({ memberId, memberAssignment }) => [memberId, AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment ?? {}]));
}

describe('members of a consumer group', () => {
  const topics = ['referrals', 'matching'];

  it('get the same partitions of every topic, each partition one member', async () => {
    const given = await assigned([member('m-3', 'c', topics), member('m-1', 'a', topics), member('m-2', 'b', topics)], topics);
    for (const own of given.values()) {
      expect(own['referrals']).toEqual(own['matching']);
      expect(own['referrals']).toHaveLength(4);
    }
    expect([...given.values()].flatMap((own) => own['referrals']).sort((one = 0, other = 0) => one - other)).toEqual(Array.from({ length: partitionCount }, (_, index) => index));
  });

  it('get what they had when they come back under other ids', async () => {
    const before = await assigned([member('m-1', 'a', topics), member('m-2', 'b', topics)], topics);
    const after = await assigned([member('n-9', 'a', topics), member('n-1', 'b', topics)], topics);
    expect(after.get('n-9')).toEqual(before.get('m-1'));
    expect(after.get('n-1')).toEqual(before.get('m-2'));
  });

  it('get no topic that they do not know yet', async () => {
    const given = await assigned([member('old', 'a', ['referrals']), member('new', 'b', topics)], topics);
    expect(given.get('old')?.['matching']).toBeUndefined();
    expect(given.get('new')?.['matching']).toHaveLength(partitionCount);
    expect(given.get('old')?.['referrals']).toHaveLength(6);
  });

  it('hand over before they join', async () => {
    const steps: string[] = [];
    const cluster = { findGroupCoordinator: () => Promise.resolve(steps.push('join')) } as unknown as Cluster;
    const before = async (): Promise<void> => void steps.push('hand over');
    coPartitioned({ instance: 'a', before, through: () => {} })({ cluster, groupId: 'assessment', logger: {} as Logger });
    await cluster.findGroupCoordinator({ groupId: 'assessment' });
    expect(steps).toEqual(['hand over', 'join']);
  });
});

describe('a key', () => {
  it('has the partition that Kafka gives it', () => {
    // murmur2 as org.apache.kafka.common.utils.Utils has it: its own test vectors.
    const vectors: readonly (readonly [string, number])[] = [
      ['21', -973932308],
      ['foobar', -790332482],
      ['a-little-bit-long-string', -985981536],
      ['a-little-bit-longer-string', -1486304829],
      ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ];
    for (const [key, hash] of vectors) expect(partitionOf(key, partitionCount)).toBe((hash & 0x7fffffff) % partitionCount);
  });
});
