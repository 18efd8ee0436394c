import type { IntegrationEvent, Message } from '../integration-event.js';

/** A handler's pattern: `<consumer>/<context>.<Event>`, with `/<reaction>` where a consumer has several reactions to one event. */
export interface Pattern {
  readonly consumer: string;
  readonly context: string;
  /** `<context>.<Event>` */
  readonly event: string;
}

export const eventName = (event: IntegrationEvent | Message): string => `${event.context}.${event.name}`;

/** One pattern for each reaction, so that one's failure repeats only itself. */
export function patternsOf<Reaction extends { readonly name: string; readonly to: IntegrationEvent }>(
  consumer: string,
  reactions: readonly Reaction[],
): ReadonlyMap<string, Reaction> {
  const byEvent = Map.groupBy(reactions, (each) => eventName(each.to));
  const patterns = new Map<string, Reaction>();
  for (const [event, several] of byEvent) {
    for (const each of several) {
      const pattern = several.length === 1 ? `${consumer}/${event}` : `${consumer}/${event}/${each.name}`;
      if (patterns.has(pattern)) throw new Error(`${consumer} has two reactions to ${event} named ${each.name}`);
      patterns.set(pattern, each);
    }
  }
  return patterns;
}

/** Throws for what is no pattern of ours. */
export function patternOf(text: string): Pattern {
  const [, consumer, context, name] = /^([^/]+)\/([^/.]+)\.([^/.]+)(?:\/[^/]+)?$/.exec(text) ?? [];
  if (consumer === undefined || context === undefined || name === undefined) {
    throw new Error(`not a pattern of <consumer>/<context>.<Event>: ${text}`);
  }
  return { consumer, context, event: `${context}.${name}` };
}
