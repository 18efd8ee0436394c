import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, RandomIdGenerator, type IdGenerator } from '@opentelemetry/sdk-trace-node';
import { traceParentText } from './trace-ids.js';
import type { Span, Spans, TraceTarget } from './tracing.js';

/** Gives the trace id that is asked for: a span without a parent begins the trace of its correlation id. */
class GivenTraceIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  next: string | undefined;

  generateTraceId(): string {
    const given = this.next;
    this.next = undefined;
    return given ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.#random.generateSpanId();
  }
}

const kinds = { server: SpanKind.SERVER, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER } as const;

/** How long sending what is left may take when the process stops, in milliseconds. */
const lastSending = 2_000;

function headersOf(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').map((pair) => pair.split('='));
  return Object.fromEntries(pairs.flatMap(([name, ...value]) => (name?.trim() ? [[name.trim(), decodeURIComponent(value.join('=').trim())]] : [])));
}

/**
 * Spans by OpenTelemetry, sent in batches as OTLP over HTTP. Nothing is registered globally, so that several systems may run in one
 * process. OTEL_TRACES_SAMPLER and OTEL_BSP_… hold as OpenTelemetry documents them; a ratio decides by trace id, alike in every service.
 */
export function otlpSpans({ endpoint, headers }: TraceTarget, service: string): Spans {
  const ids = new GivenTraceIds();
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, headers: headersOf(headers), timeoutMillis: 5_000 });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'alongside' }),
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('alongside');

  return {
    begin({ name, kind, traceId, parent, attributes }): Span {
      const context = parent
        ? trace.setSpanContext(ROOT_CONTEXT, { traceId: parent.traceId, spanId: parent.spanId, traceFlags: parent.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true })
        : ROOT_CONTEXT;
      ids.next = parent ? undefined : traceId;
      const span = tracer.startSpan(name, { kind: kinds[kind], attributes: { ...attributes } }, context);
      const own = span.spanContext();
      return {
        traceId: own.traceId,
        traceparent: traceParentText({ ...own, sampled: (own.traceFlags & TraceFlags.SAMPLED) !== 0 }),
        end({ name: better, attributes: more, fault } = {}) {
          if (better !== undefined) span.updateName(better);
          if (more) span.setAttributes({ ...more });
          if (fault !== undefined) {
            span.setAttribute('error.type', fault);
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end();
        },
      };
    },

    async close() {
      const given = new Promise((resolve) => setTimeout(resolve, lastSending).unref());
      await Promise.race([provider.shutdown().catch(() => undefined), given]);
    },
  };
}
