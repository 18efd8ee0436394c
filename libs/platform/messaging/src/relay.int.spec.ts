import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { eventually, HastyTime, settled, testNow } from '@alongside/testing';
import type { EventStore } from '@alongside/event-store';
import type { Message } from './integration-event.js';
import { topicOf, type MessageBroker } from './message-broker.js';
import { InvalidMessage, messageOf } from './message-of.js';
import { Relay, type RelayOptions } from './relay.js';
import { harbour, lantern, lanternLit, type Harbour } from './spec/example.js';

let at: Harbour;
let stopping: AbortController;
let received: Message[];
let running: Promise<void>[];

beforeEach(() => {
  at = harbour();
  stopping = new AbortController();
  received = [];
  running = [];
});
afterEach(async () => {
  stopping.abort();
  await Promise.all(running);
  await at.close();
});

const relayAt = (where: Harbour, options: Partial<RelayOptions> = {}): Relay =>
  new Relay({
    ...where.loops,
    context: 'lanterns',
    broker: where.broker,
    publications: [lanternLit],
    stateAt: async (aggregate, stream) => (await where.streams.load(aggregate, stream.slice('lantern-'.length)))?.state,
    backOff: [1, 1],
    ...options,
  });

function listen(broker: MessageBroker, consumer = 'keeper'): void {
  const handle = async (_handler: string, message: Message): Promise<void> => void received.push(message);
  running.push(broker.consume({ consumer, topics: [topicOf('lanterns')], handlersOf: () => ['listen'], handle, signal: stopping.signal }));
}
const relaying = (relay: Relay): void => void running.push(relay.run(stopping.signal));
const heard = (count: number): Promise<void> => eventually(`${count} messages`, () => received.length === count);

describe('a relay', () => {
  it('makes messages of what its context publishes, with the state of that moment', async () => {
    await at.light('journey-1', 3, 'supporter-9');
    relaying(relayAt(at));
    listen(at.broker);
    await heard(1);
    const [event] = await at.store.readStream('lantern-journey-1');
    expect(received).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5/),
        context: 'lanterns',
        name: 'LanternLit',
        version: 1,
        key: 'journey-1',
        organisationId: 'organisation-1',
        siteId: 'site-1',
        journeyId: 'journey-1',
        occurredAt: event?.metadata.occurredAt,
        recordedAt: event?.metadata.recordedAt,
        correlationId: event?.metadata.correlationId,
        source: { stream: 'lantern-journey-1', revision: 0, eventId: event?.metadata.eventId },
        data: { hours: 3, times: 1, supporterId: 'supporter-9' },
      },
    ]);
  });

  it('keys by journey, else by supporter, else by organisation', async () => {
    relaying(relayAt(at));
    listen(at.broker);
    await at.light('journey-1', 1, 'supporter-9');
    await at.light('pier', 1, 'supporter-9');
    await at.light('pier');
    await heard(3);
    expect(received.map((each) => each.key).sort()).toEqual(['journey-1', 'organisation-1', 'supporter-9']);
  });

  it('goes on where it was after a restart', async () => {
    const first = new AbortController();
    const run = relayAt(at).run(first.signal);
    listen(at.broker);
    await at.light('journey-1');
    await heard(1);
    first.abort();
    await run;
    const position = await at.broker.progress.checkpoint('relay:lanterns');
    expect(position).toBe(await at.store.lastPosition());

    const seen: string[] = [];
    const events: Pick<EventStore, 'subscribeToAll' | 'readAll' | 'readStream'> = {
      readStream: (stream, from) => at.store.readStream(stream, from),
      readAll: (options) => at.store.readAll(options),
      subscribeToAll: (options) => {
        seen.push(options.after ?? 'the beginning');
        return at.store.subscribeToAll(options);
      },
    };
    await at.light('journey-1', 2);
    relaying(relayAt(at, { events }));
    await heard(2);
    expect(seen).toEqual([position]);
  });

  it('puts an event that cannot be read aside with its stream, and tells of it when it was put right', async () => {
    await at.light('journey-1', 2);
    await at.light('journey-2', 3);
    const rewrite = (from: string, to: string) => {
      const database = new DatabaseSync(join(at.folder, 'events.sqlite'));
      database.prepare(`UPDATE events SET data = replace(data, ?, ?) WHERE stream = 'lantern-journey-1'`).run(from, to);
      database.close();
    };
    rewrite('{', '[');
    const restarted = at.again();
    relaying(relayAt(restarted));
    listen(restarted.broker);
    await heard(1);
    expect(await restarted.broker.deadLetters.list()).toMatchObject([{ consumer: 'relay:lanterns', key: 'lantern-journey-1', failure: { code: 'UnreadableEvent' } }]);
    rewrite('[', '{');
    await restarted.broker.deadLetters.replay({ consumer: 'relay:lanterns' });
    await heard(2);
    expect(received.map((each) => each.key)).toEqual(['journey-2', 'journey-1']);
  });

  it('loses nothing and tells nothing twice when it crashes between publishing and its checkpoint', async () => {
    const time = new HastyTime(testNow);
    const crashing = at.again(time);
    const broker: MessageBroker = {
      publish: async (messages) => {
        await crashing.broker.publish(messages);
        time.freeze();
        await new Promise(() => {});
      },
      consume: (consumption) => crashing.broker.consume(consumption),
      lag: () => crashing.broker.lag(),
      close: () => crashing.broker.close(),
    };
    await at.light('journey-1');
    void relayAt(crashing, { broker }).run(stopping.signal);
    listen(at.broker);
    await heard(1);
    expect(await at.broker.progress.checkpoint('relay:lanterns')).toBeUndefined();
    relaying(relayAt(at));
    await at.light('journey-1', 2);
    await heard(2);
    expect(received.map((each) => each.source.revision)).toEqual([0, 1]);
  });

  it('publishes again for one consumer that was away', async () => {
    await at.light('journey-1');
    const after = await at.store.lastPosition();
    await at.light('journey-1', 2);
    await at.light('journey-2', 3);
    const relay = relayAt(at);
    relaying(relay);
    listen(at.broker);
    await heard(3);
    const counts: number[] = [];
    expect(await relay.republish('keeper', { ...(after !== undefined && { after }), onProgress: (count) => void counts.push(count) })).toEqual({ messages: 2, leftOut: [] });
    expect(counts).toEqual([2]);
    await heard(5);
    expect(await relay.republish('somebody-else')).toEqual({ messages: 3, leftOut: [] });
    await settled();
    expect(received.map((each) => (each.data as { hours: number }).hours).slice(3).sort()).toEqual([2, 3]);
  });

  it('publishes again what can be, names the streams of which something cannot, and passes nothing of theirs over', async () => {
    const publications = [{ ...lanternLit, data: (...[event, state]: Parameters<typeof lanternLit.data>) => (event.data['hours'] === 13 ? { hours: 'many' } : lanternLit.data(event, state)) }];
    await at.light('journey-1', 1);
    await at.light('journey-1', 13);
    await at.light('journey-1', 2);
    await at.light('journey-2', 3);
    const [, broken] = await at.store.readStream('lantern-journey-1');
    listen(at.broker);
    expect(await relayAt(at, { publications }).republish('keeper')).toEqual({
      messages: 2,
      leftOut: [{ stream: 'lantern-journey-1', revision: 1, position: broken?.position, failure: { code: 'invalid-message', at: expect.any(String) } }],
    });
    await heard(2);
    expect(received.map((each) => (each.data as { hours: number }).hours).sort()).toEqual([1, 3]);
    expect(await at.broker.deadLetters.list()).toEqual([]);
  });

  it('stops publishing again when asked to', async () => {
    await at.light('journey-1');
    expect(await relayAt(at).republish('keeper', { signal: AbortSignal.abort() })).toEqual({ messages: 0, leftOut: [] });
  });

  it('relays from one place at a time, and from the other when the first ends', async () => {
    const told: string[] = [];
    const observed = (name: string): Partial<RelayOptions> => ({ observer: { relayed: (_relay, _position, messages) => void (messages > 0 && told.push(name)) } });
    const first = new AbortController();
    const run = relayAt(at, observed('first')).run(first.signal);
    await at.light('journey-1');
    await eventually('the first has relayed', () => told.length === 1);
    relaying(relayAt(at, observed('second')));
    await at.light('journey-1');
    await eventually('the first has relayed again', () => told.length === 2);
    first.abort();
    await run;
    await at.light('journey-1');
    await eventually('the second has relayed', () => told.length === 3);
    expect(told).toEqual(['first', 'first', 'second']);
  });
});

