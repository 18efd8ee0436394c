import type { IntegrationEvent, Message } from './integration-event.js';
import type { MessagingObserver } from './observer.js';
import { refusalIsOutcome } from './outcome.js';

/** What a context does when another one's integration event arrives. */
export interface Reacting<Work> {
  /** Unique in the context. */
  readonly name: string;
  readonly to: IntegrationEvent;
  readonly react: (message: Message, work: Work) => Promise<void>;
}

export type RunReaction<Work> = (reaction: Reacting<Work>, message: Message) => Promise<void>;

export interface ReactionRunnerOptions<Work> {
  /** The consuming context. */
  readonly consumer: string;
  /** Commands done with it derive their ids from the message's source event and the reaction, so that a repeat does nothing. */
  readonly workFor: (message: Message, reaction: string) => Work;
  readonly observer: MessagingObserver;
}

/** Runs one reaction to one message. A refusal is told to the observer and is an outcome; what it throws is a fault. */
export function reactionRunner<Work>({ consumer, workFor, observer }: ReactionRunnerOptions<Work>): RunReaction<Work> {
  return (reaction, message) =>
    refusalIsOutcome(observer, { consumer, step: reaction.name, key: message.key, id: message.id, correlationId: message.correlationId }, () =>
      reaction.react(message, workFor(message, reaction.name)),
    );
}
