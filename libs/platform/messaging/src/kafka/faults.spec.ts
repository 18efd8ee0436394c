import { createRequire } from 'node:module';
import { faultOf } from './faults.js';

const address = { brokers: ['kafka-1:9092'] };
const secured = { ...address, ssl: {} };

/** As kafkajs gives it. */
const kafkaError = (name: string, message: string, more: object): Error => Object.assign(new Error(message), { name, ...more });

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

  it('is that the port has no TLS, where it hangs up before there is any', () => {
    const error = kafkaError('KafkaJSConnectionError', 'Connection error: Client network socket disconnected before secure TLS connection was established', { code: 'ECONNRESET' });
    expect(faultOf(error, secured).message).toBe(
      'kafka kafka-1:9092 does not speak TLS there as asked (ECONNRESET): take ssl=true out of ALONGSIDE_MESSAGES, or name the port that has TLS',
    );
  });

  it('is that a user or a certificate is wanted, where it hangs up once there is TLS', () => {
    const error = kafkaError('KafkaJSConnectionClosedError', 'Closed connection', {});
    expect(faultOf(error, secured).message).toBe('kafka kafka-1:9092 closes the connection: it may want a user or a client certificate in ALONGSIDE_MESSAGES');
  });

  it('is that nobody signs in there, where a user was given', () => {
    const error = kafkaError('KafkaJSProtocolError', 'Request is not valid given the current SASL state', { type: 'ILLEGAL_SASL_STATE', code: 34 });
    expect(faultOf(error, address).message).toBe(
      'kafka kafka-1:9092 signs nobody in there (ILLEGAL_SASL_STATE): take user and password out of ALONGSIDE_MESSAGES, or name the port that has sign-in',
    );
  });

  it('is not that nobody answers, where a program is wrong', () => {
    expect(faultOf(new TypeError('things is not iterable'), address).message).toBe('kafka kafka-1:9092 does not do as it should (TypeError)');
  });
});
