import type { KafkaMessage } from 'kafkajs';
import type { Aside } from '../keyed-work.js';
import type { Outgoing } from './publisher.js';

/** Where a topic's messages go that a consumer could not do. */
export const deadLetterTopicOf = (topic: string): string => `${topic}.dlq`;

export interface Undone {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly record: KafkaMessage;
  readonly headers: Readonly<Record<string, string>>;
}

/** The record as it came, with what failed, how often, and where it lay. Codes only: what an error says may quote what somebody told. */
export function deadLetterRecord({ consumer, topic, partition, record, headers }: Undone, { steps, failure, attempts }: Aside): Outgoing {
  return {
    topic: deadLetterTopicOf(topic),
    key: record.key,
    value: record.value,
    headers: {
      ...headers,
      'dlq-status': failure ? 'failed' : 'waiting',
      ...(failure && { 'dlq-error': failure.code }),
      ...(failure?.at !== undefined && { 'dlq-error-at': failure.at }),
      'dlq-attempts': String(attempts),
      'dlq-consumer': consumer,
      'dlq-steps': steps.join(','),
      'dlq-topic': topic,
      'dlq-partition': String(partition),
      'dlq-offset': record.offset,
    },
  };
}
