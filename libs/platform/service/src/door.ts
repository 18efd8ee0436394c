import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Configuration } from './configuration.js';
import type { Missing } from './dependencies.js';
import { correlationOf } from './exchange.js';
import { problemOf, unavailable } from './problems.js';

/** It cannot listen there: one line that says why. */
export class ListenError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ListenError';
  }
}

/**
 * Listens from the first moment on: until there is an application behind it, it answers that the process lives, that it has not
 * started, is not ready and why, and to everything else that it is starting. One server for all of its life, so no connection is ever refused in between.
 */
export class Door {
  readonly server: Server;
  #behind: RequestListener;

  /** `missing` is asked for each time. */
  constructor(missing: () => readonly Missing[]) {
    this.#behind = waitingRoom(missing);
    this.server = createServer((request, reply) => this.#behind(request, reply));
    this.server.keepAliveTimeout = 65_000;
    this.server.requestTimeout = 30_000;
  }

  /** Answers where it listens, `http://<host>:<port>`. Throws `ListenError`. */
  async listen({ port, host }: Pick<Configuration, 'port' | 'host'>): Promise<string> {
    const { server } = this;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port, host }, () => {
          server.off('error', reject);
          resolve();
        });
      });
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (code === 'EADDRINUSE') throw new ListenError(`port ${port} of ${host} is in use: stop what listens there, or set ALONGSIDE_PORT to another one`);
      if (code === 'EACCES') throw new ListenError(`port ${port} of ${host} may not be listened on: set ALONGSIDE_PORT to another one`);
      if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') throw new ListenError(`ALONGSIDE_HOST ${host} is no address of this machine`);
      throw error;
    }
    return urlOf(server);
  }

  /** From now on the application answers. */
  openTo(application: RequestListener): void {
    this.#behind = application;
  }

  /** For one that never opened; what an application has drained is closed already. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise((resolve) => this.server.close(resolve));
    await nextTurn();
    this.server.closeAllConnections();
    await closed;
  }
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[address.address] ?? (address.family === 'IPv6' ? `[${address.address}]` : address.address);
  return `http://${host}:${address.port}`;
}

const waitingRoom =
  (missing: () => readonly Missing[]): RequestListener =>
  (request: IncomingMessage, reply: ServerResponse) => {
    // What was sent is let pass: an answer before its end could be lost with the connection.
    request.resume();
    const path = request.url?.split('?', 1)[0];
    if (request.method === 'GET' && path === '/health/live') return answer(reply, 200, { status: 'live' }, {});
    const health = request.method === 'GET' ? waiting.get(path) : undefined;
    if (health) return answer(reply, 503, health(missing()), { 'retry-after': '1' });
    const { problem, headers } = problemOf(unavailable('starting', 2), correlationOf(undefined));
    answer(reply, problem.status, problem, { ...headers, 'content-type': 'application/problem+json; charset=utf-8' });
  };

type WhatIsMissing = (missing: readonly Missing[], others?: readonly string[]) => { readonly status: string; readonly missing: readonly string[]; readonly why?: readonly Missing[] };

const saying =
  (status: string): WhatIsMissing =>
  (missing, others = missing.length === 0 ? ['start'] : []) => ({ status, missing: [...missing.map(({ name }) => name), ...others], ...(missing.length > 0 && { why: missing }) });

/** What readiness answers while something is missing. */
export const notReady = saying('not-ready');
/** What is answered until requests are taken. */
export const notStarted = saying('not-started');

/** What health checks are answered before there is an application, but the one that asks for the process alone. */
const waiting: ReadonlyMap<string | undefined, WhatIsMissing> = new Map([
  ['/health/ready', notReady],
  ['/health/started', notStarted],
]);

function answer(reply: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>>): void {
  reply.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers });
  reply.end(JSON.stringify(body));
}
