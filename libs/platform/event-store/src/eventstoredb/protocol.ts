import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import services from '@eventstore/db-client/generated/streams_grpc_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ExpectedRevision } from '../event-store.js';
import type { LogPosition } from './position.js';

export type { AppendReq, ReadReq, ReadResp };
export type RecordOfLog = ReadResp.ReadEvent.RecordedEvent;

/** The services as the client's own package describes them. */
export const { StreamsClient } = services;
export const { ServerFeaturesClient } = features;

export const empty = (): InstanceType<typeof shared.Empty> => new shared.Empty();

const { Options } = messages.ReadReq;

/** Which streams: every one that is not the server's own (theirs begin with `$`), or those with one of these prefixes. */
export interface StreamNames {
  readonly prefixes?: readonly string[] | undefined;
}

const notTheServers = '^[^$]';
/** No prefix is no stream: one that only the server's own could have. */
const noStream = ['$-nobody-'];

/** Events that the server looks through at a time before it tells how far it has come. */
export interface Window {
  readonly events: number;
}

interface AllRequest {
  readonly from: LogPosition | 'start' | 'end';
  readonly backwards?: boolean;
  readonly count?: number;
  /** Absent: everything, the server's own streams too. */
  readonly streams?: StreamNames;
  readonly window?: Window;
}

/** `$all`, read once. Inclusive of `from` when read forwards. */
export function readAllRequest({ from, backwards = false, count, streams, window }: AllRequest): ReadReq {
  const options = allOptions(from, streams, window);
  options.setReadDirection(backwards ? Options.ReadDirection.BACKWARDS : Options.ReadDirection.FORWARDS);
  options.setCount(String(count ?? Number.MAX_SAFE_INTEGER));
  return request(options);
}

/** `$all`, followed. Exclusive of `from`. A checkpoint comes after so many events as the window holds, at the latest. */
export function subscribeRequest(from: LogPosition | 'start', streams: StreamNames, window: Window): ReadReq {
  const options = allOptions(from, streams, window);
  options.setSubscription(new Options.SubscriptionOptions());
  return request(options);
}

/** One stream, forwards and inclusive. */
export function readStreamRequest(name: string, fromRevision: number, count?: number): ReadReq {
  const options = new Options();
  const stream = new Options.StreamOptions();
  stream.setStreamIdentifier(streamIdentifier(name));
  stream.setRevision(String(fromRevision));
  options.setStream(stream);
  options.setCount(String(count ?? Number.MAX_SAFE_INTEGER));
  options.setNoFilter(empty());
  return request(options);
}

function allOptions(from: LogPosition | 'start' | 'end', streams: StreamNames | undefined, window: Window | undefined): InstanceType<typeof Options> {
  const options = new Options();
  const all = new Options.AllOptions();
  if (from === 'start') all.setStart(empty());
  else if (from === 'end') all.setEnd(empty());
  else {
    const position = new Options.Position();
    position.setCommitPosition(from.commit);
    position.setPreparePosition(from.prepare);
    all.setPosition(position);
  }
  options.setAll(all);
  if (streams) options.setFilter(filter(streams, window));
  else options.setNoFilter(empty());
  return options;
}

function filter({ prefixes }: StreamNames, window: Window | undefined): InstanceType<typeof Options.FilterOptions> {
  const names = new Options.FilterOptions.Expression();
  if (prefixes === undefined) names.setRegex(notTheServers);
  else names.setPrefixList([...(prefixes.length === 0 ? noStream : prefixes)]);
  const options = new Options.FilterOptions();
  options.setStreamIdentifier(names);
  if (window) options.setMax(window.events);
  else options.setCount(empty());
  options.setCheckpointintervalmultiplier(1);
  return options;
}

function request(options: InstanceType<typeof Options>): ReadReq {
  const uuids = new Options.UUIDOption();
  uuids.setString(empty());
  options.setUuidOption(uuids);
  options.setResolveLinks(false);
  const whole = new messages.ReadReq();
  whole.setOptions(options);
  return whole;
}

function streamIdentifier(name: string): InstanceType<typeof shared.StreamIdentifier> {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Uint8Array.from(Buffer.from(name, 'utf8')));
  return identifier;
}

/** An event as it is proposed. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

/** What one append sends: its options, then an event each. */
export function appendRequests(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): readonly AppendReq[] {
  const options = new messages.AppendReq.Options();
  options.setStreamIdentifier(streamIdentifier(stream));
  if (expected === 'no-stream') options.setNoStream(empty());
  else options.setRevision(String(expected));
  const first = new messages.AppendReq();
  first.setOptions(options);
  return [first, ...events.map(proposed)];
}

function proposed({ id, type, data, metadata }: ProposedEvent): AppendReq {
  const uuid = new shared.UUID();
  uuid.setString(id);
  const message = new messages.AppendReq.ProposedMessage();
  message.setId(uuid);
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  message.setData(Uint8Array.from(data));
  message.setCustomMetadata(Uint8Array.from(metadata));
  const request = new messages.AppendReq();
  request.setProposedMessage(message);
  return request;
}
