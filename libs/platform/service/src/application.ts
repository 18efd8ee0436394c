import { setTimeout as pause } from 'node:timers/promises';
import type { DynamicModule } from '@nestjs/common';
import type { Clock } from '@alongside/event-sourcing';
import { isPassing } from '@alongside/event-store';
import { BrokerServer, type MessagingObserver, type Observed, type Scheduler } from '@alongside/messaging';
import type { DestinationStream } from 'pino';
import { asyncApiOf } from './asyncapi.js';
import { ASYNC_API, AsyncApiController } from './asyncapi.controller.js';
import type { Configuration } from './configuration.js';
import type { ContextDefinition } from './context-definition.js';
import { contextModule, followerModule, type Follower } from './context-module.js';
import { servicesOf } from './context-services.js';
import { ownsDataFolder } from './adapters.js';
import { lockDataFolder } from './data-folder.js';
import type { Dependencies, Missing } from './dependencies.js';
import { Door } from './door.js';
import { createHttpApp, type Documents } from './http-app.js';
import { openLog, shown, type Logger } from './logs.js';
import { openMetrics, type Metrics } from './metrics.js';
import { OidcController } from './oidc.controller.js';
import { openidConnect } from './oidc.js';
import { OPERATIONS, OperationsController, type OperationsServices } from './operations.controller.js';
import { openPlatform, type Platform } from './platform.js';
import { rateLimiter } from './rate-limit.js';
import { checkContexts } from './routes.js';
import { runContexts } from './runners.js';
import type { Services } from './services.js';
import { SESSION, SessionController, type SessionServices } from './session.controller.js';
import { traceIdOf } from './trace-ids.js';
import { openTracing } from './tracing.js';

export interface ApplicationOptions {
  readonly configuration: Configuration;
  /** Those that this process hosts; the gateway hosts none. */
  readonly contexts: readonly ContextDefinition[];
  /** Whether people sign in and out here; default: yes. Of several services only the gateway takes sign-ins. */
  readonly sessions?: boolean;
  /** Modules of the application's own beside those of the contexts. */
  readonly modules?: (platform: Platform, parts: { readonly log: Logger; readonly metrics: Metrics }) => readonly DynamicModule[];
  /** What `/api/openapi.json` and `/api/asyncapi.json` show where it is more than this process; default: what it hosts. */
  readonly documents?: (platform: Platform) => Documents;
  /** Interrupts a start that waits for servers; what was begun is undone, and its reason thrown. */
  readonly signal?: AbortSignal;
  /** What follows messages without being a context: the accounts. */
  readonly followers?: (platform: Platform) => readonly Follower[];
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
  readonly logDestination?: DestinationStream;
  /** Told of everything that the loops do, besides logs and metrics. */
  readonly observer?: MessagingObserver;
  /**
   * Works on a data folder on which a server may be running: takes neither its lock nor a port. Loops that the server runs
   * are left to it, the others run here; beside services that share their stores all of them are left to those. Requests are made with `request`.
   */
  readonly beside?: true;
  /**
   * Played in through `request` before the system counts as ready; timers wait for it, so that none of them acts half-way. When
   * it throws, `ready` does. The signal aborts when the application stops.
   */
  readonly prelude?: (application: Application, signal: AbortSignal) => Promise<void>;
}

export interface OwnRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Network address that it counts for; default: this machine's own. */
  readonly from?: string;
}

export interface Application {
  readonly platform: Platform;
  readonly services: ReadonlyMap<string, Services>;
  readonly log: Logger;
  /** Where it listens, `http://<host>:<port>`; empty beside a server. */
  readonly url: string;
  /** A request as if it came over HTTP, within the process: through the same routes, checks and rules. The body is text. */
  request(request: OwnRequest): Promise<{ readonly status: number; readonly body: string }>;
  /** Resolves when the read models have caught up and everything is there. */
  ready(): Promise<void>;
  /** Takes nothing new, answers what is in flight, puts down the loops, closes the stores. May be called twice. */
  stop(): Promise<void>;
}

/** How long requests in flight may take to be answered when the service stops, in milliseconds. */
const drainFor = 7_000;

/** Milliseconds that metrics wait for a server: whoever collects them waits ten seconds at most. */
const longestQuestion = 3_000;

class ApplicationModule {}

/** What this process is called in traces. */
const nameOf = ([first, ...others]: readonly ContextDefinition[]): string => (first === undefined ? 'alongside-gateway' : others.length === 0 ? `alongside-${first.name}` : 'alongside');