describe('an event that cannot be made a message', () => {
  it('parks its stream alone, and goes on in order once it can be replayed', async () => {
    let broken = true;
    const publications = [{ ...lanternLit, data: (...[event, state]: Parameters<typeof lanternLit.data>) => (broken && event.data['hours'] === 13 ? { hours: 'many' } : lanternLit.data(event, state)) }];
    relaying(relayAt(at, { publications }));
    listen(at.broker);
    await at.light('journey-1', 13);
    await at.light('journey-1', 2);
    await at.light('journey-2', 3);
    await heard(1);
    expect(received[0]?.key).toBe('journey-2');
    await eventually('two put aside', async () => (await at.broker.deadLetters.list({ consumer: 'relay:lanterns' })).length === 2);
    expect(await at.broker.deadLetters.list()).toMatchObject([
      { key: 'lantern-journey-1', name: 'Lit', status: 'failed', attempts: 1, failure: { code: 'invalid-message' } },
      { key: 'lantern-journey-1', status: 'waiting' },
    ]);
    broken = false;
    await at.broker.deadLetters.replay({ consumer: 'relay:lanterns' });
    await heard(3);
    expect(received.slice(1).map((each) => (each.data as { hours: number }).hours)).toEqual([13, 2]);
  });

  it('names the places that are wrong, and no values', async () => {
    await at.light('journey-1', 13);
    const [event] = await at.store.readStream('lantern-journey-1');
    if (!event) throw new Error('no event');
    const wrong = { ...lanternLit, data: () => ({ hours: 'Marigold', times: 1 }) };
    expect(() => messageOf(wrong, event, {})).toThrow(new InvalidMessage('lanterns.LanternLit', [{ path: '/hours', keyword: 'type' }]));
  });

  it('is tried again while its state cannot be read', async () => {
    let failures = 2;
    const stateAt = async (): Promise<unknown> => {
      if (failures-- > 0) throw new Error('busy');
      return (await at.streams.load(lantern, 'journey-1'))?.state;
    };
    await at.light('journey-1');
    relaying(relayAt(at, { stateAt }));
    listen(at.broker);
    await heard(1);
    expect(await at.broker.deadLetters.list()).toEqual([]);
  });
});

