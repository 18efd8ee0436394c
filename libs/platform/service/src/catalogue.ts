import type { AnyEventDefinition } from '@alongside/event-sourcing';
import { topicOf, type IntegrationEvent } from '@alongside/messaging';
import type { AnyReadModel } from '@alongside/read-models';
import type { ContextDefinition } from './context-definition.js';
import { accessMatrixOf, staffRoles } from './access-matrix.js';
import { schemaOf, type FieldsClass } from './field.js';
import { commandsOf, queriesOf, type ServedRoute } from './routes.js';

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly string[]): readonly string[] =>
  rows.length === 0 ? ['None.', ''] : [row(...head), row(...head.map(() => '---')), ...rows, ''];
const rolesText = (roles: ServedRoute['roles']): string => (typeof roles === 'string' ? roles : roles.join(', '));
const named = (event: IntegrationEvent): string => `${code(`${event.context}.${event.name}`)} v${event.version}`;

/** Fields of a body or a query string; those that may be left out in brackets. */
function fieldsText(type: FieldsClass | undefined): string {
  if (!type) return '';
  const { properties, required = [] } = schemaOf(type) as { readonly properties: object; readonly required?: readonly string[] };
  const names = Object.keys(properties);
  const optional = names.filter((name) => !required.includes(name));
  return [...names.filter((name) => required.includes(name)).map(code), ...(optional.length > 0 ? [`(${optional.map(code).join(', ')})`] : [])].join(', ');
}

function readModelRow({ name, version, says, streams, indexes, search = {} }: AnyReadModel): string {
  const searched = Object.entries(search).map(([field, { as }]) => `${code(field)} by ${as === 'words' ? 'words and their beginnings' : 'whole value'}`);
  return row(
    code(name),
    String(version),
    says,
    streams.length === 0 ? 'every stream' : streams.map((prefix) => code(`${prefix}<id>`)).join(', '),
    indexes.map((fields) => code(fields.join(', '))).join('<br>'),
    searched.join('<br>'),
  );
}

function personalText({ personal }: AnyEventDefinition): string {
  return Object.entries(personal)
    .map(([path, mark]) => `${code(path)} (${mark.kind})`)
    .join(', ');
}

function contextText(context: ContextDefinition): readonly string[] {
  const refusals = (rules: Readonly<Record<string, string>>): string =>
    Object.entries(rules)
      .map(([rule, meaning]) => `${code(rule)} ${meaning}`)
      .join('<br>');
  const events = context.aggregates.flatMap((aggregate) => aggregate.events.map((event) => ({ aggregate, event })));
  return [
    `## ${context.name}`,
    '',
    context.says,
    '',
    '### Commands',
    '',
    ...table(
      ['command', 'what it does', 'for', 'body (may be left out)', 'events', 'refused when'],
      commandsOf(context).map(({ path, roles, route }) =>
        row(`${code(route.name)}<br>POST ${code(path)}`, route.says, rolesText(roles), fieldsText(route.body), route.events.map((event) => event.type).join(', '), refusals(route.rules)),
      ),
    ),
    '### Queries',
    '',
    ...table(
      ['query', 'what it shows', 'for', 'parameters (may be left out)'],
      queriesOf(context).map(({ path, roles, route }) => row(`GET ${code(path)}`, route.record ? `${route.says} Written down in the access records.` : route.says, rolesText(roles), fieldsText(route.query))),
    ),
    '### Events',
    '',
    ...table(
      ['event', 'version', 'stream', 'what happened', 'personal fields (whose)'],
      events.map(({ aggregate, event }) => row(event.type, String(event.version), code(`${aggregate.category}-<id>`), event.options.says, personalText(event))),
    ),
    '### Publishes',
    '',
    ...table(
      ['of', 'as', 'topic', 'what it tells'],
      context.publishes.map(({ of, as }) => row(of.type, named(as), code(topicOf(as.context)), as.says)),
    ),
    '### Reacts to',
    '',
    ...table(
      ['to', 'reaction', 'what it does'],
      [
        ...context.reactions.map(({ to, name, says }) => row(named(to), code(name), says)),
        ...context.hears.map(({ event }) => row(named(event), 'heard', 'Kept as a setting of its own.')),
      ],
    ),
    '### Processes and timers',
    '',
    ...table(
      ['name', 'kind', 'what it does'],
      [...context.processes.map(({ name, says }) => row(code(name), 'process', says)), ...context.timers.map(({ name, says }) => row(code(name), 'timer', says))],
    ),
    '### Read models',
    '',
    ...table(
      ['read model', 'version', 'what it holds', 'from', 'indexes (after organisationId)', 'searched'],
      context.readModels.map(readModelRow),
    ),
  ];
}

/** docs/catalogue.md: everything that the contexts declare, as one page of Markdown, the same for the same contexts. */
export function catalogueOf(contexts: readonly ContextDefinition[]): string {
  const matrix = accessMatrixOf(contexts);
  return [
    '# Catalogue',
    '',
    'Made from the code: what every context takes, answers, writes down, tells and hears. Do not edit it by hand.',
    '',
    ...contexts.map((context) => `- [${context.name}](#${context.name}): ${context.says}`),
    '- [Who may use what](#who-may-use-what)',
    '',
    ...contexts.flatMap(contextText),
    '## Who may use what',
    '',
    'Besides the role, whose record it is decides: one of another site or organisation answers as one that does not exist.',
    '',
    ...table(
      ['route', 'nobody', ...staffRoles],
      matrix.map(({ method, path, roles }) =>
        row(`${method} ${code(path)}`, roles === 'public' ? 'yes' : '', ...staffRoles.map((role) => (typeof roles === 'string' || roles.includes(role) ? 'yes' : ''))),
      ),
    ),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}
