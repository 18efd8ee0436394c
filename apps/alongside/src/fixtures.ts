import { NothingChanged, type AnyEventDefinition } from '@alongside/event-sourcing';
import { settingsAggregate } from '@alongside/messaging';
import { catalogueOfEvents, type ContextDefinition } from '@alongside/service';

/** An event definition, and where the frozen instance of its current version lies, from the project's root. */
export interface Fixture {
  readonly definition: AnyEventDefinition;
  readonly file: string;
}

/** `libs/contexts/<context>/fixtures/<EventType>.v<version>.json`; of what the platform writes, in its packages. */
export function fixturesOf(contexts: readonly ContextDefinition[]): readonly Fixture[] {
  const folders = new Map<string, string>([[NothingChanged.type, 'libs/platform/event-sourcing/fixtures']]);
  for (const { name, aggregates } of contexts) {
    for (const { type } of [...aggregates, settingsAggregate(name)].flatMap(({ events }) => events)) folders.set(type, `libs/contexts/${name}/fixtures`);
  }
  return catalogueOfEvents(contexts).definitions.map((definition) => ({
    definition,
    file: `${folders.get(definition.type) ?? 'libs/platform/access/fixtures'}/${definition.type}.v${definition.version}.json`,
  }));
}

/** The file of an earlier version of the same event. */
export const fileOfVersion = ({ definition, file }: Fixture, version: number): string => file.replace(`.v${definition.version}.json`, `.v${version}.json`);
