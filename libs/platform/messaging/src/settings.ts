import {
  aggregate,
  decider,
  event,
  type Aggregate,
  type Command,
  type DomainEvent,
  type EventDefinition,
  type JsonObject,
} from '@alongside/event-sourcing';
import type { DataOf, IntegrationEvent, Message } from './integration-event.js';
import type { Reacting } from './reaction-runner.js';

/** A setting of the organisation as this context has heard it. Personal values in `data` stay sealed as they came. */
export interface SettingHeard {
  /** `<context>.<Event>` of the integration event that told it. */
  readonly event: string;
  /** Among settings of which an organisation has many: which one. */
  readonly key?: string;
  readonly sourceRevision: number;
  readonly data: JsonObject;
}

/** By event, then by key (the empty key for settings of which there is one). */
export type Settings = Readonly<Record<string, ReadonlyMap<string, SettingHeard>>>;

export type HearSetting = Command<'hear-setting', SettingHeard>;
export type SettingsAggregate = Aggregate<Settings, HearSetting, DomainEvent<string, SettingHeard>>;

/** A setting that a context keeps; `key` tells apart those of which there are many. */
export interface HeardEvent {
  readonly event: IntegrationEvent;
  readonly key?: (data: never) => string;
}

const nameOf = (integrationEvent: IntegrationEvent): string => `${integrationEvent.context}.${integrationEvent.name}`;
const made = new Map<string, SettingsAggregate>();

/** Settings heard by a context: stream `settings-<context>-<organisationId>`, event `<Context>SettingHeard`. */
export function settingsAggregate(context: string): SettingsAggregate {
  const known = made.get(context);
  if (known) return known;
  const heard = settingHeard(context);
  const settings = aggregate<Settings, HearSetting, DomainEvent<string, SettingHeard>>({
    category: `settings-${context}`,
    events: [heard],
    decider: decider<Settings, HearSetting, DomainEvent<string, SettingHeard>>({
      initial: {},
      decide: {
        'hear-setting': ({ data }, state) => {
          const before = state[data.event]?.get(data.key ?? '');
          return before && before.sourceRevision >= data.sourceRevision ? [] : [heard(data)];
        },
      },
      evolve: {
        [heard.type]: (state: Settings, { data }: { readonly data: SettingHeard }): Settings => ({
          ...state,
          [data.event]: new Map(state[data.event]).set(data.key ?? '', data),
        }),
      },
    }),
    belonging: (_state, id) => ({ organisationId: id }),
  });
  made.set(context, settings);
  return settings;
}

function settingHeard(context: string): EventDefinition<string, SettingHeard> {
  const capitalised = `${context.charAt(0).toUpperCase()}${context.slice(1)}`;
  return event(`${capitalised}SettingHeard`).of<SettingHeard>({
    says: `A setting of the organisation reached ${context}, which keeps it as its own.`,
    example: {
      event: 'organisations.SiteOpened',
      key: 'c0ffee00-0000-4000-8000-000000000001',
      sourceRevision: 3,
      data: { siteId: 'c0ffee00-0000-4000-8000-000000000001', name: 'Harbour' },
    },
  });
}

/** What a reaction to a setting does its work with. */
export interface SettingWork {
  execute(settings: Aggregate, organisationId: string, command: 'hear-setting', data: SettingHeard): Promise<unknown>;
}

/** The reaction that writes a setting down when it arrives; one that is older than what is known changes nothing. */
export function hearing(context: string, heard: HeardEvent): Reacting<SettingWork> & { readonly says: string } {
  const { event: to, key } = heard;
  return {
    name: `hear-${to.context}.${to.name}`,
    says: `Keeps ${to.name} of ${to.context} as a setting of its own.`,
    to,
    react: async (message: Message, work) => {
      const data = message.data as JsonObject;
      await work.execute(settingsAggregate(context), message.organisationId, 'hear-setting', {
        event: nameOf(to),
        ...(key && { key: key(data as never) }),
        sourceRevision: message.source.revision,
        data,
      });
    },
  };
}

export interface SettingsReader {
  /** The latest heard; undefined until it was. */
  setting<Event extends IntegrationEvent>(heard: Event, organisationId: string, key?: string): Promise<DataOf<Event> | undefined>;
  /** Every key of a setting of which there are many. */
  settings<Event extends IntegrationEvent>(heard: Event, organisationId: string): Promise<ReadonlyMap<string, DataOf<Event>>>;
}

/** Reads what a context has heard, through `load`: the folded state of a stream, strongly consistent. */
export function settingsOf(
  context: string,
  load: (settings: SettingsAggregate, organisationId: string) => Promise<{ readonly state: Settings } | undefined>,
): SettingsReader {
  const allOf = async (heard: IntegrationEvent, organisationId: string): Promise<ReadonlyMap<string, SettingHeard>> =>
    (await load(settingsAggregate(context), organisationId))?.state[nameOf(heard)] ?? new Map<string, SettingHeard>();
  return {
    setting: async <Event extends IntegrationEvent>(heard: Event, organisationId: string, key = '') =>
      (await allOf(heard, organisationId)).get(key)?.data as DataOf<Event> | undefined,
    settings: async <Event extends IntegrationEvent>(heard: Event, organisationId: string) =>
      new Map([...(await allOf(heard, organisationId))].map(([key, { data }]) => [key, data as DataOf<Event>])),
  };
}
