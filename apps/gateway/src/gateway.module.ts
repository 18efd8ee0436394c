import 'reflect-metadata';
import { Controller, Get, Inject, Post, Req, Res, type DynamicModule, type OnModuleDestroy, type OnModuleInit, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FrontConfiguration, HttpReply, HttpRequest, Logger, Metrics, Platform } from '@alongside/service';
import type { FastifyInstance } from 'fastify';
import { Counter } from 'prom-client';
import { forwarder, type Forwarder } from './forwarding.js';
import { requestLimits } from './limits.js';
import type { RoutedService } from './routing.js';

const FORWARDER = Symbol('forwarder');
const LIMITS = Symbol('limits of requests');

/**
 * A controller with one method for each route of a service. So the gateway knows every route by its pattern, as the service does: for
 * logs, metrics and traces, and to answer what belongs to nobody by itself.
 */
function controllerOf(service: RoutedService): Type<object> {
  class ForwardingController {
    constructor(readonly forwarder: Forwarder) {}
  }
  for (const route of service.routes) {
    const method = function (this: ForwardingController, request: HttpRequest, reply: HttpReply): Promise<void> {
      return this.forwarder.forward(service, request, reply);
    };
    const descriptor: PropertyDescriptor = { value: method, writable: true, configurable: true, enumerable: false };
    Object.defineProperty(ForwardingController.prototype, route.operation, descriptor);
    Req()(ForwardingController.prototype, route.operation, 0);
    Res()(ForwardingController.prototype, route.operation, 1);
    (route.method === 'GET' ? Get(route.path) : Post(route.path))(ForwardingController.prototype, route.operation, descriptor);
  }
  Inject(FORWARDER)(ForwardingController, undefined, 0);
  ApiExcludeController()(ForwardingController);
  Controller()(ForwardingController);
  Object.defineProperty(ForwardingController, 'name', { value: `${service.name}Forwarding` });
  return ForwardingController;
}

class GatewayModule implements OnModuleInit, OnModuleDestroy {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly forwarder: Forwarder,
    private readonly limits: (request: HttpRequest) => Promise<void>,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request) => this.limits(request));
  }

  onModuleDestroy(): void {
    this.forwarder.close();
  }
}
Inject(HttpAdapterHost)(GatewayModule, undefined, 0);
Inject(FORWARDER)(GatewayModule, undefined, 1);
Inject(LIMITS)(GatewayModule, undefined, 2);

export interface GatewayParts {
  readonly configuration: FrontConfiguration;
  readonly services: readonly RoutedService[];
  readonly access: Platform['access'];
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The routes of all services, forwarded, and the limits of everything that comes. */
export function gatewayModule({ configuration, services, access, log, metrics }: GatewayParts): DynamicModule {
  const failures = new Counter({
    name: 'alongside_gateway_failures_total',
    help: 'Requests that a service gave no answer to',
    labelNames: ['service', 'what'],
    registers: [metrics.registry],
  });
  const forwarding = forwarder({
    timeout: configuration.serviceTimeout,
    onFailure: ({ service, what, code }) => {
      failures.inc({ service, what });
      log.warn({ service, what, code }, 'no answer of a service');
    },
  });
  return {
    module: GatewayModule,
    controllers: services.map(controllerOf),
    providers: [
      { provide: FORWARDER, useValue: forwarding },
      { provide: LIMITS, useValue: requestLimits(configuration, access.tokens) },
    ],
  };
}
