import type { Channel } from '@grpc/grpc-js';
import { EventStoreDBClient } from '@eventstore/db-client';
import { EventStoreUnavailable, type ExpectedRevision } from '../event-store.js';
import type { EventStoreAddress } from './address.js';
import { isUnimplemented, Silence } from './faults.js';
import { toPosition } from './position.js';
import { appendRequests, empty, type ProposedEvent, type ReadReq, ServerFeaturesClient, StreamsClient } from './protocol.js';
import { Responses } from './responses.js';

export type AppendAnswer =
  | { readonly kind: 'written'; readonly revision: number; /** Absent where the server did not say it. */ readonly position?: string }
  | { readonly kind: 'conflict'; readonly actual: number | undefined };

/**
 * The client's connection: it finds the node to speak to, and connects anew, also to another leader, after an error that asks for it. What is
 * sent over it is ours: the client itself can neither read with a filter nor tell in which order events, checkpoints and `caught-up` came.
 */
export class Connection extends EventStoreDBClient {
  #channel: Promise<Channel> | undefined;
  #closed = false;

  constructor(address: EventStoreAddress) {
    const { hosts, discovers, settings, tls, certificates, user } = address;
    const common = { ...settings, connectionName: `alongside-${process.pid}`, throwOnAppendFailure: true };
    const [first = { address: '', port: 0 }] = hosts;
    const credentials = tls ? user : undefined;
    const channel = { insecure: !tls, ...certificates };
    if (discovers && hosts.length > 1) super({ ...common, endpoints: [...hosts] }, channel, credentials);
    else if (discovers) super({ ...common, discover: first }, channel, credentials);
    else super({ ...common, endpoint: first }, channel, credentials);
    // Remembered, because the client does not close it.
    const connected = this.getChannel;
    this.getChannel = () => (this.#channel = connected());
  }

  /** Version of the server, `unknown` for one that is too old to say. Asked for every time. */
  async serverVersion(withinMs: number): Promise<string> {
    const asked = this.execute(
      ServerFeaturesClient,
      'getSupportedMethods',
      (client) =>
        new Promise<string>((resolve, reject) => {
          const [metadata, options] = this.callArguments({ deadline: withinMs });
          client.getSupportedMethods(empty(), metadata, options, (error, methods) => {
            if (error && isUnimplemented(error)) resolve('unknown');
            else if (error) reject(error);
            else resolve(methods.getEventStoreServerVersion());
          });
        }),
    );
    return within(withinMs, asked);
  }

  /** One attempt. Whether a failed one was carried out is not known, unless the error says so. */
  append(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[], withinMs: number): Promise<AppendAnswer> {
    this.#mustBeOpen();
    const answered = this.execute(
      StreamsClient,
      'append',
      (client) =>
        new Promise<AppendAnswer>((resolve, reject) => {
          const [metadata, options] = this.callArguments({ deadline: withinMs, requiresLeader: true });
          const call = client.append(metadata, options, (error, response) => {
            if (error) return reject(error);
            const conflict = response.getWrongExpectedVersion();
            if (conflict) return resolve({ kind: 'conflict', actual: conflict.hasCurrentRevision() ? Number(conflict.getCurrentRevision()) : undefined });
            const success = response.getSuccess();
            const position = success?.getPosition();
            resolve({
              kind: 'written',
              revision: Number(success?.getCurrentRevision()),
              ...(position && { position: toPosition({ commit: position.getCommitPosition(), prepare: position.getPreparePosition() }) }),
            });
          });
          call.on('error', reject);
          for (const each of appendRequests(stream, expected, events)) call.write(each);
          call.end();
        }),
    );
    return within(withinMs, answered);
  }

  /** Begins a read or a subscription. It lasts until it is cancelled or over. */
  async read(request: ReadReq, withinMs: number): Promise<Responses> {
    this.#mustBeOpen();
    let responses: Responses | undefined;
    let givenUp = false;
    const opening = this.GRPCStreamCreator(StreamsClient, 'read', (client) => {
      // The leader knows everything that was acknowledged. There is no deadline of the call: it may take as long as something comes.
      const call = client.read(request, ...this.callArguments({ requiresLeader: true }, { deadline: Infinity }));
      // Listens from the beginning, so that nothing is missed.
      responses = new Responses(call);
      if (givenUp) responses.cancel();
      return call;
    })();
    try {
      await within(withinMs, opening);
      if (responses) return responses;
      throw new Silence(withinMs);
    } catch (error) {
      givenUp = true;
      throw error;
    }
  }

  /** Cancels what is under way and lets go of the socket. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.dispose();
    // A search for a node may still be on: it is not waited for.
    void this.#channel?.then((channel) => channel.close()).catch(() => undefined);
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new EventStoreUnavailable('it is closed');
  }
}

/** The search for a node of a cluster knows no deadline of its own. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Silence(ms)), ms + 100);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
