import type { DynamicModule } from '@nestjs/common';
import { reactionControllers, reactionRunner, type MessagingObserver, type RunReaction } from '@alongside/messaging';
import { SERVICES, controllerOf } from './context-controller.js';
import type { ContextDefinition, Reaction, Work } from './context-definition.js';
import { reactionsOf } from './runners.js';
import type { Services } from './services.js';
import { tracingOff, type Tracing } from './tracing.js';
import { occasionOfMessage } from './work.js';

const traced =
  (consumer: string, tracing: Tracing, run: RunReaction<Work>): RunReaction<Work> =>
  (reaction, message) =>
    tracing.reaction(consumer, reaction.name, message, () => run(reaction, message));

/** The Nest module of a context: its routes, and its reactions as event handlers. */
export function contextModule(context: ContextDefinition, services: Services, observer: MessagingObserver, tracing: Tracing = tracingOff): DynamicModule {
  class ContextModule {}
  Object.defineProperty(ContextModule, 'name', { value: `${context.name}Module` });
  const run = traced(context.name, tracing, reactionRunner<Work>({
    consumer: context.name,
    workFor: (message, reaction) => services.work(occasionOfMessage(context.name, reaction, message, services.now())),
    observer,
  }));
  return {
    module: ContextModule,
    controllers: [controllerOf(context), reactionControllers(context.name, reactionsOf(context), run)],
    providers: [{ provide: SERVICES, useValue: services }],
  };
}

/** Reactions of something that is no context: accounts, which follow what contexts say about people who sign in. */
export interface Follower {
  readonly consumer: string;
  readonly reactions: readonly Pick<Reaction, 'name' | 'to' | 'react'>[];
}

export function followerModule({ consumer, reactions }: Follower, observer: MessagingObserver, tracing: Tracing = tracingOff): DynamicModule {
  class FollowerModule {}
  Object.defineProperty(FollowerModule, 'name', { value: `${consumer}Module` });
  // Whatever it writes has an order of its own (the source's revision), so it needs no commandIds, and no streams to work on.
  const noWork = new Proxy({} as Work, {
    get: () => {
      throw new Error(`${consumer} works on no streams`);
    },
  });
  const run = traced(consumer, tracing, reactionRunner<Work>({ consumer, workFor: () => noWork, observer }));
  return { module: FollowerModule, controllers: [reactionControllers(consumer, reactions, run)] };
}
