import { once } from 'node:events';
import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type StatusObject,
} from '@grpc/grpc-js';
import gossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import featureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Empty, StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js';
import services from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, AppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { type LogRecord, noStream, type ProposedRecord, StandInLog } from './log.js';

export interface StandInOptions {
  readonly log?: StandInLog;
  /** What it says that it is. `unknown`: too old to say. Default 24.10.0. */
  readonly version?: string;
  /** Absent: without TLS. */
  readonly tls?: { readonly key: Buffer; readonly certificate: Buffer };
  /** Absent: everybody is let in. */
  readonly user?: { readonly username: string; readonly password: string };
  /** Default: any free one. */
  readonly port?: number;
  /** The port of the node that leads; absent: this one. */
  readonly leaderPort?: () => number;
}

/** What a test lets happen around an append. */
export interface Faults {
  beforeWriting?: () => Promise<void> | void;
  afterWriting?: () => Promise<void> | void;
}

type Refusal = Partial<StatusObject>;

/**
 * A stand-in for the protocol of EventStoreDB, not the server: it speaks as much gRPC as the adapter uses, from definitions of the client's package, over a
 * log in memory, so that the adapter's code runs where no server can be had. What it does follows the server's documentation and what is known of its
 * behaviour (exclusive subscriptions, checkpoints, `caught-up`, repeats); whether a server does the same, the suites with a real one show.
 */
export class EventStoreDbStandIn {
  readonly log: StandInLog;
  readonly faults: Faults = {};
  #server: Server | undefined;
  #port: number;
  #stopped = new AbortController();
  #awake: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;
  #behind: Promise<void> | undefined;
  readonly #falls = new Set<() => void>();
  /** How many appends have been asked for. */
  appends = 0;

  constructor(private readonly options: StandInOptions = {}) {
    this.log = options.log ?? new StandInLog();
    this.#port = options.port ?? 0;
  }

  get port(): number {
    return this.#port;
  }

  /** Listens, after a kill on the same port as before. */
  async start(): Promise<this> {
    this.#stopped = new AbortController();
    const server = new Server();
    server.addService(services.StreamsService, { read: this.#read, append: this.#append, batchAppend: refuse, delete: refuse, tombstone: refuse });
    if (this.options.version !== 'unknown') server.addService(featureServices.ServerFeaturesService, { getSupportedMethods: this.#features });
    server.addService(gossipServices.GossipService, { read: this.#gossip });
    this.#port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(`127.0.0.1:${this.#port}`, this.#credentials(), (error, port) => (error ? reject(error) : resolve(port))),
    );
    this.#server = server;
    return this;
  }

  /** As `kill -9`: every connection ends, no call is answered. */
  kill(): void {
    this.#stopped.abort();
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  /** As SIGSTOP: connections stay, nothing is answered or written. */
  pause(): void {
    this.#awake = new Promise((resolve) => (this.#wake = resolve));
  }

  resume(): void {
    this.#wake();
  }

  /** As when more is written than a subscription takes: those that are live tell so, and none brings anything until the function that comes back is called. */
  fallBehind(): () => void {
    let catchUp: () => void = () => undefined;
    this.#behind = new Promise((resolve) => (catchUp = resolve));
    for (const fall of this.#falls) fall();
    return () => {
      this.#behind = undefined;
      catchUp();
    };
  }

  #credentials(): ServerCredentials {
    const { tls } = this.options;
    return tls ? ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.certificate }]) : ServerCredentials.createInsecure();
  }

  readonly #append: handleClientStreamingCall<AppendReq, AppendResp> = (call, answer) => {
    const requests: AppendReq[] = [];
    call.on('data', (each: AppendReq) => requests.push(each));
    call.on('end', () => {
      void (async () => {
        const stopped = this.#stopped.signal;
        this.appends += 1;
        const refused = this.#refusal(call.metadata);
        if (refused) return answer(refused);
        await this.#awake;
        await this.faults.beforeWriting?.();
        if (stopped.aborted) return;
        const [first, ...events] = requests;
        const options = first?.getOptions();
        const expected = options?.hasNoStream() ? noStream : Number(options?.getRevision());
        const written = this.log.append(nameOf(options?.getStreamIdentifier()), expected, events.map(recordOf));
        await this.faults.afterWriting?.();
        if (!stopped.aborted) answer(null, appendAnswer(written, expected));
      })();
    });
    call.on('error', () => undefined);
  };

  readonly #read: handleServerStreamingCall<ReadReq, ReadResp> = (call) => {
    const over = new AbortController();
    call.on('cancelled', () => over.abort());
    call.on('close', () => over.abort());
    call.on('error', () => over.abort());
    const signal = AbortSignal.any([over.signal, this.#stopped.signal]);
    void (async () => {
      const refused = this.#refusal(call.metadata);
      if (refused) return void call.emit('error', refused);
      for await (const response of this.#responses(call.request, signal)) {
        await this.#awake;
        if (signal.aborted) return;
        if (!call.write(response)) await once(call, 'drain', { signal });
      }
      if (!signal.aborted) call.end();
    })().catch(() => undefined);
  };

  async *#responses(request: ReadReq, signal: AbortSignal): AsyncGenerator<ReadResp> {
    const options = request.getOptions();
    if (!options) return;
    if (options.hasStream()) yield* this.#ofStream(options);
    else if (options.hasSubscription()) yield* this.#subscription(options, signal);
    else yield* this.#ofAll(options);
  }

  *#ofStream(options: ReadReq.Options): Generator<ReadResp> {
    const stream = options.getStream();
    const name = nameOf(stream?.getStreamIdentifier());
    const records = this.log.stream(name);
    if (!records) return yield notFound(name);
    const from = stream?.hasRevision() ? Number(stream.getRevision()) : 0;
    for (const each of records.slice(from, from + Number(options.getCount()))) yield eventOf(each);
  }

  /** Inclusive forwards. Backwards only from the end, which is all that is asked for. */
  *#ofAll(options: ReadReq.Options): Generator<ReadResp> {
    const { records, readable } = this.log;
    const passes = filterOf(options);
    let left = Number(options.getCount());
    const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
    const first = backwards ? readable - 1 : this.#firstOf(options);
    for (let index = first; left > 0; index += backwards ? -1 : 1) {
      const record = records[index];
      if (!record || index >= readable) return;
      if (!passes(record)) continue;
      left -= 1;
      yield eventOf(record);
    }
  }

