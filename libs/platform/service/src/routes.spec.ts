import { describe, expect, test } from '@jest/globals';
import { accessMatrixOf, refusalFor } from './access-matrix.js';
import { catalogueOf } from './catalogue.js';
import type { CommandRoute, ContextDefinition, QueryRoute } from './context-definition.js';
import { checkContexts, DeclarationError } from './routes.js';
import { gardensContext } from './samples/gardens.js';

const [openGarden, plantBed] = gardensContext.commands as [CommandRoute, CommandRoute];
const [list] = gardensContext.queries as [QueryRoute];
const withCommand = (route: CommandRoute): ContextDefinition => ({ ...gardensContext, commands: [route] });

describe('a context', () => {
  test('that declares everything can be served', () => {
    expect(() => checkContexts([gardensContext])).not.toThrow();
  });

  test.each([
    ['a command without access', withCommand({ ...openGarden, access: undefined as never }), 'open-garden declares no access'],
    ['a command for nobody', withCommand({ ...openGarden, access: { roles: [] } }), 'open-garden declares no access'],
    ['a query without access', { ...gardensContext, queries: [{ ...list, access: {} as never }] }, '/api/gardens declares no access'],
    ['two routes at one address', { ...gardensContext, commands: [plantBed, { ...plantBed, path: '/api/gardens/:gardenId/plant-bed', idOf: () => '' }] }, 'is served by gardens already'],
    ['a command that nothing decides', withCommand({ ...plantBed, name: 'dig-bed' }), 'nothing decides dig-bed'],
    ['a command of no stream', withCommand({ ...plantBed, path: '/api/gardens/plant-bed' }), 'does not say which stream'],
    ['an aggregate that is not listed', { ...gardensContext, aggregates: [] }, 'an aggregate that the context does not list'],
    ['a path outside the API', withCommand({ ...plantBed, path: '/gardens/:id' }), 'is no path below /api'],
  ] as readonly (readonly [string, ContextDefinition, string])[])('with %s is refused', (_what, context, why) => {
    expect(() => checkContexts([context])).toThrow(DeclarationError);
    expect(() => checkContexts([context])).toThrow(why);
  });
});

describe('the access matrix', () => {
  const rows = accessMatrixOf([gardensContext]);
  const at = (method: string, path: string) => rows.find((row) => row.method === method && row.path === path) as (typeof rows)[number];

  test('has every route, and who gets in', () => {
    const plant = at('POST', '/api/gardens/:id/plant-bed');
    expect(refusalFor(plant, 'nobody')).toBe(401);
    expect(refusalFor(plant, 'supervisor')).toBe(403);
    expect(refusalFor(plant, 'coordinator')).toBeUndefined();
    expect(refusalFor(at('POST', '/api/public/gardens/:gardenId/visit'), 'nobody')).toBeUndefined();
    expect(refusalFor(at('GET', '/api/session'), 'analyst')).toBeUndefined();
    expect(rows.filter(({ context }) => context === 'gardens')).toHaveLength(gardensContext.commands.length + gardensContext.queries.length);
  });

  test('cannot be made of a route without declared access', () => {
    expect(() => accessMatrixOf([withCommand({ ...openGarden, access: undefined as never })])).toThrow(DeclarationError);
  });
});

test('the catalogue names commands with their refusals, events with their personal fields, and what is told', () => {
  const catalogue = catalogueOf([gardensContext]);
  expect(catalogue).toContain('| `plant-bed`<br>POST `/api/gardens/:id/plant-bed` | Plants a bed. | coordinator | `plant`, (`occurredAt`, `sownOn`, `harvestOn`, `pests`) | BedPlanted | `not-open` There is no garden.<br>`no-bed-left` Every bed is planted. |');
  expect(catalogue).toContain('| GardenOpened | 1 | `garden-<id>` | A garden was opened. | `keeper` (mentee) |');
  expect(catalogue).toContain('| BedPlanted | `gardens.BedWasPlanted` v1 | `alongside.gardens.v1` | A bed was planted. |');
  expect(catalogue).toContain('| POST `/api/public/gardens/:gardenId/visit` | yes |');
  expect(catalogueOf([gardensContext])).toBe(catalogue);
});
