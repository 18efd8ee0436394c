import 'reflect-metadata';
import { isUtf8 } from 'node:buffer';
import { createServer, type IncomingMessage, type Server as HttpServer, type RequestListener, type ServerResponse } from 'node:http';
import { Server, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { Catch, type ArgumentsHost, type DynamicModule, type ExceptionFilter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AsyncApiDocument } from './asyncapi.js';
import type { Configuration } from './configuration.js';
import { correlationOf, type HttpReply, type HttpRequest } from './exchange.js';
import { shown, type Logger } from './logs.js';
import type { Metrics } from './metrics.js';
import { HttpProblem, isFault, problemOf, unavailable } from './problems.js';
import { currentTrace, traceIdOf } from './trace-ids.js';
import { tracingOff, type Tracing } from './tracing.js';

/** Requests in flight, and whether new ones are still taken. */
export class Intake {
  #inFlight = 0;
  #open = true;
  #idle: (() => void) | undefined;

  constructor(private readonly server: HttpServer) {}

  get isOpen(): boolean {
    return this.#open;
  }

  /** Until the reply is closed: answered, or its client is gone. */
  begin(reply: ServerResponse): void {
    this.#inFlight += 1;
    reply.once('close', () => {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#idle?.();
    });
  }

  /**
   * Takes nothing new; resolves when what is in flight has been answered, or after `milliseconds`. Whoever sends a request in these
   * moments is answered that the service is stopping: only then is there nobody left to listen to.
   */
  async drain(milliseconds: number): Promise<void> {
    const { server } = this;
    this.#open = false;
    const over = pause(milliseconds, undefined, { ref: false });
    if ((await connections(server)) > 0) await pause(lastWords);
    await this.#noneToAccept();
    // The HTTP server's own close would also break connections whose request is still on its way.
    if (server.listening) Server.prototype.close.call(server);
    await Promise.race([this.#untilIdle(), over]);
    if ((await connections(server)) === 0) return;
    await pause(lastWords);
    await Promise.race([this.#untilIdle(), over]);
    // Who has not sent the rest of a request by now would keep the service from ending.
    server.closeAllConnections();
  }

  /** Whoever waits to be accepted when listening stops is turned away without a word. One is accepted each turn. */
  async #noneToAccept(): Promise<void> {
    let accepted = true;
    const accept = (): void => void (accepted = true);
    this.server.on('connection', accept);
    while (accepted) {
      accepted = false;
      await nextTurn();
    }
    this.server.off('connection', accept);
  }

  async #untilIdle(): Promise<void> {
    if (this.#inFlight > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }
}

/** How long requests that are already on their way are waited for when the service stops, in milliseconds. */
const lastWords = 60;

const connections = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));

/** Which methods a path takes, for 405 with Allow. Looked at only when no route matched. */
class KnownPaths {
  readonly #routes: { readonly pattern: RegExp; readonly method: string }[] = [];

  add(method: string | string[], url: string): void {
    if (url.includes('*')) return;
    const source = url
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('/');
    for (const each of [method].flat()) this.#routes.push({ pattern: new RegExp(`^${source}$`), method: each });
  }

  methodsAt(path: string): readonly string[] {
    return [...new Set(this.#routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].sort();
  }
}

const routeOf = (request: HttpRequest): string => request.routeOptions.url ?? '(unknown)';

/**
 * Drops what is still on its way before the answer: with it the connection may be closed, and whoever still sends into one that is closed finds it
 * broken and no answer. For no longer than the server lets a request take.
 */
function whenAllIsRead(request: IncomingMessage, answer: () => void): void {
  if (request.readableEnded) return answer();
  request.once('end', answer).once('close', answer).resume();
}

/** Every error of every request becomes a problem document; what is a fault of ours is logged, by its id. */
class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Logger,
    private readonly paths: KnownPaths,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const reply = http.getResponse<HttpReply>();
    const error = this.#withKnownMethods(thrown, request);
    const id = (request.correlationId ??= correlationOf(undefined));
    const answer = problemOf(error, id);
    if (isFault(answer, error)) this.log.error({ correlationId: id, traceId: request.span?.traceId ?? traceIdOf(id), method: request.method, route: routeOf(request), ...shown(error) }, 'fault');
    const send = (): void => {
      if (reply.sent) return;
      reply
        .code(answer.problem.status)
        .headers({ ...answer.headers, 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store' })
        .send(JSON.stringify(answer.problem));
    };
    if (answer.problem.status === 413) whenAllIsRead(request.raw, send);
    else send();
  }

  #withKnownMethods(error: unknown, request: HttpRequest): unknown {
    if (error instanceof HttpProblem || (error as { status?: unknown } | null)?.status !== 404) return error;
    const allow = this.paths.methodsAt(request.url.split('?', 1)[0] ?? '');
    return allow.length > 0 && !allow.includes(request.method) ? new HttpProblem(405, 'method-not-allowed', {}, { allow: allow.join(', ') }) : error;
  }
}
Catch()(ProblemFilter);

/** An answer to what is no readable HTTP at all: too long headers, broken framing. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const body = JSON.stringify(problemOf({ statusCode: status }, '').problem);
  socket.end(`HTTP/1.1 ${status} \r\nContent-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}

export interface HttpApp {
  readonly app: NestFastifyApplication;
  readonly intake: Intake;
  /** What answers requests, once the application is initialised. */
  listener(): Promise<RequestListener>;
}

/** What describes the system, where that is more than this process. */
export interface Documents {
  /** The OpenAPI document, made of this process's own, each time that it is asked for. */
  readonly openApi?: (own: OpenAPIObject) => Promise<OpenAPIObject>;
  readonly asyncApi?: () => AsyncApiDocument;
}

export interface HttpAppOptions {
  readonly configuration: Configuration;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly module: DynamicModule;
  /** Default: none. */
  readonly tracing?: Tracing;
  readonly documents?: Documents;
  /** One that listens already; default: one of its own, which nobody can reach. */
  readonly server?: HttpServer;
}

function adapterOf({ configuration, server }: HttpAppOptions, take: (listener: RequestListener) => void): FastifyAdapter {
  return new FastifyAdapter({
    serverFactory: (listener: RequestListener) => {
      take(listener);
      return server ?? createServer();
    },
    logger: false,
    bodyLimit: configuration.bodyLimit,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    requestIdHeader: false,
    // The proxy in front is trusted and nobody behind it: the address is the last that it wrote.
    trustProxy: configuration.trustProxy ? (_address: string, hop: number) => hop === 0 : false,
    routerOptions: { maxParamLength: 500, caseSensitive: true },
    clientErrorHandler: refuseConnection,
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      const { problem } = problemOf(error, correlationOf(undefined));
      void reply.code(problem.status).header('content-type', 'application/problem+json; charset=utf-8').send(JSON.stringify(problem));
    },
    // Nest's own middleware is not used: one hook chain less for every request.
    skipMiddie: true,
  });
}

function addHooks(fastify: FastifyInstance, { log, metrics, tracing = tracingOff }: HttpAppOptions, intake: Intake): void {
  // JSON is the one type that is taken: a form of an HTML page could be sent from anywhere without asking.
  fastify.removeContentTypeParser(['text/plain', 'application/json']);
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = body as Buffer;
    // As it came, for whoever passes it on.
    (request as HttpRequest).rawBody = bytes;
    let parsed: unknown;
    try {
      // Read leniently, a broken character would be written down as another one.
      if (!isUtf8(bytes)) throw new Error('not UTF-8');
      parsed = JSON.parse(bytes.toString());
    } catch {
      return done(new HttpProblem(400, 'malformed-json'));
    }
    done(null, parsed);
  });
  fastify.addHook('onRequest', (request: HttpRequest, reply, done) => {
    intake.begin(reply.raw);
    request.startedAt = performance.now();
    const { traceparent } = request.headers;
    request.correlationId = correlationOf(request.headers['x-correlation-id'], traceparent);
    const span = (request.span = tracing.request({ method: request.method, correlationId: request.correlationId, traceparent }));
    reply.raw.setHeader('x-correlation-id', request.correlationId);
    reply.raw.setHeader('x-content-type-options', 'nosniff');
    reply.raw.setHeader('referrer-policy', 'no-referrer');
    if (request.url.startsWith('/api/')) reply.raw.setHeader('cache-control', 'no-store');
    if (intake.isOpen) return currentTrace.run({ traceId: span.traceId }, done);
    reply.raw.setHeader('connection', 'close');
    done(unavailable('shutting-down', 5));
  });
  fastify.addHook('onResponse', (request: HttpRequest, reply, done) => {
    const milliseconds = performance.now() - (request.startedAt ?? 0);
    const route = routeOf(request);
    const status = reply.statusCode;
    metrics.requests.observe({ method: request.method, route, status }, milliseconds / 1000);
    request.span?.end({
      name: `${request.method} ${route}`,
      attributes: { 'http.route': route, 'http.response.status_code': status },
      ...(status >= 500 && { fault: String(status) }),
    });
    // Probes and scrapes come every few seconds for as long as the service runs.
    log[route.startsWith('/health/') || route === '/metrics' ? 'debug' : 'info']({
      method: request.method,
      route,
      status,
      ms: Math.round(milliseconds * 10) / 10,
      correlationId: request.correlationId,
      traceId: request.span?.traceId,
      ...(request.userId !== undefined && { userId: request.userId }),
    });
    done();
  });
}