  #firstOf(options: ReadReq.Options): number {
    const all = options.getAll();
    return all?.hasPosition() ? this.log.indexOf(BigInt(all.getPosition()?.getCommitPosition() ?? 0)) : 0;
  }

  /**
   * Exclusive. A checkpoint after so many records as the window holds, and when the end is reached: where the next record will stand, with a prepare position
   * of zero; from then on `caught-up`, until it falls behind. Servers before 24.10 give none at the end, and where nothing passed one at the beginning of what
   * they looked through, with a prepare position of zero.
   */
  async *#subscription(options: ReadReq.Options, signal: AbortSignal): AsyncGenerator<ReadResp> {
    yield confirmation();
    const old = /^23\./.test(this.options.version ?? '');
    const passes = filterOf(options);
    const window = (options.getFilter()?.getMax() ?? 32) * (options.getFilter()?.getCheckpointintervalmultiplier() ?? 1);
    const position = BigInt(options.getAll()?.getPosition()?.getPreparePosition() ?? -1);
    let index = this.#firstOf(options);
    // The one that stands there has been seen; an older server takes the next one for it when none stands there.
    if (options.getAll()?.hasPosition() && (old || this.log.records[index]?.position === position)) index += 1;
    let [looked, passed, live] = [0, 0, false];
    while (!signal.aborted) {
      const record = index < this.log.readable ? this.log.records[index] : undefined;
      if (this.#behind) {
        if (live) yield fellBehind();
        live = false;
        await this.#behind;
        continue;
      }
      if (!record) {
        if (!live) {
          if (looked > 0 && !old) yield checkpoint(this.log.postPosition(index - 1), 0n);
          yield caughtUp();
          live = true;
        }
        await this.#moreOrBehind(index, signal);
        continue;
      }
      index += 1;
      looked += 1;
      if (passes(record)) {
        passed += 1;
        yield eventOf(record);
      }
      if (looked < window) continue;
      if (old && !live && passed === 0) yield checkpoint(this.log.records[index - looked]?.position ?? 0n, 0n);
      else yield checkpoint(record.position);
      [looked, passed] = [0, 0];
    }
  }

  async #moreOrBehind(index: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const fall = (): void => over.abort();
    this.#falls.add(fall);
    await this.log.has(index, AbortSignal.any([signal, over.signal]));
    this.#falls.delete(fall);
  }

  readonly #features: handleUnaryCall<Empty, SupportedMethods> = (_, answer) => {
    void this.#awake.then(() => {
      const methods = new features.SupportedMethods();
      methods.setEventStoreServerVersion(this.options.version ?? '24.10.0');
      answer(null, methods);
    });
  };

  /** One node, which leads. */
  readonly #gossip: handleUnaryCall<Empty, ClusterInfo> = (_, answer) => {
    const endPoint = new gossip.EndPoint();
    endPoint.setAddress('127.0.0.1');
    endPoint.setPort(this.options.leaderPort?.() ?? this.#port);
    const id = new shared.UUID();
    id.setString('00000000-0000-4000-8000-000000000001');
    const member = new gossip.MemberInfo();
    member.setInstanceId(id);
    member.setTimeStamp('0');
    member.setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endPoint);
    const info = new gossip.ClusterInfo();
    info.addMembers(member);
    answer(null, info);
  };

  #refusal(metadata: Metadata): Refusal | undefined {
    const { user, leaderPort } = this.options;
    const given = String(metadata.get('authorization')[0] ?? '');
    if (user && given !== `Basic ${Buffer.from(`${user.username}:${user.password}`).toString('base64')}`) return { code: status.UNAUTHENTICATED, details: 'Unauthenticated' };
    if (!leaderPort || metadata.get('requires-leader')[0] !== 'true') return undefined;
    const leader = new Metadata();
    leader.set('exception', 'not-leader');
    leader.set('leader-endpoint-host', '127.0.0.1');
    leader.set('leader-endpoint-port', String(leaderPort()));
    return { code: status.NOT_FOUND, details: 'Leader info available', metadata: leader };
  }
}