const traced = (work: Observed): Observed & { readonly traceId?: string } => (work.correlationId === undefined ? work : { ...work, traceId: traceIdOf(work.correlationId) });

function observerOf(log: Logger, also: MessagingObserver): MessagingObserver {
  return {
    ...also,
    refused: (work, rule) => {
      log.info({ ...traced(work), rule }, 'refused');
      also.refused?.(work, rule);
    },
    failed: (work, failure, attempt) => {
      log.warn({ ...traced(work), ...failure, attempt }, 'failed');
      also.failed?.(work, failure, attempt);
    },
    parked: (work, failure) => {
      log.error({ ...traced(work), ...failure }, 'parked');
      also.parked?.(work, failure);
    },
    faulted: (loop, failure) => {
      log.error({ loop, ...failure }, 'loop faulted');
      also.faulted?.(loop, failure);
    },
  };
}

/** Everything that puts dead letters aside here. */
const consumersOf = (contexts: readonly ContextDefinition[], followers: readonly Follower[]): ReadonlySet<string> =>
  new Set([...contexts.flatMap(({ name }) => [name, `relay:${name}`, `process:${name}`, `timers:${name}`]), ...followers.map(({ consumer }) => consumer)]);

async function refreshMetrics(metrics: Metrics, platform: Platform, consumers: ReadonlySet<string>): Promise<void> {
  for (const { readModel, lag, parked } of platform.projections.status()) {
    // Another process does the work, and tells of it.
    if (lag === undefined) {
      metrics.projectionLag.remove({ read_model: readModel });
      metrics.parked.remove({ read_model: readModel });
      continue;
    }
    metrics.projectionLag.set({ read_model: readModel }, lag / 1000);
    metrics.parked.set({ read_model: readModel }, parked);
  }
  metrics.dependencyMissing.reset();
  for (const { name } of platform.dependencies.missing) metrics.dependencyMissing.set({ dependency: name }, 1);
  const [lag, letters] = await Promise.all([told(platform.broker.lag()), told(platform.loops.deadLetters.counts())]);
  metrics.messageLag.reset();
  for (const { consumer, topic, messages } of lag) metrics.messageLag.set({ consumer, topic }, messages);
  metrics.deadLetters.reset();
  // Those of other services are theirs to tell.
  for (const { consumer, failed, waiting } of letters) if (consumers.has(consumer)) metrics.deadLetters.set({ consumer }, failed + waiting);
}

/** What a server tells in time; nothing where it is away: what is known without it is shown all the same. */
async function told<T>(asking: Promise<readonly T[]>): Promise<readonly T[]> {
  const over = new AbortController();
  try {
    return await Promise.race([asking, pause(longestQuestion, [], { signal: over.signal, ref: false })]);
  } catch (error) {
    if (!isPassing(error)) throw error;
    return [];
  } finally {
    over.abort();
    asking.catch(() => undefined);
  }
}

/**
 * Starts everything in this process: stores, HTTP, messages, projections. It listens at once, and answers that it is not ready until the
 * servers that it stands on are there. What was begun is undone when it cannot be finished.
 */
