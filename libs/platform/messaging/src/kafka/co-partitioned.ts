import { AssignerProtocol, Partitioners, type Broker, type Cluster, type ICustomPartitioner, type PartitionAssigner } from 'kafkajs';

/** Kafka's own: murmur2 of the key. */
export const partitioner: ICustomPartitioner = Partitioners.DefaultPartitioner;

const choose = partitioner();

/** The partition of a key among so many. */
export const partitionOf = (key: string, count: number): number =>
  choose({
    topic: '',
    partitionMetadata: Array.from({ length: count }, (_, partitionId) => ({ partitionId, partitionErrorCode: 0, leader: 0, replicas: [], isr: [] })),
    message: { key, value: null },
  });

export interface Joining {
  /** Names the member for as long as its process lives: members that come back after a fault get the partitions that they had. */
  readonly instance: string;
  /** Awaited before the group is joined, for the first time and at every rebalance: what other members may take over from here on must be done with. */
  readonly before: () => Promise<void>;
  /** Told once, before anything else: the consumer's own view of the cluster. */
  readonly through: (cluster: Cluster, findCoordinator: (groupId: string) => Promise<Broker>) => void;
}

/**
 * Gives partition n of every topic to the same member, so that a key has one member whatever topic its messages come through. (kafkajs has only a
 * round robin over all partitions of all topics.)
 */
export function coPartitioned({ instance, before, through }: Joining): PartitionAssigner {
  return ({ cluster }) => {
    // kafkajs has no hook before a member joins; the first thing that it does there is to look for the coordinator.
    const find = cluster.findGroupCoordinator.bind(cluster);
    through(cluster, (groupId) => find({ groupId }));
    cluster.findGroupCoordinator = async (group) => {
      await before();
      return find(group);
    };
    return {
      name: 'AlongsideCoPartitioned',
      version: 1,
      protocol: ({ topics }) => ({
        name: 'AlongsideCoPartitioned',
        metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.from(instance) }),
      }),
      assign: async ({ members, topics }) => {
        const ordered = members
          .map(({ memberId, memberMetadata }) => {
            const { topics: own = [], userData } = AssignerProtocol.MemberMetadata.decode(memberMetadata) ?? {};
            return { memberId, topics: own, order: `${userData?.toString() ?? ''} ${memberId}` };
          })
          .sort((one, other) => (one.order < other.order ? -1 : 1));
        const assignments = new Map(ordered.map(({ memberId }) => [memberId, {} as Record<string, number[]>]));
        for (const topic of topics) {
          for (const { partitionId } of cluster.findTopicPartitionMetadata(topic)) {
            // While members of two versions run together some may not know a topic yet: then the next one that does takes it.
            const turn = ordered.map((_, index) => ordered[(partitionId + index) % ordered.length]);
            const member = turn.find((each) => each?.topics.includes(topic));
            const own = member && assignments.get(member.memberId);
            if (own) (own[topic] ??= []).push(partitionId);
          }
        }
        return [...assignments].map(([memberId, assignment]) => ({
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({ version: 1, assignment, userData: Buffer.alloc(0) }),
        }));
      },
    };
  };
}
