import { EventStoreUnavailable } from '../event-store.js';
import type { EventStoreAddress } from './address.js';

/** The server has said nothing for longer than it may. */
export class Silence extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = 'Silence';
  }
}

/** gRPC's status codes, as far as they matter here. https://grpc.io/docs/guides/status-codes/ */
const code = { cancelled: 1, unknown: 2, invalidArgument: 3, deadlineExceeded: 4, notFound: 5, permissionDenied: 7, aborted: 10, unimplemented: 12, internal: 13, unavailable: 14, unauthenticated: 16 } as const;

interface GrpcError {
  readonly code?: unknown;
  readonly details?: unknown;
  readonly metadata?: { getMap(): Readonly<Record<string, unknown>> };
}

const codeOf = (error: unknown): unknown => (error as GrpcError | undefined)?.code;
const detailsOf = (error: unknown): string => String((error as GrpcError | undefined)?.details ?? (error as Error | undefined)?.message ?? '');
/** The server's own word for what is wrong, beside the status code. */
const exceptionOf = (error: unknown): string => String((error as GrpcError | undefined)?.metadata?.getMap?.()['exception'] ?? '');

/** Another node leads: the client connects to that one for the next attempt. */
export const isOfAnotherLeader = (error: unknown): boolean => exceptionOf(error) === 'not-leader';

const isDenied = (error: unknown): boolean => codeOf(error) === code.unauthenticated || codeOf(error) === code.permissionDenied || exceptionOf(error) === 'access-denied';

export const isUnimplemented = (error: unknown): boolean => codeOf(error) === code.unimplemented;

/** Whether the request cannot have reached a server: there was no connection to send it over. */
export const wasNotSent = (error: unknown): boolean => isOfAnotherLeader(error) || isDenied(error) || /No connection established|Name resolution failed|Failed to discover/i.test(detailsOf(error));

/** Whether it may go another time without anybody doing anything about it. What the client itself cancelled is not among them. */
export function isTransient(error: unknown): boolean {
  if (error instanceof Silence || isOfAnotherLeader(error)) return true;
  if (isDenied(error)) return false;
  if (/Failed to discover|write after end/i.test(detailsOf(error))) return true;
  // A server that goes down ends calls with any of these; `aborted` is its word for a write that took it too long.
  return ([code.cancelled, code.unknown, code.deadlineExceeded, code.aborted, code.internal, code.unavailable] as unknown[]).includes(codeOf(error));
}

const isSilent = (error: unknown): boolean => error instanceof Silence || codeOf(error) === code.deadlineExceeded;

/** One line for an operator: what is wrong with the server or the way to it, and what to do. Names no user and no password. */
export function whatIsWrong(error: unknown, { named, tls, user }: EventStoreAddress): string {
  const details = detailsOf(error);
  if (isDenied(error)) {
    if (user === undefined || !tls) return `${named} lets nobody in without a user: put user:password@ into the address (without TLS none is sent)`;
    return `${named} refuses the user, the password or what they want to do: check both in the address, and that the user may read $all and write`;
  }
  if (tls && /wrong version number|packet length too long|EPROTO/i.test(details)) return `${named} does not speak TLS: add tls=false to the address if that is meant, else give the server a certificate`;
  if (tls && /altname|does not match certificate/i.test(details)) return `the certificate of ${named} is for another name: use the name that it is for in the address`;
  if (tls && /expired/i.test(details)) return `the certificate of ${named} has expired: renew it`;
  if (tls && /self.signed|unable to (verify|get)|certificate|issuer/i.test(details)) return `the certificate of ${named} is not trusted: name the file of its authority with tlsCaFile in the address`;
  if (!tls && /Failed to connect|Protocol error|Parse Error|ECONNRESET/i.test(details)) {
    return `${named} takes connections and ends them at once: if it speaks TLS, leave tls=false out of the address`;
  }
  if (isSilent(error)) return `${named} does not answer: look whether it hangs, or correct the address`;
  if (isUnimplemented(error)) return `${named} is no event store, or too old a one: servers from 23.10 on are needed`;
  if (/not ready/i.test(details)) return `${named} is not ready yet: it says so itself, wait a little`;
  if (/Failed to discover/i.test(details)) return `no node of the cluster can be found by ${named}: start it, or correct the address`;
  if (codeOf(error) === code.unavailable) return `${named} cannot be reached: start the event store there, or correct the address`;
  return `${named} answered with an error (${typeof codeOf(error) === 'number' ? `gRPC ${String(codeOf(error))}` : ((error as Error | undefined)?.name ?? 'unknown')})`;
}

/** What callers are told of an error of the protocol. Those that are told in their own words pass as they are. */
export function fault(error: unknown, address: EventStoreAddress): unknown {
  if (typeof codeOf(error) !== 'number' && !(error instanceof Silence) && !/Failed to discover/.test(detailsOf(error))) return error;
  const exception = exceptionOf(error);
  if (exception === 'maximum-append-size-exceeded') return new Error('an append is larger than the event store takes: raise MaxAppendSize there', { cause: error });
  if (exception === 'stream-deleted') return new Error('a stream was deleted in the event store by hand: nothing can be written to it', { cause: error });
  if (codeOf(error) === code.invalidArgument) return new Error(`the event store refuses a request as malformed: ${detailsOf(error)}`, { cause: error });
  return new EventStoreUnavailable(whatIsWrong(error, address), { cause: error });
}
