import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { isUuid } from '@alongside/event-sourcing';

/** W3C trace context, level 1: which trace, and the span within it that calls. */
export interface TraceParent {
  /** 32 hexadecimal digits, not all 0. */
  readonly traceId: string;
  /** 16 hexadecimal digits, not all 0. */
  readonly spanId: string;
  readonly sampled: boolean;
}

const noTrace = '0'.repeat(32);

/**
 * The trace that a correlation id names: a UUID has the 128 bits of a trace id, any other text its digest. So whoever knows the
 * correlation id (the log keeps it with every event, messages carry it) knows the trace, and nothing else is kept for it.
 */
export function traceIdOf(correlationId: string): string {
  const id = correlationId.toLowerCase();
  const digits = isUuid(id) ? id.replaceAll('-', '') : noTrace;
  return digits === noTrace ? createHash('sha256').update(correlationId).digest('hex').slice(0, 32) : digits;
}

/** The other way round: the correlation id of a request that came with a trace of its own. */
export const correlationOfTrace = (traceId: string): string => traceId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** Reads `traceparent`; undefined for whatever is none. Versions to come are read as far as this one goes. */
export function traceParentOf(header: string | string[] | Buffer | undefined): TraceParent | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more = ''] = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(String(header ?? '').trim()) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== '')) return undefined;
  if (traceId === noTrace || spanId === '0'.repeat(16)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export const traceParentText = ({ traceId, spanId, sampled }: TraceParent): string => `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

/** The trace that the work of now is part of: every log line within tells it. */
export const currentTrace = new AsyncLocalStorage<{ readonly traceId: string; readonly parent?: TraceParent }>();
