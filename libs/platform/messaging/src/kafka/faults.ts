import type { KafkaAddress } from './kafka-address.js';

interface KafkaError {
  readonly name: string;
  readonly message: string;
  readonly type?: string;
  readonly code?: string | number;
  readonly cause?: unknown;
  readonly originalError?: unknown;
  /** Of several topics that were asked for together. */
  readonly errors?: readonly unknown[];
  readonly retriable?: boolean;
}

/** What kafkajs wraps, several times over: the innermost that says something. */
function innermost(error: unknown): KafkaError {
  let inner = error as KafkaError;
  for (let depth = 0; depth < 10; depth++) {
    const next = (inner.cause ?? inner.originalError ?? inner.errors?.[0]) as KafkaError | undefined;
    if (!(next instanceof Error) || next === (inner as unknown)) return inner;
    inner = next;
  }
  return inner;
}

const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

const noAnswers = new Set(['KafkaJSConnectionError', 'KafkaJSConnectionClosedError', 'KafkaJSBrokerNotFound', 'KafkaJSNoBrokerAvailableError', 'KafkaJSRequestTimeoutError']);

/** What another attempt with the same records cannot mend. */
const ofTheRecord = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'CORRUPT_MESSAGE']);

const codeOf = ({ name, message, type, code }: KafkaError): string => {
  if (type !== undefined) return type;
  if (typeof code === 'string') return code;
  if (name === 'KafkaJSSASLAuthenticationError') return /mechanism is not supported/i.test(message) ? 'SASL_MECHANISM_UNSUPPORTED' : 'SASL_AUTHENTICATION_FAILED';
  // Where kafkajs keeps the code in the text alone.
  return /\b(E[A-Z]{4,}|[A-Z]+(?:_[A-Z]+)+)\b/.exec(message)?.[1] ?? name;
};

/** The broker could not do what was asked. Its text is for an operator: one line, without a user, a password or a payload. */
export class BrokerFault extends Error {
  /** Nothing is wrong with the message: it is tried again, however long the broker is away. */
  readonly passing: boolean;

  constructor(
    readonly code: string,
    said: string,
    options?: ErrorOptions,
  ) {
    super(said, options);
    this.name = 'BrokerFault';
    this.passing = !ofTheRecord.has(code);
  }
}

/** What went wrong, as an operator is told it. */
export function faultOf(error: unknown, { brokers, ssl, sasl }: Pick<KafkaAddress, 'brokers' | 'ssl' | 'sasl'>): BrokerFault {
  if (error instanceof BrokerFault) return error;
  const inner = innermost(error);
  const code = codeOf(inner);
  const at = `kafka ${brokers.join(',')}`;
  const said = (text: string): BrokerFault => new BrokerFault(code, text, { cause: inner });
  const { name } = inner;
  if (code === 'SASL_MECHANISM_UNSUPPORTED' || code === 'UNSUPPORTED_SASL_MECHANISM') return said(`${at} does not know ${sasl?.mechanism ?? 'this kind of sign-in'}: name one that it has as sasl=… in ALONGSIDE_MESSAGES`);
  if (code === 'ILLEGAL_SASL_STATE') return said(`${at} signs nobody in there (${code}): take user and password out of ALONGSIDE_MESSAGES, or name the port that has sign-in`);
  if (code.startsWith('SASL_')) return said(`${at} refuses the user or the password: put right ALONGSIDE_MESSAGES`);
  if (untrusted.has(code)) return said(`${at} has a certificate that is not trusted (${code}): name its authority as ca=<file> in ALONGSIDE_MESSAGES, or have a valid one issued`);
  // A port without TLS takes our greeting for a request that is far too long, and hangs up.
  const withoutTls = inner.message.includes('before secure TLS connection was established');
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO' || withoutTls) return said(`${at} does not speak TLS there as asked (${code}): take ssl=true out of ALONGSIDE_MESSAGES, or name the port that has TLS`);
  if (name === 'KafkaJSServerDoesNotSupportApiKey' || name === 'KafkaJSNotImplemented' || code === 'UNSUPPORTED_VERSION') return said(`${at} is too old: Kafka 2.1 or later is needed`);
  if (/AUTHORIZATION_FAILED$/.test(code)) return said(`${at} does not allow this user to do that (${code}): grant it its topics and groups, as docs/operations.md lists them`);
  if (code === 'UNKNOWN_TOPIC_OR_PARTITION') return said(`a topic is missing at ${at}: run alongside setup`);
  const closes = name === 'KafkaJSConnectionClosedError' || code === 'ECONNRESET';
  if (closes && ssl === undefined) return said(`${at} closes the connection: it may want ssl=true or a user in ALONGSIDE_MESSAGES`);
  if (closes && sasl === undefined) return said(`${at} closes the connection: it may want a user or a client certificate in ALONGSIDE_MESSAGES`);
  // Where no broker answered, kafkajs's admin client trips over the metadata that it did not get.
  const withoutMetadata = name === 'TypeError' && inner.message.includes('topicMetadata');
  if (noAnswers.has(name) || withoutMetadata || /^E[A-Z]+$/.test(code)) {
    return said(`${at} cannot be reached (${/^E[A-Z]+$/.test(code) ? code : 'no answer'}): is it running, and is ALONGSIDE_MESSAGES right?`);
  }
  return said(`${at} does not do as it should (${code})`);
}
