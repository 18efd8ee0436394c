import type { LeftOut } from '@alongside/messaging';
import type { Follower } from './context-module.js';
import type { Platform } from './platform.js';
import { reactionsOf, relayOf } from './runners.js';

export interface RepublishingOptions {
  readonly consumer: string;
  /** Whose messages; default: of every context that the consumer listens to. */
  readonly context?: string;
  /** Position of the log behind which it begins; default: its beginning. */
  readonly after?: string;
  readonly followers?: readonly Follower[];
  readonly signal: AbortSignal;
  /** Told how many messages of a context have been published. */
  readonly onProgress?: (context: string, messages: number) => void;
}

export interface RepublishedContext {
  readonly context: string;
  readonly messages: number;
  readonly leftOut: readonly LeftOut[];
}

/** What was named is not there, or has nothing to do with the other. One line that names those that exist. */
export class UnknownListener extends Error {}

/** Every consumer of messages, with the contexts that it listens to. */
export function listenersOf({ contexts }: Pick<Platform, 'contexts'>, followers: readonly Follower[] = []): ReadonlyMap<string, readonly string[]> {
  const listening = [...contexts.map((context) => ({ consumer: context.name, reactions: reactionsOf(context) })), ...followers];
  return new Map(listening.filter(({ reactions }) => reactions.length > 0).map(({ consumer, reactions }) => [consumer, [...new Set(reactions.map(({ to }) => to.context))].sort()]));
}

/**
 * Publishes again from the log, for one consumer: for one that was away for longer than messages are kept, or that is new. Whatever it has done already
 * it recognises, and the others take no notice. Works beside running services. Throws `UnknownListener`; a `RangeError` where `after` is no position.
 */
export async function republish(platform: Platform, { consumer, context, after, followers = [], signal, onProgress }: RepublishingOptions): Promise<readonly RepublishedContext[]> {
  const listeners = listenersOf(platform, followers);
  const heard = listeners.get(consumer);
  if (!heard) throw new UnknownListener(`there is no consumer of that name; there are: ${[...listeners.keys()].sort().join(', ')}`);
  if (context !== undefined && !heard.includes(context)) throw new UnknownListener(`${consumer} does not listen to a context of that name; it listens to: ${heard.join(', ')}`);
  if (after !== undefined && !platform.store.isPosition(after)) throw new RangeError('this is no position of the event store');
  const republished: RepublishedContext[] = [];
  for (const each of platform.contexts.filter(({ name }) => (context === undefined ? heard.includes(name) : name === context))) {
    if (signal.aborted) break;
    const told = await relayOf(platform, each).republish(consumer, { ...(after !== undefined && { after }), signal, onProgress: (messages) => onProgress?.(each.name, messages) });
    republished.push({ context: each.name, ...told });
  }
  return republished;
}
