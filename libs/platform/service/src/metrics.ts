import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly commands: Counter<'context' | 'command' | 'outcome' | 'rule'>;
  readonly projectionLag: Gauge<'read_model'>;
  readonly parked: Gauge<'read_model'>;
  readonly messageLag: Gauge<'consumer' | 'topic'>;
  readonly deadLetters: Gauge<'consumer'>;
  readonly dependencyMissing: Gauge<'dependency'>;
  /** Everything as it is now, in the text format of the registry's content type. */
  text(): Promise<string>;
}

/** Ids and names of routes only; one registry for each app, so that tests can start several. */
export function openMetrics(refresh: (metrics: Metrics) => Promise<void>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'alongside_' });
  const registers = [registry];
  const metrics: Metrics = {
    registry,
    requests: new Histogram({
      name: 'alongside_http_request_seconds',
      help: 'Duration of requests by route pattern',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    commands: new Counter({ name: 'alongside_commands_total', help: 'Commands by outcome', labelNames: ['context', 'command', 'outcome', 'rule'], registers }),
    projectionLag: new Gauge({
      name: 'alongside_projection_lag_seconds',
      help: 'Age of the last event that a read model has seen while it is behind; 0 when it has seen all',
      labelNames: ['read_model'],
      registers,
    }),
    parked: new Gauge({ name: 'alongside_parked_sequences', help: 'Sequences that wait for a fix because an event of theirs could not be applied', labelNames: ['read_model'], registers }),
    messageLag: new Gauge({ name: 'alongside_message_lag', help: 'Messages that a consumer has not passed yet', labelNames: ['consumer', 'topic'], registers }),
    deadLetters: new Gauge({ name: 'alongside_dead_letters', help: 'Messages that a consumer could not handle', labelNames: ['consumer'], registers }),
    dependencyMissing: new Gauge({ name: 'alongside_dependency_missing', help: '1 for a server that does not answer; none where all do', labelNames: ['dependency'], registers }),
    async text() {
      await refresh(metrics);
      return registry.metrics();
    },
  };
  return metrics;
}