const refuse = (call: { readonly emit?: (event: string, error: unknown) => void }): void => void call.emit?.('error', { code: status.UNIMPLEMENTED, details: 'not part of the stand-in' });

const nameOf = (identifier: StreamIdentifier | undefined): string => Buffer.from((identifier?.getStreamName() as Uint8Array | undefined) ?? []).toString('utf8');

function recordOf(request: AppendReq): ProposedRecord {
  const message = request.getProposedMessage();
  if (!message) throw new Error('an append has no event');
  return { id: message.getId()?.getString() ?? '', type: message.getMetadataMap().get('type') ?? '', data: message.getData_asU8(), metadata: message.getCustomMetadata_asU8() };
}

function appendAnswer(written: ReturnType<StandInLog['append']>, expected: number): AppendResp {
  const response = new streams.AppendResp();
  if (written.kind === 'conflict') {
    const conflict = new streams.AppendResp.WrongExpectedVersion();
    if (written.actual === noStream) conflict.setCurrentNoStream(new shared.Empty());
    else conflict.setCurrentRevision(String(written.actual));
    if (expected === noStream) conflict.setExpectedNoStream(new shared.Empty());
    else conflict.setExpectedRevision(String(expected));
    response.setWrongExpectedVersion(conflict);
    return response;
  }
  const position = new streams.AppendResp.Position();
  position.setCommitPosition(String(written.position));
  position.setPreparePosition(String(written.position));
  const success = new streams.AppendResp.Success();
  success.setCurrentRevision(String(written.revision));
  success.setPosition(position);
  response.setSuccess(success);
  return response;
}

function eventOf({ id, stream, revision, position, type, data, metadata }: LogRecord): ReadResp {
  const uuid = new shared.UUID();
  uuid.setString(id);
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Uint8Array.from(Buffer.from(stream, 'utf8')));
  const record = new streams.ReadResp.ReadEvent.RecordedEvent();
  record.setId(uuid);
  record.setStreamIdentifier(identifier);
  record.setStreamRevision(String(revision));
  record.setCommitPosition(String(position));
  record.setPreparePosition(String(position));
  record.getMetadataMap().set('type', type).set('content-type', 'application/json').set('created', '0');
  record.setData(data);
  record.setCustomMetadata(metadata);
  const event = new streams.ReadResp.ReadEvent();
  event.setEvent(record);
  event.setCommitPosition(String(position));
  const response = new streams.ReadResp();
  response.setEvent(event);
  return response;
}

function notFound(name: string): ReadResp {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Uint8Array.from(Buffer.from(name, 'utf8')));
  const missing = new streams.ReadResp.StreamNotFound();
  missing.setStreamIdentifier(identifier);
  const response = new streams.ReadResp();
  response.setStreamNotFound(missing);
  return response;
}

function confirmation(): ReadResp {
  const confirmed = new streams.ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId('subscription');
  const response = new streams.ReadResp();
  response.setConfirmation(confirmed);
  return response;
}

function checkpoint(commit: bigint, prepare = commit): ReadResp {
  const position = new streams.ReadResp.Checkpoint();
  position.setCommitPosition(String(commit));
  position.setPreparePosition(String(prepare));
  const response = new streams.ReadResp();
  response.setCheckpoint(position);
  return response;
}

function caughtUp(): ReadResp {
  const response = new streams.ReadResp();
  response.setCaughtUp(new streams.ReadResp.CaughtUp());
  return response;
}

function fellBehind(): ReadResp {
  const response = new streams.ReadResp();
  response.setFellBehind(new streams.ReadResp.FellBehind());
  return response;
}

function filterOf(options: ReadReq.Options): (record: LogRecord) => boolean {
  const names = options.getFilter()?.getStreamIdentifier();
  if (!names) return () => true;
  const prefixes = names.getPrefixList();
  const pattern = new RegExp(names.getRegex());
  return ({ stream }) => (prefixes.length > 0 ? prefixes.some((prefix) => stream.startsWith(prefix)) : pattern.test(stream));
}

