import type { AnyEventDefinition } from '@alongside/event-sourcing';
import type { IntegrationEvent } from '@alongside/messaging';
import type { ContextDefinition } from './context-definition.js';
import { accessMatrixOf, staffRoles } from './access-matrix.js';
import { commandsOf, queriesOf, type ServedRoute } from './routes.js';

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly string[]): readonly string[] =>
  rows.length === 0 ? ['None.', ''] : [row(...head), row(...head.map(() => '---')), ...rows, ''];
const rolesText = (roles: ServedRoute['roles']): string => (typeof roles === 'string' ? roles : roles.join(', '));
const named = (event: IntegrationEvent): string => `${code(`${event.context}.${event.name}`)} v${event.version}`;

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
      ['command', 'what it does', 'for', 'events', 'refused when'],
      commandsOf(context).map(({ path, roles, route }) =>
        row(`${code(route.name)}<br>POST ${code(path)}`, route.says, rolesText(roles), route.events.map((event) => event.type).join(', '), refusals(route.rules)),
      ),
    ),
    '### Queries',
    '',
    ...table(
      ['query', 'what it shows', 'for'],
      queriesOf(context).map(({ path, roles, route }) => row(`GET ${code(path)}`, route.record ? `${route.says} Written down in the access records.` : route.says, rolesText(roles))),
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
      ['of', 'as', 'what it tells'],
      context.publishes.map(({ of, as }) => row(of.type, named(as), as.says)),
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
      ['read model', 'version', 'what it holds'],
      context.readModels.map(({ name, version, says }) => row(code(name), String(version), says)),
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
