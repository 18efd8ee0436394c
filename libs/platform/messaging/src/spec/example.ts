import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  aggregate,
  decider,
  event,
  EventCatalogue,
  refuseUnless,
  Streams,
  uuidOf,
  type Actor,
  type Clock,
  type CommandsOf,
  type EventsOf,
} from '@alongside/event-sourcing';
import { openSqliteEventStore, type EventStore } from '@alongside/event-store';
import { HastyTime, testNow } from '@alongside/testing';
import Type from 'typebox';
import { integrationEvent } from '../integration-event.js';
import { openInProcessBroker, type InProcessBroker } from '../in-process/in-process-broker.js';
import type { RelayedPublication } from '../message-of.js';
import type { MessagingObserver } from '../observer.js';
import type { Scheduler } from '../scheduler.js';

/** Two small contexts for specs: lanterns are lit and put out; a keeper writes down what was lit. */

export const Lit = event('Lit').of<{ hours: number; by?: string }>({ says: 'A lantern was lit.', example: { hours: 2 } });
export const PutOut = event('PutOut').of<Record<string, never>>({ says: 'A lantern was put out.', example: {} });
type LanternEvent = EventsOf<[typeof Lit, typeof PutOut]>;
type LanternCommand = CommandsOf<{ light: { hours: number; by?: string }; 'put-out': unknown }>;

export interface LanternState {
  readonly lit: boolean;
  readonly times: number;
}

const mentees = (_state: unknown, id: string) => ({ organisationId: 'organisation-1', siteId: 'site-1', ...(id.startsWith('journey-') && { journeyId: id }) });

export const lantern = aggregate<LanternState, LanternCommand, LanternEvent>({
  category: 'lantern',
  events: [Lit, PutOut],
  decider: decider<LanternState, LanternCommand, LanternEvent>({
    initial: { lit: false, times: 0 },
    decide: {
      light: ({ data }) => [Lit(data)],
      'put-out': (_command, state) => {
        refuseUnless(state.lit, 'not-lit');
        return [PutOut({})];
      },
    },
    evolve: {
      Lit: ({ times }) => ({ lit: true, times: times + 1 }),
      PutOut: ({ times }) => ({ lit: false, times }),
    },
  }),
  belonging: mentees,
});

export const Noted = event('Noted').of<{ times: number }>({ says: 'The keeper wrote it down.', example: { times: 1 } });
type NoteCommand = CommandsOf<{ note: { times: number } }>;
export const note = aggregate<readonly number[], NoteCommand, EventsOf<[typeof Noted]>>({
  category: 'note',
  events: [Noted],
  decider: decider<readonly number[], NoteCommand, EventsOf<[typeof Noted]>>({
    initial: [],
    decide: {
      note: ({ data }, state) => {
        refuseUnless(!state.includes(data.times), 'already-noted');
        return [Noted(data)];
      },
    },
    evolve: { Noted: (state, { data }) => [...state, data.times] },
  }),
  belonging: mentees,
});

export const LanternLit = integrationEvent({
  context: 'lanterns',
  name: 'LanternLit',
  version: 1,
  says: 'A lantern was lit.',
  schema: Type.Object({ hours: Type.Integer(), times: Type.Integer(), supporterId: Type.Optional(Type.String()) }, { additionalProperties: false }),
});

export const lanternLit: RelayedPublication = {
  of: Lit,
  aggregate: lantern,
  as: LanternLit,
  data: ({ data }, state) => ({ hours: data['hours'], times: (state as LanternState).times, supporterId: data['by'] }),
};

export const system: Actor = { id: 'specs', role: 'system' };

export interface Harbour {
  readonly folder: string;
  readonly clock: Clock;
  readonly store: EventStore;
  readonly streams: Streams;
  readonly catalogue: EventCatalogue;
  readonly broker: InProcessBroker;
  readonly loops: Pick<InProcessBroker, 'progress' | 'deadLetters'> & {
    readonly events: EventStore;
    readonly upToDate: EventCatalogue['upToDate'];
    readonly scheduler: Scheduler;
    readonly observer: MessagingObserver;
  };
  /** Opens broker and log of the same folder anew, beside these; closed with them. */
  again(time?: Clock & Scheduler): Harbour;
  light(id: string, hours?: number, by?: string): Promise<void>;
  close(): Promise<void>;
}

/** A log and a broker in a folder of their own. Under time moved by hand nothing polls and no lease is taken over. */
export function harbour(time: Clock & Scheduler = new HastyTime(testNow), observer: MessagingObserver = {}, folder = mkdtempSync(join(tmpdir(), 'harbour-'))): Harbour {
  const store = openSqliteEventStore({ file: join(folder, 'events.sqlite'), pollIntervalMs: 5 });
  const catalogue = new EventCatalogue([Lit, PutOut, Noted]);
  const streams = new Streams({ store, catalogue, clock: time, seal: { seal: (_definition, _stream, _id, data) => data }, digestBody: () => undefined });
  const broker = openInProcessBroker({ file: join(folder, 'messages.sqlite'), clock: time, scheduler: time, observer, ...(time instanceof HastyTime ? { leaseTimeToLive: 100 } : { leaseTimeToLive: 1e12, pollEvery: 1e12 }) });
  let lit = 0;
  const more: Harbour[] = [];
  return {
    folder,
    clock: time,
    store,
    streams,
    catalogue,
    broker,
    loops: {
      events: store,
      upToDate: (recorded) => catalogue.upToDate(recorded),
      progress: broker.progress,
      deadLetters: broker.deadLetters,
      scheduler: time,
      observer,
    },
    again: (anew: Clock & Scheduler = new HastyTime(testNow)) => {
      const opened = harbour(anew, observer, folder);
      more.push(opened);
      return opened;
    },
    light: async (id, hours = 1, by) => {
      const commandId = uuidOf('light', id, (lit += 1), hours);
      const data = { hours, ...(by !== undefined && { by }) };
      await streams.execute(lantern, id, { type: 'light', data }, { commandId, actor: system, correlationId: commandId });
    },
    close: async () => {
      for (const each of more) await each.close();
      await broker.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
