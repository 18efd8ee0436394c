import { createRequire } from 'node:module';
import { faultOf } from './faults.js';

const address = { brokers: ['kafka-1:9092'] };

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('what went wrong with the broker', () => {
  it('is that nobody answers, where kafkajs knows no broker to ask', () => {
    const { KafkaJSNoBrokerAvailableError } = createRequire(import.meta.url)('kafkajs') as { readonly KafkaJSNoBrokerAvailableError: new () => Error };
    expect(faultOf(new KafkaJSNoBrokerAvailableError(), address)).toMatchObject({ passing: true, message: expect.stringMatching(/^kafka kafka-1:9092 cannot be reached \(no answer\)/) });
  });

  it('is that nobody answers, where kafkajs trips over metadata that it did not get', () => {
    const none = null as unknown as { readonly topicMetadata: unknown };
    const error = thrownBy(() => {
      const { topicMetadata } = none;
      return topicMetadata;
    });
    expect(faultOf(error, address).message).toMatch(/cannot be reached \(no answer\)/);
  });

  it('is not that nobody answers, where a program is wrong', () => {
    expect(faultOf(new TypeError('things is not iterable'), address).message).toBe('kafka kafka-1:9092 does not do as it should (TypeError)');
  });
});
