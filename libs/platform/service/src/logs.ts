import { pino, type DestinationStream, type Logger } from 'pino';
import { currentTrace } from './trace-ids.js';

export type { Logger } from 'pino';

/** Lines that are written in the course of a request or a reaction tell its trace. */
function traced(): { readonly traceId?: string } {
  const traceId = currentTrace.getStore()?.traceId;
  return traceId === undefined ? {} : { traceId };
}

/**
 * JSON lines with ids only. What may be personal never gets here: errors are logged by name, code and the places in our
 * own code that they came through, never by their message (a message may quote a value).
 */
export function openLog(level: string, destination?: DestinationStream): { readonly log: Logger; flush(): void } {
  const stream = destination ?? pino.destination({ dest: 1, sync: false });
  const log = pino({ level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"`, formatters: { level: (label) => ({ level: label }) }, mixin: traced }, stream);
  const flush = (): void => {
    try {
      (stream as { flushSync?: () => void }).flushSync?.();
    } catch {
      // A destination that is not open yet has nothing to flush.
    }
  };
  return { log, flush };
}

/** What may be said of an error: never its message. */
export function shown(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  const at = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim().replace(/^at /, '').replaceAll(/file:\/\/[^\s)]*\/(?=(?:apps|libs|node_modules)\/)/g, ''));
  return {
    error: error.name,
    ...(typeof code === 'string' && { code }),
    ...(typeof errcode === 'number' && { errcode }),
    at,
    ...(error.cause instanceof Error && { cause: shown(error.cause) }),
  };
}