function serveDocuments(app: NestFastifyApplication, { configuration, documents }: HttpAppOptions): void {
  const describe = (): OpenAPIObject => SwaggerModule.createDocument(app, descriptionOf(configuration));
  const openApi = documents?.openApi;
  // Made when somebody first asks, so that starting does not wait for it.
  SwaggerModule.setup('api/docs', app, describe, {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Alongside',
    ...(openApi && { patchDocumentOnRequest: (_request: unknown, _reply: unknown, own: OpenAPIObject) => openApi(own) }),
  });
}

function descriptionOf(configuration: Configuration): Omit<OpenAPIObject, 'paths'> {
  return new DocumentBuilder()
    .setTitle('Alongside')
    .setDescription('Peer support, from referral to evaluation. Errors are problem details (RFC 9457) with a stable `code`; a rule of the domain that refuses is named by `rule`.')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth()
    .addServer(configuration.publicUrl)
    .build();
}

/** Makes the HTTP side of a service of its modules, ready to listen. */
export async function createHttpApp(options: HttpAppOptions): Promise<HttpApp> {
  const { log, module } = options;
  let listener: RequestListener = () => undefined;
  const adapter = adapterOf(options, (each) => (listener = each));
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  const intake = new Intake(fastify.server);
  const paths = new KnownPaths();
  fastify.addHook('onRoute', ({ method, url }) => paths.add(method, url));
  addHooks(fastify, options, intake);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { bodyParser: false, logger: false, abortOnError: false });
  app.useGlobalFilters(new ProblemFilter(log, paths));
  serveDocuments(app, options);
  return {
    app,
    intake,
    listener: async () => {
      await fastify.ready();
      return listener;
    },
  };
}

