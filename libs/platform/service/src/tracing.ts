import { eventName, topicOf, type Message } from '@alongside/messaging';
import type { MessageTracing } from '@alongside/messaging/kafka';
import { currentTrace, traceIdOf, traceParentOf, traceParentText, type TraceParent } from './trace-ids.js';

export type { MessageTracing };

/** Where spans go: an OpenTelemetry collector that takes OTLP over HTTP. */
export interface TraceTarget {
  /** Base address; spans are posted to `<endpoint>/v1/traces`. */
  readonly endpoint: string;
  /** As OTEL_EXPORTER_OTLP_HEADERS has them: `name=value,name=value`. */
  readonly headers?: string;
  /** What this process calls itself there; default: by what it hosts. */
  readonly service?: string;
}

/** What may be told of a span: names of routes, methods, ids. Never an address as it was called, never what was sent. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface Span {
  readonly traceId: string;
  /** What whoever is called from within this span is sent as `traceparent`; undefined where there is nothing to pass on. */
  readonly traceparent: string | undefined;
  /** `fault`: the name or code of an error, where it ended with one. */
  end(more?: { readonly name?: string; readonly attributes?: SpanAttributes; readonly fault?: string }): void;
}

export interface BeginSpan {
  readonly name: string;
  readonly kind: 'server' | 'producer' | 'consumer';
  readonly traceId: string;
  readonly parent?: TraceParent | undefined;
  readonly attributes: SpanAttributes;
}

/** Makes and sends spans. The one that is off does neither. */
export interface Spans {
  begin(span: BeginSpan): Span;
  /** Sends what is left. Never rejects: a collector that is away holds up nothing. */
  close(): Promise<void>;
}

const spansOff: Spans = {
  begin: ({ traceId, parent }) => ({ traceId, traceparent: parent && traceParentText(parent), end: () => undefined }),
  close: async () => undefined,
};

export interface Tracing {
  /** `traceparent` of the request as it came; the trace is its own where it has one, else that of the correlation id. */
  request(request: { readonly method: string; readonly correlationId: string; readonly traceparent: string | string[] | undefined }): Span;
  /** A span around one reaction to one message, in the trace of the message's correlation id. */
  reaction(consumer: string, name: string, message: Message, work: () => Promise<void>): Promise<void>;
  /** For a broker whose messages have headers. */
  readonly messages: MessageTracing;
  close(): Promise<void>;
}

/**
 * Traces of this process. The trace id of a request without `traceparent` is its correlation id's, and so is that of every message and
 * reaction that comes of it: a trace goes from request over the log to reactions without anything being stored for it.
 */
export function tracingWith(spans: Spans): Tracing {
  return {
    request({ method, correlationId, traceparent }) {
      const parent = traceParentOf(traceparent);
      return spans.begin({
        name: method,
        kind: 'server',
        traceId: parent?.traceId ?? traceIdOf(correlationId),
        parent,
        attributes: { 'http.request.method': method, 'alongside.correlation_id': correlationId },
      });
    },

    async reaction(consumer, name, message, work) {
      const traceId = traceIdOf(message.correlationId);
      // What carried the message may have named the span that published it.
      const outer = currentTrace.getStore()?.parent;
      const span = spans.begin({
        name: `${consumer}/${name}`,
        kind: 'consumer',
        traceId,
        parent: outer?.traceId === traceId ? outer : undefined,
        attributes: {
          'messaging.operation.type': 'process',
          'messaging.message.id': message.id,
          'alongside.consumer': consumer,
          'alongside.reaction': name,
          'alongside.event': eventName(message),
          'alongside.correlation_id': message.correlationId,
        },
      });
      const parent = traceParentOf(span.traceparent);
      try {
        await currentTrace.run({ traceId, ...(parent && { parent }) }, work);
        span.end();
      } catch (error) {
        span.end({ fault: nameOf(error) });
        throw error;
      }
    },

    messages: {
      inject(headers, message) {
        const span = spans.begin({
          name: `publish ${topicOf(message.context)}`,
          kind: 'producer',
          traceId: traceIdOf(message.correlationId),
          attributes: {
            'messaging.operation.type': 'send',
            'messaging.destination.name': topicOf(message.context),
            'messaging.message.id': message.id,
            'alongside.event': eventName(message),
            'alongside.correlation_id': message.correlationId,
          },
        });
        if (span.traceparent !== undefined) headers['traceparent'] = span.traceparent;
        span.end();
      },
      around(headers, message, work) {
        const parent = traceParentOf(headers['traceparent']);
        return currentTrace.run({ traceId: parent?.traceId ?? traceIdOf(message.correlationId), ...(parent && { parent }) }, work);
      },
    },

    close: () => spans.close(),
  };
}

/** The kind of an error, never its message. */
const nameOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : error instanceof Error ? error.name : typeof error;
};

/** No spans; log lines tell the trace of their correlation id all the same. */
export const tracingOff: Tracing = tracingWith(spansOff);

/** Traces to where the configuration says; nothing of OpenTelemetry is loaded where it says nothing. */
export async function openTracing(target: TraceTarget | undefined, service: string): Promise<Tracing> {
  if (!target) return tracingOff;
  const { otlpSpans } = await import('./tracing-otlp.js');
  return tracingWith(otlpSpans(target, target.service ?? service));
}
