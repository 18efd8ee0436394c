import { Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { PassThrough, type Readable } from 'node:stream';
import { HttpProblem, type HttpReply, type HttpRequest, type ServiceAddresses } from '@alongside/service';
import { headersToCaller, headersToService } from './headers.js';

/** How an attempt to get an answer of a service went wrong. */
export interface Failure {
  readonly service: string;
  /** `unreachable`: it was never connected to. `timeout`: it did not answer in time. `broken`: the connection ended, or what came was no HTTP. */
  readonly what: 'unreachable' | 'timeout' | 'broken';
  /** Such as ECONNREFUSED. */
  readonly code: string;
}

export interface ForwarderOptions {
  /** Milliseconds that a service may take until its answer begins, and then between two parts of it. */
  readonly timeout: number;
  readonly onFailure: (failure: Failure) => void;
}

export interface Forwarder {
  /** Sends the request on, and the service's answer back as it is. Throws an `HttpProblem` where there is none. */
  forward(service: ServiceAddresses, request: HttpRequest, reply: HttpReply): Promise<void>;
  close(): void;
}

/** A machine that is there takes a connection at once. */
const connectWithin = 2_000;
/** Idle connections are given up well before the service does (65 s). */
const keepIdle = 30_000;
/** When to come again, in seconds. */
const comeAgain = 2;

class NoAnswer extends Error {
  constructor(
    readonly failure: Omit<Failure, 'service'>,
    readonly onUsedConnection: boolean,
  ) {
    super(failure.code);
    this.name = 'NoAnswer';
  }
}

interface Attempt {
  readonly address: URL;
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | undefined;
  readonly deadline: AbortSignal;
  readonly agent: Agent;
}

const codeOf = (error: unknown): string => {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' ? code : String(name);
};

/** One request to one address: resolves when the answer begins. Throws `NoAnswer`. */
function attempt({ address, method, path, headers, body, deadline, agent }: Attempt): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const isTls = address.protocol === 'https:';
    let reached = false;
    const outgoing = (isTls ? tlsRequest : httpRequest)({
      protocol: address.protocol,
      // An IPv6 address stands in brackets in a URL.
      hostname: address.hostname.replace(/^\[|\]$/g, ''),
      port: address.port || (isTls ? 443 : 80),
      // As it came: whoever reads it here reads it alike there.
      path,
      method,
      headers,
      agent,
      signal: deadline,
    });
    outgoing.once('socket', (socket) => {
      if (!socket.connecting) {
        reached = true;
        return;
      }
      const tooLate = setTimeout(() => socket.destroy(Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' })), connectWithin);
      socket.once(isTls ? 'secureConnect' : 'connect', () => {
        reached = true;
        clearTimeout(tooLate);
      });
      socket.once('close', () => clearTimeout(tooLate));
    });
    outgoing.once('response', resolve);
    outgoing.once('error', (error) => {
      const what = !reached ? 'unreachable' : deadline.aborted ? 'timeout' : 'broken';
      reject(new NoAnswer({ what, code: codeOf(error) }, outgoing.reusedSocket));
    });
    outgoing.end(body);
  });
}

const changesNothing = (method: string): boolean => method === 'GET';

const details = {
  unreachable: 'It was not reached: nothing was done.',
  asked: 'Nothing was changed by asking: ask again.',
  uncertain: 'Whether it was done is not known here. Send it again with the same Idempotency-Key: it is done once, and answered as the first time.',
  uncertainWithoutKey: 'Whether it was done is not known here, and it came without an Idempotency-Key: look before you send it again, and send it with one.',
} as const;

function problemOf({ service, what }: Failure, request: HttpRequest): HttpProblem {
  const uncertain = request.headers['idempotency-key'] === undefined ? details.uncertainWithoutKey : details.uncertain;
  const detail = what === 'unreachable' ? details.unreachable : changesNothing(request.method) ? details.asked : uncertain;
  return new HttpProblem(503, what === 'timeout' ? 'service-timeout' : 'service-unavailable', { detail, service }, { 'retry-after': String(comeAgain) });
}

/** An answer on its way to the caller; `broken` is the error that it ends with when the rest does not come. */
function passing(answer: IncomingMessage, silence: number, broken: (code: string) => Error): Readable {
  const passed = new PassThrough();
  answer.setTimeout(silence, () => answer.destroy(Object.assign(new Error('silence'), { code: 'ETIMEDOUT' })));
  answer.once('error', (error) => passed.destroy(broken(codeOf(error))));
  passed.once('close', () => answer.destroy());
  return answer.pipe(passed);
}

export function forwarder({ timeout, onFailure }: ForwarderOptions): Forwarder {
  const agents = { 'http:': new Agent({ keepAlive: true, timeout: keepIdle, maxFreeSockets: 256 }), 'https:': new TlsAgent({ keepAlive: true, timeout: keepIdle, maxFreeSockets: 256 }) };
  const turns = new Map<string, number>();

  /** The addresses of a service, another one first each time. */
  const inTurn = ({ name, addresses }: ServiceAddresses): readonly URL[] => {
    const turn = (turns.get(name) ?? 0) % addresses.length;
    turns.set(name, turn + 1);
    return [...addresses.slice(turn), ...addresses.slice(0, turn)];
  };

  /**
   * Another address is tried only where the one before was never reached, so nothing is sent twice; and a question once more where a
   * connection that had been idle turned out to be closed.
   */
  const answerOf = async (service: ServiceAddresses, common: Omit<Attempt, 'address' | 'agent'>): Promise<IncomingMessage> => {
    let last: unknown;
    for (const address of inTurn(service)) {
      const agent = agents[address.protocol as keyof typeof agents];
      try {
        return await attempt({ ...common, address, agent });
      } catch (error) {
        last = error;
        if (!(error instanceof NoAnswer) || common.deadline.aborted) break;
        if (error.failure.what === 'broken' && error.onUsedConnection && changesNothing(common.method)) return attempt({ ...common, address, agent });
        if (error.failure.what !== 'unreachable') break;
      }
    }
    throw last;
  };

  return {
    async forward(service, request, reply) {
      const sent = request.rawBody;
      const failed = (how: Omit<Failure, 'service'>): HttpProblem => {
        const failure: Failure = { service: service.name, ...how };
        onFailure(failure);
        return problemOf(failure, request);
      };
      const deadline = new AbortController();
      const tooLate = setTimeout(() => deadline.abort(), timeout);
      try {
        const answer = await answerOf(service, {
          method: request.method,
          path: request.raw.url ?? '/',
          headers: headersToService(request, sent),
          body: sent,
          deadline: deadline.signal,
        });
        const body = passing(answer, timeout, (code) => failed({ what: 'broken', code }));
        reply.code(answer.statusCode ?? 502).headers(headersToCaller(answer.headers)).send(body);
      } catch (error) {
        throw error instanceof NoAnswer ? failed(error.failure) : error;
      } finally {
        clearTimeout(tooLate);
      }
    },

    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}
