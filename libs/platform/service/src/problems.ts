import { AccessRefused } from '@alongside/access';
import { IdempotencyMismatch, IdempotencyUnknowable, InvalidField, Refusal, UnknownEvent } from '@alongside/event-sourcing';
import { RevisionConflict, isPassing } from '@alongside/event-store';
import { InvalidCursor, NotCaughtUp, SequenceParked } from '@alongside/read-models';
import type { FieldProblem } from './field.js';

/**
 * An answer that says no (RFC 9457). `code` is stable. Nothing in it comes from what was sent, except the names of
 * fields: no values, no personal data, no stack.
 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly [member: string]: unknown;
}

export interface ProblemAnswer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

const titles: Readonly<Record<string, string>> = {
  'malformed-json': 'The body is not JSON',
  'malformed-request': 'The request could not be read',
  'not-signed-in': 'Sign in first',
  'session-ended': 'The session has ended: sign in again',
  'wrong-credentials': 'E-mail address and password do not belong together',
  'not-for-your-role': 'None of your roles may do this',
  'too-many-attempts': 'Too many attempts: wait a little',
  'invitation-unknown': 'There is no such invitation',
  'invitation-expired': 'The invitation has expired: ask for a new one',
  'invitation-spent': 'The invitation was used already',
  'account-not-ready': 'The account is being made: try again',
  'email-in-use': 'Another account signs in with this e-mail address',
  'set-up-token-not-valid': 'This is not the set-up token of an empty system',
  'not-found': 'There is nothing here',
  'method-not-allowed': 'This address does not take this method',
  'rule-refused': 'A rule of the service refuses this',
  'changed-meanwhile': 'Somebody else wrote in between: read it again',
  'body-too-large': 'The body is too large',
  'unsupported-media-type': 'Send the body as application/json',
  'invalid-fields': 'Some fields are not as they have to be',
  'idempotency-key-reused': 'This Idempotency-Key was used with another body',
  'idempotency-key-erased': 'What this Idempotency-Key was used with has been erased: whether this is the same cannot be told',
  'too-many-requests': 'Too many requests: wait a little',
  'not-yet-visible': 'This view has not caught up with that position yet: ask again',
  'view-held-back': 'This view is held back by an event that could not be applied',
  'written-by-newer-program': 'A newer version of the program wrote this: it takes that version to go on',
  'shutting-down': 'The service is shutting down',
  'service-unavailable': 'The part of the system that this belongs to cannot be reached',
  'service-timeout': 'The part of the system that this belongs to does not answer in time',
  'sign-in-not-offered': 'Nobody signs in this way here',
  'sign-in-not-begun': 'This sign-in was not begun here, or too long ago: begin again',
  'sign-in-refused': 'The provider did not confirm the sign-in: begin again',
  'email-not-verified': 'The provider has not verified the e-mail address',
  'account-unknown': 'Nobody here signs in with that e-mail address: ask who was to add you',
  'several-accounts': 'Several accounts have this e-mail address: set a password for the one that you mean',
  'provider-unavailable': 'The sign-in provider does not answer: try again, or sign in with a password',
  starting: 'The service is starting: try again',
  busy: 'The service is busy: try again',
  'internal-error': 'Something went wrong here',
};

/** Thrown anywhere in a request to answer with a problem; `members` become members of the document. */
export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly members: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(code);
    this.name = 'HttpProblem';
  }
}

export const notFound = (): HttpProblem => new HttpProblem(404, 'not-found');
export const notSignedIn = (code = 'not-signed-in'): HttpProblem => new HttpProblem(401, code, {}, { 'www-authenticate': 'Bearer' });
export const notForYourRole = (): HttpProblem => new HttpProblem(403, 'not-for-your-role');
export const changedMeanwhile = (): HttpProblem => new HttpProblem(412, 'changed-meanwhile');
export const invalidFields = (errors: readonly FieldProblem[]): HttpProblem => new HttpProblem(422, 'invalid-fields', { errors });
export const unavailable = (code: string, seconds: number): HttpProblem => new HttpProblem(503, code, {}, { 'retry-after': String(seconds) });
export const tooManyRequests = (seconds: number): HttpProblem => new HttpProblem(429, 'too-many-requests', {}, { 'retry-after': String(Math.max(1, Math.ceil(seconds))) });

