import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, openSqliteEventStore, RevisionConflict } from '@alongside/event-store';
import fc from 'fast-check';
import { aggregate } from './aggregate.js';
import { type ExecuteCommand, type Sealer, Streams } from './command-handling.js';
import { type CommandsOf, decider, fold, InvalidField, type Occurred, Refusal, refuseUnless } from './decider.js';
import { event, type EventsOf, menteeOf } from './event.js';
import { EventCatalogue } from './event-catalogue.js';
import { uuidOf } from './ids.js';
import type { Personal } from './sealed.js';

// A locker with places that people hold: a rule about something scarce, and a personal field.
const LockerInstalled = event('LockerInstalled').of<{ places: number; note?: string }>({ says: 'A locker was installed.', example: { places: 1 } });
const PlaceTaken = event('PlaceTaken').of<{ place: string; holder: string; name: Personal<string> }>({
  says: 'Somebody took a place.',
  example: { place: 'a', holder: 'holder-1', name: 'Robin Example' },
  personal: { name: menteeOf('holder') },
});
const PlaceFreed = event('PlaceFreed').of<{ holder: string }>({ says: 'A place is free again.', example: { holder: 'holder-1' } });
const lockerEvents = [LockerInstalled, PlaceTaken, PlaceFreed] as const;
type LockerEvent = EventsOf<typeof lockerEvents>;
type LockerCommand = CommandsOf<{ install: { places: number; note?: string }; take: { holder: string; name: string }; free: { holder: string }; swap: { from: string; to: string } }>;

interface Locker {
  readonly places: number;
  readonly installedAt?: string;
  readonly note?: string;
  readonly holders: Readonly<Record<string, Personal<string>>>;
}

const locker = aggregate({
  category: 'locker',
  events: lockerEvents,
  decider: decider<Locker, LockerCommand, LockerEvent>({
    initial: { places: 0, note: 'not there', holders: {} },
    decide: {
      install: ({ data }) => [LockerInstalled(data)],
      take: ({ data, newId }, state) => {
        if (data.holder in state.holders) return [];
        refuseUnless(Object.keys(state.holders).length < state.places, 'no-place-left');
        return [PlaceTaken({ place: newId('place'), ...data })];
      },
      free: ({ data }, state) => (data.holder in state.holders ? [PlaceFreed(data)] : []),
      swap: ({ data, newId }) => [PlaceFreed({ holder: data.from }), PlaceTaken({ place: newId('place'), holder: data.to, name: 'Kim Example' })],
    },
    evolve: {
      LockerInstalled: (state, { data, metadata }) => ({ ...state, ...data, installedAt: metadata.occurredAt }),
      PlaceTaken: (state, { data }) => ({ ...state, holders: { ...state.holders, [data.holder]: data.name } }),
      PlaceFreed: (state, { data }) => {
        const { [data.holder]: _, ...holders } = state.holders;
        return { ...state, holders };
      },
    },
  }),
  belonging: (state) => (state.installedAt === undefined ? undefined : { organisationId: 'organisation-1', siteId: 'site-1', beganAt: state.installedAt }),
});

const now = '2025-03-04T09:30:00.000Z';
const catalogue = new EventCatalogue(lockerEvents);

/** Puts a box where the name was: enough to see that nothing readable is kept. */
const boxes: Sealer = {
  seal: async (definition, stream, eventId, data) =>
    'name' in definition.personal ? { ...data, name: { $sealed: [1, 'mentee', stream, eventId, 'name', createHash('sha256').update(String(data['name'])).digest('base64')] } } : data,
};

/** Whether whoever bodies tell of was erased. */
let gone = false;
let commands = 0;
const as = (options: Partial<ExecuteCommand<Locker>> = {}): ExecuteCommand<Locker> => ({
  commandId: uuidOf('command', (commands += 1)),
  actor: { id: 'coordinator-1', role: 'coordinator' },
  correlationId: 'correlation-1',
  ...options,
});

function streamsOn(store: EventStore, cachedStreams?: number, at = now): Streams {
  return new Streams({
    store,
    catalogue,
    seal: boxes,
    clock: { now: () => new Date(at) },
    digestBody: async (body, stream, _metadata, { of, ofNobody }) =>
      gone && !ofNobody ? undefined : createHash('sha256').update(`${stream} ${of.join(' ')} ${JSON.stringify(body)}`).digest('base64'),
    ...(cachedStreams === undefined ? {} : { cachedStreams }),
  });
}

