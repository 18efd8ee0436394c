import 'reflect-metadata';
import { Controller, Get, Inject, Post, Req, Res, type Type } from '@nestjs/common';
import { commandPipeline } from './command-pipeline.js';
import type { ContextDefinition } from './context-definition.js';
import { send, type Answer, type HttpReply, type HttpRequest } from './exchange.js';
import { describeCommand, describeQuery } from './openapi.js';
import { queryPipeline } from './query-pipeline.js';
import { commandsOf, queriesOf, type ServedRoute } from './routes.js';
import type { Services } from './services.js';

export const SERVICES = Symbol('services of the context');

type Pipeline = (request: HttpRequest) => Promise<Answer>;

/** A Nest controller with one method for each route of a context, decorated as by hand. */
export function controllerOf(context: ContextDefinition): Type<object> {
  const commands = commandsOf(context);
  const queries = queriesOf(context);

  class ContextController {
    readonly pipelines: ReadonlyMap<string, Pipeline>;

    constructor(services: Services) {
      this.pipelines = new Map([
        ...commands.map((each) => [each.operation, commandPipeline(each, services)] as const),
        ...queries.map((each) => [each.operation, queryPipeline(each, services)] as const),
      ]);
    }
  }

  const add = (route: ServedRoute, decorators: readonly MethodDecorator[]): void => {
    const method = async function (this: ContextController, request: HttpRequest, reply: HttpReply): Promise<void> {
      const pipeline = this.pipelines.get(route.operation) as Pipeline;
      send(reply, await pipeline(request));
    };
    const descriptor: PropertyDescriptor = { value: method, writable: true, configurable: true, enumerable: false };
    Object.defineProperty(ContextController.prototype, route.operation, descriptor);
    Req()(ContextController.prototype, route.operation, 0);
    Res()(ContextController.prototype, route.operation, 1);
    const verb = route.method === 'GET' ? Get(route.path) : Post(route.path);
    for (const decorate of [...decorators, verb]) decorate(ContextController.prototype, route.operation, descriptor);
  };
  for (const command of commands) add(command, describeCommand(context.name, command));
  for (const query of queries) add(query, describeQuery(context.name, query));

  Inject(SERVICES)(ContextController, undefined, 0);
  Controller()(ContextController);
  Object.defineProperty(ContextController, 'name', { value: `${context.name}Controller` });
  return ContextController;
}
