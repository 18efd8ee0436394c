import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { HttpRequest } from '@alongside/service';

/** Of one connection only (RFC 9110, 7.6.1), and what is made anew for the next. */
const ofTheConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** What tells a service where a request came from: only the gateway may say so. */
const ofTheGateway: ReadonlySet<string> = new Set(['host', 'content-length', 'forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port', 'x-real-ip', 'x-correlation-id', 'traceparent']);

function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set(String(headers.connection ?? '').toLowerCase().split(',').map((name) => name.trim()));
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => value !== undefined && !ofTheConnection.has(name) && !named.has(name)));
}

/** A request's headers as the service gets them. */
export function headersToService(request: HttpRequest, body: Buffer | undefined): OutgoingHttpHeaders {
  const kept = Object.entries(endToEnd(request.headers)).filter(([name]) => !ofTheGateway.has(name));
  const traceparent = request.span?.traceparent;
  return {
    ...Object.fromEntries(kept),
    // The address that counts for limits: the gateway's caller, or whom the proxy before it names.
    'x-forwarded-for': request.ip,
    'x-forwarded-proto': request.protocol,
    ...(request.host && { 'x-forwarded-host': request.host }),
    'x-correlation-id': request.correlationId,
    // Without spans of its own, what came is passed on: nobody in between is missed.
    ...(traceparent !== undefined && { traceparent }),
    ...(body ? { 'content-length': body.length } : request.method !== 'GET' && { 'content-length': 0 }),
  };
}

/** A service's headers as the caller gets them. */
export const headersToCaller = (headers: IncomingHttpHeaders): Readonly<Record<string, string | string[]>> => endToEnd(headers) as Readonly<Record<string, string | string[]>>;
