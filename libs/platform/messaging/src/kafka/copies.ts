import type { TopicsSetUp } from './topics.js';

const enough = 3;
const copies = (count: number): string => (count === 1 ? '1 copy' : `${count} copies`);

export interface AboutCopies {
  /** Whole lines for an operator. */
  readonly lines: readonly string[];
  /** Topics that have fewer copies than they are to have. */
  readonly short: number;
}

/**
 * What is to be said of the copies that topics have. More of them cannot be had by setting up again: that moves data from broker to broker, which is
 * for the broker's own tools and for somebody who watches it.
 */
export function aboutCopies({ topics, replication }: TopicsSetUp, asked?: number): AboutCopies {
  const made = topics.filter(({ done }) => done === 'made');
  const short = topics.filter((each) => each.replication < replication);
  return {
    short: short.length,
    lines: [
      ...(asked === undefined && made.length > 0 && replication < enough
        ? [
            `${made.length} topics made with ${copies(replication)} of each message, because ${replication === 1 ? '1 broker is' : `${replication} brokers are`} there: ` +
              `${replication === 1 ? 'a disk that fails takes messages with it' : 'while one of them is away, what the other acknowledges is on one disk'}, and that stays so when brokers are added, until kafka-reassign-partitions changes it`,
          ]
        : []),
      ...short.map((each) => `${each.topic}: has ${copies(each.replication)} of each message, not ${replication}: give it more by kafka-reassign-partitions, then run alongside setup again${asked === undefined ? '' : `, or ask for ${each.replication}`} (docs/operations.md, "Copies of messages")`),
    ],
  };
}