describe('carrying out commands', () => {
  let folder: string;
  let store: EventStore;
  let streams: Streams;

  beforeEach(() => {
    gone = false;
    folder = mkdtempSync(join(tmpdir(), 'command-handling-'));
    store = openSqliteEventStore({ file: join(folder, 'events.sqlite') });
    streams = streamsOn(store);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const install = (places = 1, options?: Partial<ExecuteCommand<Locker>>) => streams.execute(locker, '1', { type: 'install', data: { places } }, as(options));
  const take = (holder: string, options?: Partial<ExecuteCommand<Locker>>, on = streams) =>
    on.execute(locker, '1', { type: 'take', data: { holder, name: 'Robin Example' } }, as(options));

  describe('one command', () => {
    it('is recorded no earlier than the one before it, also by a clock that was put back', async () => {
      await install(2);
      const earlier = '2025-03-04T09:30:00.000Z';
      await take('one', { occurredAt: earlier }, streamsOn(store, undefined, '2025-03-04T08:00:00.000Z'));
      const [, second] = await store.readStream('locker-1');
      expect(second?.metadata).toMatchObject({ recordedAt: now, occurredAt: earlier });
    });

    it.each<[string, string | undefined]>([
      ['nobody says when', undefined],
      ['it is said by a clock that is right', now],
      ['it is said by a clock that is ahead', '2025-03-04T09:30:05.000Z'],
    ])('happens no earlier than the one before it where %s, by a clock that is behind', async (_what, occurredAt) => {
      await install(2);
      await take('one', { ...(occurredAt !== undefined && { occurredAt }) }, streamsOn(store, undefined, '2025-03-04T09:29:59.950Z'));
      const [, second] = await store.readStream('locker-1');
      expect(second?.metadata).toMatchObject({ recordedAt: now, occurredAt: now });
    });

    it('appends what was decided with its metadata, and answers it', async () => {
      const options = as({ causationId: 'cause-1', body: { places: 1 }, occurredAt: '2025-03-01T08:00:00+01:00' });
      const executed = await streams.execute(locker, '1', { type: 'install', data: { places: 1, note: undefined } }, options);
      const [event] = await store.readStream('locker-1');
      expect(executed).toEqual({ id: '1', revision: 0, position: event?.position, events: [event] });
      expect(event).toMatchObject({
        type: 'LockerInstalled',
        data: { places: 1 },
        metadata: {
          eventId: uuidOf(options.commandId, 'locker-1', 0),
          schemaVersion: 1,
          occurredAt: '2025-03-01T07:00:00.000Z',
          recordedAt: now,
          actor: options.actor,
          organisationId: 'organisation-1',
          siteId: 'site-1',
          commandId: options.commandId,
          correlationId: 'correlation-1',
          causationId: 'cause-1',
          bodyDigest: expect.any(String) as string,
        },
      });
    });

    it('loads the state as the log has it, sealed, with its revision', async () => {
      expect(await streams.load(locker, '1')).toBeUndefined();
      await install(2);
      await take('a');
      const loaded = await streams.load(locker, '1');
      expect(loaded).toMatchObject({ revision: 1, state: { places: 2, note: 'not there', holders: { a: { $sealed: expect.any(Array) as unknown } } } });
      expect(JSON.stringify(await store.readStream('locker-1'))).not.toContain('Robin');
      expect(JSON.stringify(loaded)).not.toContain('Robin');
      expect(await streamsOn(store).load(locker, '1')).toEqual(loaded);
    });

    it('gives out the same ids when retried', async () => {
      await install();
      const options = as();
      const { events } = await take('a', options);
      expect(events[0]?.data['place']).toBe(uuidOf(options.commandId, 'place'));
    });

    it('answers where the stream is when it is already so, and writes nothing', async () => {
      await install();
      const taken = await take('a');
      expect(await take('a')).toEqual({ ...taken, events: [] });
      expect(await streams.execute(locker, 'none', { type: 'free', data: { holder: 'a' } }, as())).toEqual({ id: 'none', revision: -1, position: '', events: [] });
      expect(await store.readStream('locker-none')).toEqual([]);
    });

    it('appends several events at once, each with its own position', async () => {
      await install();
      await take('a');
      const executed = await streams.execute(locker, '1', { type: 'swap', data: { from: 'a', to: 'b' } }, as());
      expect(executed.events).toEqual(await store.readStream('locker-1', 2));
      expect(executed).toMatchObject({ revision: 3, position: executed.events[1]?.position });
    });

    it('takes its data from what is prepared, which sees the state', async () => {
      const seen: unknown[] = [];
      await install(7, { prepare: (state) => (seen.push(state), { places: 3 }) });
      await streams.execute(locker, '1', { type: 'free' }, as({ prepare: async (state) => (seen.push(state?.places), { holder: 'a' }) }));
      expect(seen).toEqual([undefined, 3]);
    });

    it('refuses a command that there is none of, and an event that belongs nowhere', async () => {
      await expect(streams.execute(locker, '1', { type: 'toString' }, as())).rejects.toThrow('locker has no command toString');
      await expect(streams.execute(locker, '1', { type: 'swap', data: { from: 'a', to: 'b' } }, as())).rejects.toThrow('belongs nowhere');
      const { events } = await streams.execute(locker, '1', { type: 'swap', data: { from: 'a', to: 'b' } }, as({ belongingForNew: { organisationId: 'organisation-2' } }));
      expect(events.map((each) => each.metadata.organisationId)).toEqual(['organisation-2', 'organisation-2']);
    });
  });

  describe('when it happened', () => {
    it.each([
      ['in-the-future', '2025-03-04T09:31:00.000Z'],
      ['before-the-beginning', '2025-03-04T09:29:00.000Z'],
      ['not-a-time', 'yesterday'],
    ])('refuses what is %s', async (code, occurredAt) => {
      await install();
      await expect(take('a', { occurredAt })).rejects.toThrow(new InvalidField([{ path: 'occurredAt', code }]));
      expect(await store.readStream('locker-1')).toHaveLength(1);
    });

    it('lets clocks differ a little, and messages come in any order', async () => {
      await install(2);
      expect((await take('a', { occurredAt: '2025-03-04T09:30:05.000Z' })).events[0]?.metadata.occurredAt).toBe(now);
      const early = await take('b', { occurredAt: '2025-03-01T00:00:00.000Z', actor: { id: 'reaction', role: 'system' } });
      expect(early.events[0]?.metadata.occurredAt).toBe('2025-03-01T00:00:00.000Z');
    });
  });

  describe('who may', () => {
    const denied = new Error('denied');
    const deny = () => {
      throw denied;
    };

    it('is asked with where it belongs, before anything else of the stream shows', async () => {
      const asked: unknown[] = [];
      await install(1, { belongingForNew: { organisationId: 'new' }, authorize: (belonging) => void asked.push(belonging) });
      await take('a', { authorize: async (belonging, state) => void asked.push(belonging, state.places) });
      expect(asked).toEqual([{ organisationId: 'new' }, { organisationId: 'organisation-1', siteId: 'site-1', beganAt: now }, 1]);
      for (const options of [{}, { expectedRevision: 7 }, { occurredAt: '1999-01-01T00:00:00Z' }, { prepare: () => expect(true).toBe(false) }]) {
        await expect(take('b', { ...options, authorize: deny })).rejects.toBe(denied);
      }
      expect(await store.readStream('locker-1')).toHaveLength(2);
    });
  });

  describe('the same command again', () => {
    it('answers its first result, whatever came since, also in another process and with a stale expected revision', async () => {
      await install(2);
      const options = as({ expectedRevision: 0, body: { holder: 'a' } });
      const first = await take('a', options);
      await take('b');
      expect(await take('a', options)).toEqual(first);
      expect(await take('a', options, streamsOn(store))).toEqual(first);
      expect(await store.readStream('locker-1')).toHaveLength(3);
    });

    it('answers all of several events', async () => {
      await install();
      const options = as();
      const swap = () => streams.execute(locker, '1', { type: 'swap', data: { from: 'a', to: 'b' } }, options);
      const first = await swap();
      await streams.execute(locker, '1', { type: 'free', data: { holder: 'b' } }, as());
      expect(await swap()).toEqual(first);
    });

    it('is refused with another body, and compared only where there is one', async () => {
      await install();
      const options = as({ body: { holder: 'a' } });
      const first = await take('a', options);
      await expect(take('b', { ...options, body: { holder: 'b' } })).rejects.toMatchObject({ name: 'IdempotencyMismatch', commandId: options.commandId });
      const { body: _, ...without } = options;
      expect(await take('a', without)).toEqual(first);
      expect(await store.readStream('locker-1')).toHaveLength(2);
    });

    it('is answered no more when nobody can tell whether it is the same', async () => {
      await install();
      const options = as({ body: { holder: 'a' } });
      await take('a', options);
      gone = true;
      await expect(take('a', options)).rejects.toMatchObject({ name: 'IdempotencyUnknowable', commandId: options.commandId });
      await expect(take('b', { ...options, body: { holder: 'b' } })).rejects.toMatchObject({ name: 'IdempotencyUnknowable' });
      expect(await store.readStream('locker-1')).toHaveLength(2);
      // What came first when nobody could tell any more cannot be compared either.
      const late = as({ body: { holder: 'a' } });
      const free = () => streams.execute(locker, '1', { type: 'free', data: { holder: 'a' } }, late);
      await free();
      gone = false;
      await expect(free()).rejects.toMatchObject({ name: 'IdempotencyUnknowable' });
    });

    it('is compared all the same where the body tells of nobody', async () => {
      await install();
      const options = as({ body: { holder: 'a' }, tellsOfNobody: true });
      const first = await take('a', options);
      gone = true;
      expect(await take('a', options)).toEqual(first);
      await expect(take('a', { ...options, body: { holder: 'b' } })).rejects.toMatchObject({ name: 'IdempotencyMismatch' });
    });

    it('is digested with whom its own sealed values are about, not with those that it carries along', async () => {
      const told: (readonly string[])[] = [];
      const sealing = (seal: Sealer) => new Streams({ store, catalogue, seal, clock: { now: () => new Date(now) }, digestBody: (_body, _stream, _metadata, { of }) => void told.push(of) });
      const carried = { $sealed: [1, 'staff-1', 'elsewhere-1', 'event-1', 'name', ''] };
      await install(2);
      await take('a', as({ body: {} }), sealing(boxes));
      await take('b', as({ body: {} }), sealing({ seal: (_definition, _stream, _eventId, data) => ({ ...data, name: carried }) }));
      expect(told).toEqual([['mentee'], []]);
    });

    it('writes one event when it comes 50 times at once, over two connections', async () => {
      await install(50);
      const other = openSqliteEventStore({ file: join(folder, 'events.sqlite') });
      const both = [streams, streamsOn(other)];
      const options = as();
      const executed = await Promise.all(Array.from({ length: 50 }, (_, index) => take('a', options, both[index % 2])));
      for (const each of executed) expect(each).toEqual(executed[0]);
      expect(await store.readStream('locker-1')).toHaveLength(2);
      await other.close();
    });

    it('still changes nothing where it changed nothing, whatever came since, also in another process', async () => {
      await install();
      await take('a');
      const options = as({ body: { holder: 'a' } });
      const first = await take('a', options);
      expect(first).toMatchObject({ revision: 1, events: [] });
      await streams.execute(locker, '1', { type: 'free', data: { holder: 'a' } }, as());
      for (const each of [streams, streamsOn(store)]) expect(await take('a', { ...options, expectedRevision: 0 }, each)).toEqual(first);
      expect(await store.readStream('locker-1')).toHaveLength(3);
      await expect(take('a', { ...options, body: { holder: 'b' } })).rejects.toMatchObject({ name: 'IdempotencyMismatch' });
      gone = true;
      await expect(take('a', options)).rejects.toMatchObject({ name: 'IdempotencyUnknowable' });
    });

    it('that changed nothing is kept once when it comes at the same time, over two connections', async () => {
      await install();
      await take('a');
      const other = openSqliteEventStore({ file: join(folder, 'events.sqlite') });
      const both = [streams, streamsOn(other)];
      const options = as({ body: { holder: 'a' } });
      const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => take('a', options, both[index % 2])));
      for (const each of answers) expect(each).toMatchObject({ revision: 1, events: [] });
      expect(await store.readStream(`unchanged-${options.commandId}`)).toMatchObject([{ type: 'NothingChanged', data: { stream: 'locker-1', revision: 1 } }]);
      await other.close();
    });

    it('is found in a long stream too, years later', async () => {
      const options = as();
      const first = await install(1, options);
      const day = (index: number) => new Date(Date.parse('2025-03-06T00:00:00Z') + index).toISOString();
      const metadata = first.events[0]?.metadata;
      if (!metadata) throw new Error('nothing was installed');
      await store.append(
        'locker-1',
        0,
        Array.from({ length: 2_500 }, (_, index) => ({
          type: 'PlaceFreed',
          data: { holder: 'nobody' },
          metadata: { ...metadata, eventId: `event-${index}`, commandId: `command-${index}`, recordedAt: day(index) },
        })),
      );
      expect(await install(1, options)).toEqual(first);
      expect(await store.readStream('locker-1')).toHaveLength(2_501);
    });
  });

  describe('races', () => {
    it('lets one of 50 have the one place that is left, over two connections', async () => {
      await install(1);
      const other = openSqliteEventStore({ file: join(folder, 'events.sqlite') });
      const both = [streams, streamsOn(other)];
      const outcomes = await Promise.allSettled(Array.from({ length: 50 }, (_, index) => take(`holder-${index}`, {}, both[index % 2])));
      const lost = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
      expect(lost).toHaveLength(49);
      for (const each of lost) expect(each).toEqual(new Refusal('no-place-left'));
      expect(await store.readStream('locker-1')).toHaveLength(2);
      await other.close();
    });

    it('lets one of 50 at one expected revision through', async () => {
      await install(50);
      const outcomes = await Promise.allSettled(Array.from({ length: 50 }, (_, index) => take(`holder-${index}`, { expectedRevision: 0 })));
      const lost = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
      expect(lost).toHaveLength(49);
      for (const each of lost) expect(each).toEqual(new RevisionConflict('locker-1', 0, 1));
    });

    it('lets one of 50 create', async () => {
      const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => install(1, { expectedRevision: 'no-stream' })));
      expect(outcomes.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    });

    it('decides again on the newer state when another process wrote, a few times', async () => {
      await install(3);
      let others = 0;
      const other = streamsOn(store);
      const meddle = async () => {
        if ((others += 1) <= 2) await take(`other-${others}`, {}, other);
        return { holder: 'a', name: 'Robin Example' };
      };
      expect(await take('a', { prepare: meddle })).toMatchObject({ revision: 3 });
      const always = async () => {
        await other.execute(locker, '1', { type: 'swap', data: { from: 'b', to: 'b' } }, as());
        return { holder: 'a' };
      };
      await expect(streams.execute(locker, '1', { type: 'free' }, as({ prepare: always }))).rejects.toBeInstanceOf(RevisionConflict);
    });
  });

  it('a cached fold equals a fold from nothing, whoever wrote', async () => {
    const step = fc.record({
      stream: fc.constantFrom('1', '2', '3'),
      by: fc.constantFrom(0, 1),
      command: fc.oneof(
        fc.record({ type: fc.constant('install'), data: fc.record({ places: fc.nat(3), note: fc.option(fc.string(), { nil: undefined }) }) }),
        fc.record({ type: fc.constantFrom('take', 'free'), data: fc.record({ holder: fc.constantFrom('a', 'b', 'c'), name: fc.string() }) }),
        fc.record({ type: fc.constant('swap'), data: fc.record({ from: fc.constantFrom('a', 'b'), to: fc.constantFrom('b', 'c') }) }),
      ),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const prefix = `run-${(run += 1)}-`;
        // One cache is so small that streams fall out of it.
        const both = [streamsOn(store, 1), streamsOn(store)] as const;
        for (const { stream, by, command } of steps) {
          await both[by === 0 ? 0 : 1]
            .execute(locker, prefix + stream, command, as({ belongingForNew: { organisationId: 'organisation-1' } }))
            .catch((error: unknown) => expect(error).toBeInstanceOf(Refusal));
        }
        for (const stream of ['1', '2', '3']) {
          const events = await store.readStream(`locker-${prefix}${stream}`);
          const fromNothing = events.length === 0 ? undefined : { state: fold(locker.decider, events as unknown as Occurred<LockerEvent>[]), revision: events.length - 1 };
          for (const each of both) expect(await each.load(locker, prefix + stream)).toStrictEqual(fromNothing);
        }
      }),
      { numRuns: 40 },
    );
  });
});
