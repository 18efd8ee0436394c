import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Missing } from './dependencies.js';
import { notReady, notStarted } from './door.js';
import { send, type HttpReply } from './exchange.js';
import type { Metrics } from './metrics.js';

/** What must be there before requests make sense: a name and whether it is. */
export type ReadinessCheck = () => { readonly name: string; readonly ready: boolean };

export interface OperationsServices {
  readonly metrics: Metrics;
  /** Servers that are not there, and why. */
  readonly missing: () => readonly Missing[];
  /** What comes once with the start and goes once with the stop. */
  readonly checks: readonly ReadinessCheck[];
}
export const OPERATIONS = Symbol('operations services');

/** What operators look at: health, metrics. */
@ApiTags('operations')
@Controller()
export class OperationsController {
  constructor(@Inject(OPERATIONS) private readonly services: OperationsServices) {}

  @Get('/')
  @ApiExcludeEndpoint()
  home(@Res() reply: HttpReply): void {
    reply.redirect('/api/docs', 302);
  }

  @Get('/health/live')
  @ApiOperation({ operationId: 'readLiveness', summary: 'Whether the process answers', description: 'For anybody.' })
  @ApiResponse({ status: 200, description: 'It does' })
  live(@Res() reply: HttpReply): void {
    send(reply, { status: 200, body: { status: 'live' } });
  }

  /** Once started it stays so: whoever needs what has gone answers 503 for itself, and the rest goes on. */
  @Get('/health/started')
  @ApiOperation({ operationId: 'readStart', summary: 'Whether requests are taken: what routes them asks this', description: 'For anybody. Stays so while a server is away: each request says for itself whether it needs that one.' })
  @ApiResponse({ status: 200, description: 'Started' })
  @ApiResponse({ status: 503, description: 'Starts for the first time, or stops; `missing` names what it waits for' })
  started(@Res() reply: HttpReply): void {
    const others = this.#others();
    send(reply, others.length === 0 ? { status: 200, body: { status: 'started' } } : { status: 503, body: notStarted(this.services.missing(), others), headers: { 'retry-after': '1' } });
  }

  @Get('/health/ready')
  @ApiOperation({ operationId: 'readReadiness', summary: 'Whether everything is there', description: 'For anybody.' })
  @ApiResponse({ status: 200, description: 'Ready' })
  @ApiResponse({ status: 503, description: 'Not ready; `missing` names what is not there, `why` says of each server what is wrong' })
  ready(@Res() reply: HttpReply): void {
    const missing = this.services.missing();
    const others = this.#others();
    const isReady = missing.length === 0 && others.length === 0;
    send(reply, isReady ? { status: 200, body: { status: 'ready' } } : { status: 503, body: notReady(missing, others), headers: { 'retry-after': '1' } });
  }

  #others(): readonly string[] {
    return this.services.checks
      .map((check) => check())
      .filter(({ ready }) => !ready)
      .map(({ name }) => name);
  }

  @Get('/metrics')
  @ApiOperation({ operationId: 'readMetrics', summary: 'Metrics in the Prometheus text format', description: 'For anybody.' })
  @ApiResponse({ status: 200, description: 'Counts and durations; no personal data' })
  async metrics(@Res() reply: HttpReply): Promise<void> {
    const { metrics } = this.services;
    reply.header('content-type', metrics.registry.contentType).send(await metrics.text());
  }
}
