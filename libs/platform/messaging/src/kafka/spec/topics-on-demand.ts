import type { MessageBroker } from '../../message-broker.js';
import { openClient, type ClientOptions } from '../kafka-client.js';
import { setUpTopics } from '../topics.js';

/** A broker whose topics are made when they are first spoken of: specs make up contexts as they go. */
export function withTopics(broker: MessageBroker, options: ClientOptions & { readonly partitions: number }): MessageBroker {
  const made = new Map<string, Promise<unknown>>();
  const make = (contexts: readonly string[]): Promise<unknown> =>
    Promise.all(
      [...new Set(contexts)].map((context) => {
        const known = made.get(context) ?? setUpTopics({ ...options, contexts: [context] });
        made.set(context, known);
        return known;
      }),
    );
  return {
    publish: async (messages, published) => {
      await make(messages.map((each) => each.context));
      await broker.publish(messages, published);
    },
    consume: async (consumption) => {
      await make(consumption.topics.map((topic) => topic.replace(/^alongside\.(.+)\.v1$/, '$1')));
      await broker.consume(consumption);
    },
    lag: () => broker.lag(),
    close: () => broker.close(),
  };
}

export async function removeTopics(options: ClientOptions): Promise<void> {
  const client = openClient(options);
  const admin = client.kafka.admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(options.prefix ?? ' '));
  if (topics.length > 0) await admin.deleteTopics({ topics });
  await admin.disconnect();
  client.cut();
}
