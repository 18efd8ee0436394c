import { Controller, UseFilters, type Type } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import type { Message } from '../integration-event.js';
import type { Reacting, RunReaction } from '../reaction-runner.js';
import { OriginalError } from './original-error.js';
import { patternsOf } from './patterns.js';

/**
 * A Nest controller with one `@EventPattern` method for each reaction. Each is a method of its own because Nest chains
 * several handlers of one pattern, so that one's failure would repeat all.
 */
export function reactionControllers<Work>(consumer: string, reactions: readonly Reacting<Work>[], runReaction: RunReaction<Work>): Type<object> {
  class Reactions {}
  for (const [pattern, reaction] of patternsOf(consumer, reactions)) {
    const descriptor: PropertyDescriptor = {
      value: (message: Message) => runReaction(reaction, message),
      configurable: true,
    };
    Object.defineProperty(Reactions.prototype, reaction.name, descriptor);
    EventPattern(pattern)(Reactions.prototype, reaction.name, descriptor);
  }
  Object.defineProperty(Reactions, 'name', { value: `${consumer.charAt(0).toUpperCase()}${consumer.slice(1)}Reactions` });
  UseFilters(new OriginalError())(Reactions);
  Controller()(Reactions);
  return Reactions;
}