export function problemDocument(status: number, code: string, members: Readonly<Record<string, unknown>> = {}): Problem {
  return { type: `urn:alongside:problem:${code}`, title: titles[code] ?? code, status, code, ...members };
}

/** What Fastify and Nest themselves refuse with, by status. */
const codesByStatus: Readonly<Record<number, string>> = {
  400: 'malformed-request',
  401: 'not-signed-in',
  403: 'not-for-your-role',
  404: 'not-found',
  405: 'method-not-allowed',
  406: 'not-acceptable',
  408: 'request-timeout',
  413: 'body-too-large',
  414: 'address-too-long',
  415: 'unsupported-media-type',
  417: 'malformed-request',
  429: 'too-many-requests',
  431: 'headers-too-large',
  503: 'busy',
};

const statusOf = (error: unknown): number | undefined => {
  const candidate = error as { statusCode?: unknown; status?: unknown; getStatus?: () => unknown } | null;
  const status = candidate?.statusCode ?? candidate?.getStatus?.() ?? candidate?.status;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
};

function accessRefused({ status, code, retryAfterSeconds }: AccessRefused): ProblemAnswer {
  const errors = status === 422 ? { errors: [{ path: 'password', code, message: code.replaceAll('-', ' ') }] } : {};
  return {
    problem: problemDocument(status, status === 422 ? 'invalid-fields' : code, errors),
    headers: {
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(Math.ceil(retryAfterSeconds)) }),
    },
  };
}

/** `id` names the log line of what went wrong inside; it is all that such an answer tells. */
export function problemOf(error: unknown, id: string): ProblemAnswer {
  if (error instanceof HttpProblem) return { problem: problemDocument(error.status, error.code, error.members), headers: error.headers };
  if (error instanceof Refusal) {
    return { problem: problemDocument(409, 'rule-refused', { rule: error.rule, ...(error.details && { details: error.details }) }), headers: {} };
  }
  if (error instanceof InvalidField) {
    const errors = error.errors.map(({ path, code }) => ({ path, code, message: code.replaceAll('-', ' ') }));
    return { problem: problemDocument(422, 'invalid-fields', { errors }), headers: {} };
  }
  if (error instanceof AccessRefused) return accessRefused(error);
  if (error instanceof IdempotencyMismatch) return { problem: problemDocument(422, 'idempotency-key-reused'), headers: {} };
  if (error instanceof IdempotencyUnknowable) return { problem: problemDocument(422, 'idempotency-key-erased'), headers: {} };
  // As while one replica after the other is brought up to date, or after a step back.
  if (error instanceof UnknownEvent) return { problem: problemDocument(503, 'written-by-newer-program'), headers: { 'retry-after': '60' } };
  if (error instanceof InvalidCursor) return { problem: problemDocument(422, 'invalid-fields', { errors: [{ path: 'cursor', code: 'wrong-format', message: 'must be `next` of the page before' }] }), headers: {} };
  if (error instanceof NotCaughtUp) return { problem: problemDocument(503, 'not-yet-visible'), headers: { 'retry-after': '1' } };
  if (error instanceof SequenceParked) return { problem: problemDocument(503, 'view-held-back', { readModel: error.readModel }), headers: { 'retry-after': '60' } };
  // Others kept writing, another process holds a file, the disk is full.
  if (error instanceof RevisionConflict || isPassing(error)) return { problem: problemDocument(503, 'busy'), headers: { 'retry-after': '1' } };
  const status = statusOf(error);
  const known = status === undefined ? undefined : codesByStatus[status];
  if (status !== undefined && known !== undefined) return { problem: problemDocument(status, known), headers: status === 503 ? { 'retry-after': '1' } : {} };
  return { problem: problemDocument(500, 'internal-error', { id }), headers: {} };
}

/** Whether an error is a fault of ours, or of what we stand on, to be logged as one. */
export const isFault = (answer: ProblemAnswer, error: unknown): boolean =>
  answer.problem.status === 500 || error instanceof UnknownEvent || (isPassing(error) && !(error instanceof NotCaughtUp));
