import { randomUUID } from 'node:crypto';
import type { User } from '@alongside/access';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isId } from './field-kinds.js';
import { HttpProblem, invalidFields, notFound } from './problems.js';
import { correlationOfTrace, traceParentOf } from './trace-ids.js';
import type { Span } from './tracing.js';

/** A request and its reply, with what the log line tells of it. */
export type HttpRequest = FastifyRequest & { correlationId?: string; startedAt?: number; userId?: string; span?: Span; rawBody?: Buffer };
export type HttpReply = FastifyReply;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends an answer as JSON, past everything that would look at it again. */
export function send(reply: HttpReply, { status, body, headers }: Answer): void {
  reply.code(status);
  if (headers) reply.headers(headers);
  if (body === undefined) {
    reply.send();
    return;
  }
  reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
}

const correlationPattern = /^[A-Za-z0-9_.:-]{1,100}$/;

/** The caller's correlation id where it is a plain one, else that of the caller's trace, else a new one. */
export function correlationOf(header: string | string[] | undefined, traceparent?: string | string[]): string {
  if (typeof header === 'string' && correlationPattern.test(header)) return header;
  const parent = traceParentOf(traceparent);
  return parent ? correlationOfTrace(parent.traceId) : randomUUID();
}

export const isIdParam = (name: string): boolean => name === 'id' || name.endsWith('Id');

/** Path parameters; an id that is no UUID is one that does not exist. */
export function paramsOf(request: HttpRequest): Readonly<Record<string, string>> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.params as Readonly<Record<string, string>>)) {
    if (isIdParam(name)) {
      if (!isId(value)) throw notFound();
      params[name] = value.toLowerCase();
    } else {
      if (value === '' || value.length > 400) throw notFound();
      params[name] = value;
    }
  }
  return params;
}

/** `Idempotency-Key`: 1 to 200 visible ASCII characters; undefined where there is none. */
export function idempotencyKeyOf(request: HttpRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw invalidFields([{ path: 'Idempotency-Key', code: 'wrong-format', message: 'must be 1 to 200 visible characters without spaces' }]);
  }
  return key;
}

/** The revision that `If-Match` asks for; `any` for `*`; undefined where there is none. What is no revision matches nothing. */
export function ifMatchOf(request: HttpRequest): number | 'any' | undefined {
  const header = request.headers['if-match'];
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  const revision = /^"(\d{1,15})"$/.exec(header.trim())?.[1];
  if (revision === undefined) throw new HttpProblem(412, 'changed-meanwhile');
  return Number(revision);
}

export function accessReasonOf(request: HttpRequest): string | undefined {
  const reason = request.headers['access-reason'];
  if (typeof reason !== 'string') return undefined;
  // Node reads headers byte by byte; what people write comes in UTF-8.
  const text = Buffer.from(reason, 'latin1').toString('utf8').trim();
  if (text === '') return undefined;
  if (text.length > 200 || /\p{Cc}/u.test(text)) {
    throw invalidFields([{ path: 'Access-Reason', code: 'too-long', message: 'must be at most 200 characters without control characters' }]);
  }
  return text;
}

/** The token of `Authorization: Bearer <token>`. */
export function bearerOf(request: HttpRequest): string | undefined {
  const header = request.headers.authorization;
  return header === undefined ? undefined : /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(header)?.[1];
}

export const etag = (revision: number): string => `"${revision}"`;

export type { User };