export async function startApplication(options: ApplicationOptions): Promise<Application> {
  const { beside = false, contexts } = options;
  checkContexts(contexts);
  const configuration: { -readonly [Key in keyof Configuration]: Configuration[Key] } = { ...options.configuration };
  const undo: (() => Promise<void> | void)[] = [];
  const { log, flush } = openLog(configuration.logLevel, options.logDestination);
  const stopEverything = async (): Promise<void> => {
    for (const each of undo.splice(0).reverse()) await each();
  };

  try {
    const alone = !beside && ownsDataFolder(configuration);
    if (alone) {
      const lock = lockDataFolder(configuration.dataFolder);
      undo.push(() => lock.release());
    } else if (!beside && configuration.eventStore.kind === 'sqlite') {
      log.warn({ variable: 'ALONGSIDE_EVENT_STORE' }, 'the log is a file that several processes share: that goes on one machine only');
    }
    let missing = (): readonly Missing[] => [];
    const door = beside ? undefined : new Door(() => missing());
    const url = (await door?.listen(configuration)) ?? '';
    undo.push(() => door?.close());
    // Unless people reach it elsewhere, by the address that was found for it.
    if (door && new URL(configuration.publicUrl).port === '0') configuration.publicUrl = url;

    const stopping = new AbortController();
    const observer = observerOf(log, options.observer ?? {});
    const whenThere = async (dependencies: Dependencies): Promise<void> => {
      missing = () => dependencies.missing;
      void dependencies.watch(log, stopping.signal);
      await dependencies.allThere(options.signal ?? stopping.signal);
    };
    const tracing = await openTracing(configuration.traces, nameOf(contexts));
    undo.push(() => tracing.close());
    const platform = await openPlatform(configuration, contexts, {
      tracing: tracing.messages,
      ...(options.clock && { clock: options.clock }),
      ...(options.scheduler && { scheduler: options.scheduler }),
      observer,
      alone,
      onParked: (readModel, documentId, code) => log.error({ readModel, documentId, code }, 'projection parked'),
      onFault: (code) => log.error({ code }, 'projection fault'),
      ...(!beside && { whenThere }),
    });
    undo.push(() => platform.close());
    const followers = options.followers?.(platform) ?? [];
    const consumers = consumersOf(contexts, followers);
    const metrics = openMetrics((each) => refreshMetrics(each, platform, consumers));
    undo.push(() => metrics.registry.clear());

    const publicRequests = rateLimiter(configuration.publicLimit);
    const services = new Map(contexts.map((context) => [context.name, servicesOf(context, platform, metrics, publicRequests)]));
    let isReady = false;
    let isIntakeOpen = (): boolean => true;
    const operations: OperationsServices = {
      metrics,
      missing: () => missing(),
      checks: [() => ({ name: 'requests', ready: isIntakeOpen() }), () => ({ name: 'read-models', ready: isReady })],
    };
    const { oidc } = configuration;
    const session: SessionServices = {
      access: platform.access,
      signIns: rateLimiter(configuration.signInLimit),
      publicRequests,
      ...(oidc && {
        oidc: openidConnect({
          provider: oidc,
          publicUrl: () => configuration.publicUrl,
          secret: await platform.personal.keys.secret('sign-in'),
          onFault: (code) => log.warn({ variable: 'ALONGSIDE_OIDC_ISSUER', code }, 'the sign-in provider cannot be asked'),
        }),
      }),
    };
    const documents = options.documents?.(platform) ?? {};
    const module: DynamicModule = {
      module: ApplicationModule,
      imports: [
        ...contexts.map((context) => contextModule(context, services.get(context.name) as Services, observer, tracing)),
        ...followers.map((follower) => followerModule(follower, observer, tracing)),
        ...(options.modules?.(platform, { log, metrics }) ?? []),
      ],
      controllers: [...((options.sessions ?? true) ? [SessionController, OidcController] : []), OperationsController, AsyncApiController],
      providers: [
        { provide: SESSION, useValue: session },
        { provide: OPERATIONS, useValue: operations },
        { provide: ASYNC_API, useValue: documents.asyncApi ?? (() => asyncApiOf(contexts, followers)) },
      ],
    };
    const http = await createHttpApp({ configuration, log, metrics, module, tracing, documents, ...(door && { server: door.server }) });
    const { app, intake } = http;
    isIntakeOpen = () => intake.isOpen;
    undo.push(() => app.close());
    app.connectMicroservice({ strategy: new BrokerServer({ broker: platform.broker }) }, { inheritAppConfig: false });

    const { promise: preludeOver, resolve: endPrelude } = Promise.withResolvers<void>();
    stopping.signal.addEventListener('abort', () => endPrelude());
    const runsLoops = !beside || ownsDataFolder(configuration);
    const running = runsLoops && runContexts(platform, services, observer, stopping.signal, preludeOver).catch((error: unknown) => log.error(shown(error), 'a loop ended'));
    undo.push(async () => {
      stopping.abort();
      await running;
    });
    await app.init();
    door?.openTo(await http.listener());
    if (runsLoops) await app.startAllMicroservices();
    undo.push(() => intake.drain(drainFor));

    let stopped: Promise<void> | undefined;
    const application: Application = {
      platform,
      services,
      log,
      url,
      request: async ({ method, path, headers, body, from }) => {
        const answer = await app.inject({
          method,
          url: path,
          ...(headers && { headers: { ...headers } }),
          ...(body !== undefined && { payload: body as object }),
          ...(from !== undefined && { remoteAddress: from }),
        });
        return { status: answer.statusCode, body: answer.payload };
      },
      ready: () => ready,
      stop: () => {
        interrupting.abort();
        return (stopped ??= stopEverything().finally(flush));
      },
    };
    const interrupting = new AbortController();
    const ready = platform.projections.ready(stopping.signal).then(async () => {
      await options.prelude?.(application, interrupting.signal);
      endPrelude();
      isReady = true;
    });
    ready.catch(() => undefined);
    return application;
  } catch (error) {
    await stopEverything();
    flush();
    throw error;
  }
}
