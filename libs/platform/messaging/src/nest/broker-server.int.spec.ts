import 'reflect-metadata';
import { Module, type INestMicroservice, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { Controller } from '@nestjs/common';
import { uuidOf } from '@alongside/event-sourcing';
import { eventually } from '@alongside/testing';
import type { Message } from '../integration-event.js';
import { reactionRunner, type Reacting } from '../reaction-runner.js';
import { Relay } from '../relay.js';
import { harbour, LanternLit, lantern, lanternLit, note, system, type Harbour } from '../spec/example.js';
import { BrokerServer } from './broker-server.js';
import { reactionControllers } from './reaction-controllers.js';

interface Work {
  note(id: string, times: number): Promise<unknown>;
}

let at: Harbour;
let app: INestMicroservice | undefined;
let stopping: AbortController;
let relaying: Promise<void>;
let refusals: string[];

beforeEach(() => {
  at = harbour();
  stopping = new AbortController();
  refusals = [];
  const relay = new Relay({
    ...at.loops,
    context: 'lanterns',
    broker: at.broker,
    publications: [lanternLit],
    stateAt: async (_aggregate, stream) => (await at.streams.load(lantern, stream.slice('lantern-'.length)))?.state,
  });
  relaying = relay.run(stopping.signal);
});
afterEach(async () => {
  stopping.abort();
  await relaying;
  await app?.close();
  app = undefined;
  await at.close();
});

async function serve(...controllers: Type<object>[]): Promise<void> {
  class Keeper {}
  Module({ controllers })(Keeper);
  const strategy = new BrokerServer({ broker: at.broker, backOff: [1] });
  app = await NestFactory.createMicroservice(Keeper, { strategy, logger: false, abortOnError: false });
  await app.listen();
}

/** Commands as the service derives them: of the message's source event and the reaction. */
const workFor = (message: Message, reaction: string): Work => ({
  note: (id, times) => {
    const commandId = uuidOf(message.source.eventId, reaction);
    return at.streams.execute(note, id, { type: 'note', data: { times } }, { commandId, actor: system, correlationId: commandId });
  },
});

const run = reactionRunner<Work>({
  consumer: 'keeper',
  workFor,
  observer: { refused: (work, rule) => void refusals.push(`${work.step} ${rule}`) },
});

const noteIt: Reacting<Work> = {
  name: 'note-it',
  to: LanternLit,
  react: async (message, work) => void (await work.note(message.key, (message.data as { times: number }).times)),
};
const noted = (id: string): Promise<readonly unknown[]> => at.store.readStream(`note-${id}`);

describe('reactions behind Nest', () => {
  it('are called with what was published', async () => {
    await serve(reactionControllers('keeper', [noteIt], run));
    await at.light('journey-1');
    await eventually('noted', async () => (await noted('journey-1')).length === 1);
    expect(await noted('journey-1')).toMatchObject([{ type: 'Noted', data: { times: 1 } }]);
  });

  it('do one thing when a message is delivered twice', async () => {
    let runs = 0;
    const counting: Reacting<Work> = { ...noteIt, react: async (message, work) => noteIt.react(message, work).then(() => void (runs += 1)) };
    await serve(reactionControllers('keeper', [counting], run));
    await at.light('journey-1');
    await eventually('done once', () => runs === 1);
    const [first] = await at.store.readStream('lantern-journey-1');
    if (!first) throw new Error('nothing was lit');
    const again: Message = {
      id: 'the-same-message-under-another-id',
      context: 'lanterns',
      name: 'LanternLit',
      version: 1,
      key: 'journey-1',
      organisationId: 'organisation-1',
      occurredAt: first.metadata.occurredAt,
      recordedAt: first.metadata.recordedAt,
      correlationId: first.metadata.correlationId,
      source: { stream: first.stream, revision: 0, eventId: first.metadata.eventId },
      data: { hours: 1, times: 1 },
    };
    await at.broker.publish([again]);
    await eventually('done twice', () => runs === 2);
    expect(await noted('journey-1')).toHaveLength(1);
    expect(refusals).toEqual([]);
  });

  it('take a refusal for an outcome', async () => {
    await serve(reactionControllers('keeper', [noteIt, { ...noteIt, name: 'note-it-again' }], run));
    await at.light('journey-1');
    await eventually('refused', () => refusals.length === 1);
    expect(refusals).toEqual(['note-it-again already-noted']);
    expect(await at.broker.deadLetters.list()).toEqual([]);
    expect(await noted('journey-1')).toHaveLength(1);
  });

  it('repeat alone what failed, and leave the original error to the dead letters', async () => {
    let broken = true;
    const failing: Reacting<Work> = {
      ...noteIt,
      name: 'fail',
      react: async () => {
        if (broken) throw Object.assign(new Error('Marigold Fairweather'), { code: 'SQLITE_FULL' });
      },
    };
    await serve(reactionControllers('keeper', [noteIt, failing], run));
    await at.light('journey-1');
    await eventually('put aside', async () => (await at.broker.deadLetters.list()).length === 1);
    expect(await at.broker.deadLetters.list()).toMatchObject([
      { consumer: 'keeper', key: 'journey-1', steps: ['keeper/lanterns.LanternLit/fail'], attempts: 2, failure: { code: 'SQLITE_FULL' } },
    ]);
    expect(await noted('journey-1')).toHaveLength(1);
    broken = false;
    await at.broker.deadLetters.replay({});
    await eventually('done', async () => (await at.broker.deadLetters.list()).length === 0);
  });

  it('drain when the application closes', async () => {
    const release = Promise.withResolvers<void>();
    let begun = 0;
    const slow: Reacting<Work> = {
      ...noteIt,
      react: async (message, work) => {
        begun += 1;
        await release.promise;
        await noteIt.react(message, work);
      },
    };
    await serve(reactionControllers('keeper', [slow], run));
    await at.light('journey-1');
    await eventually('begun', () => begun === 1);
    const closed = app?.close();
    app = undefined;
    release.resolve();
    await closed;
    expect(await noted('journey-1')).toHaveLength(1);
    expect((await at.broker.lag()).map((each) => each.messages)).toEqual([0]);
  });
});

describe('a server refuses to start with', () => {
  it('two handlers of one pattern', async () => {
    class Twice {
      first(): void {}
      second(): void {}
    }
    for (const name of ['first', 'second']) {
      EventPattern('keeper/lanterns.LanternLit')(Twice.prototype, name, Object.getOwnPropertyDescriptor(Twice.prototype, name) as PropertyDescriptor);
    }
    Controller()(Twice);
    await expect(serve(Twice)).rejects.toThrow('keeper/lanterns.LanternLit: two handlers of one pattern');
  });

  it('a request and reply', async () => {
    class Asking {
      ask(): void {}
    }
    MessagePattern('keeper/lanterns.LanternLit')(Asking.prototype, 'ask', Object.getOwnPropertyDescriptor(Asking.prototype, 'ask') as PropertyDescriptor);
    Controller()(Asking);
    await expect(serve(Asking)).rejects.toThrow('no request and reply');
  });

  it('two reactions of one name to one event', () => {
    expect(() => reactionControllers('keeper', [noteIt, noteIt], run)).toThrow('two reactions');
  });
});
