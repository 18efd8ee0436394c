import type { CommandRoute, ContextDefinition, QueryRoute, StaffRole } from './context-definition.js';

/** A route as it is served, for controllers, OpenAPI, the catalogue and the access matrix alike. */
export interface ServedRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly params: readonly string[];
  /** Unique among all contexts: OpenAPI's operationId and the name of the controller's method. */
  readonly operation: string;
  readonly roles: readonly StaffRole[] | 'public' | 'signed-in';
}

export interface ServedCommand extends ServedRoute {
  readonly route: CommandRoute;
}

export interface ServedQuery extends ServedRoute {
  readonly route: QueryRoute;
}

/** A context that cannot be served as it is declared. */
export class DeclarationError extends Error {
  constructor(context: string, what: string) {
    super(`context ${context}: ${what}`);
    this.name = 'DeclarationError';
  }
}

const paramsOf = (path: string): string[] => [...path.matchAll(/:([A-Za-z]\w*)/g)].map((match) => match[1] ?? '');

const camelCase = (words: string): string => words.replaceAll(/[^A-Za-z0-9]+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase()).replaceAll(/[^A-Za-z0-9]/g, '');

export const pathOf = (context: string, route: CommandRoute): string =>
  route.path ?? (route.creates ? `/api/${context}/${route.name}` : `/api/${context}/:id/${route.name}`);

/** Who may use it must be declared for every route, and mean somebody: nothing is open by omission. */
function declaredRoles(context: string, what: string, route: { readonly access?: CommandRoute['access'] }): ServedRoute['roles'] {
  const roles = route.access?.roles;
  if (roles === undefined || roles.length === 0) throw new DeclarationError(context, `${what} declares no access`);
  return roles;
}

function served(method: ServedRoute['method'], path: string, operation: string, roles: ServedRoute['roles'], context: string): ServedRoute {
  if (!/^\/(?:api|\.well-known)(?:\/(?::?[A-Za-z0-9_.-]+))+$/.test(path)) throw new DeclarationError(context, `${path} is no path below /api`);
  return { method, path, params: paramsOf(path), operation, roles };
}

/**
 * A command with a path of its own is named by it: two kinds of stream may have a command of one name. Where one address both
 * creates and, with an id, changes, the one that changes is named as its decider names it.
 */
const operationOf = (context: string, route: CommandRoute): string =>
  camelCase(
    route.path === undefined
      ? `${context}-${route.name}`
      : route.path
          .replace(/\/:id\/[^/:]+$/, `/${route.name}`)
          .replace(/^\/(?:api\/)?/, '')
          .replaceAll(/\/:\w+/g, ''),
  );

export function commandsOf(context: ContextDefinition): readonly ServedCommand[] {
  return context.commands.map((route) => ({
    ...served('POST', pathOf(context.name, route), operationOf(context.name, route), declaredRoles(context.name, route.name, route), context.name),
    route,
  }));
}

export function queriesOf(context: ContextDefinition): readonly ServedQuery[] {
  return context.queries.map((route) => ({
    ...served('GET', route.path, camelCase(`read-${route.path.replace(/^\/api\//, '')}`), declaredRoles(context.name, route.path, route), context.name),
    route,
  }));
}

/** Throws a `DeclarationError` for what could only go wrong later: two routes at one address, a command that nothing decides. */
export function checkContexts(contexts: readonly ContextDefinition[]): void {
  const taken = new Map<string, string>();
  const operations = new Set<string>();
  for (const context of contexts) {
    for (const each of [...commandsOf(context), ...queriesOf(context)]) {
      const address = `${each.method} ${each.path.replaceAll(/:\w+/g, ':')}`;
      const other = taken.get(address);
      if (other !== undefined) throw new DeclarationError(context.name, `${address} is served by ${other} already`);
      taken.set(address, context.name);
      if (operations.has(each.operation)) throw new DeclarationError(context.name, `two routes are called ${each.operation}`);
      operations.add(each.operation);
    }
    for (const { route } of commandsOf(context)) {
      if (!context.aggregates.includes(route.aggregate)) throw new DeclarationError(context.name, `${route.name} is of an aggregate that the context does not list`);
      if (!route.run && !Object.hasOwn(route.aggregate.decider.decide, route.name)) throw new DeclarationError(context.name, `nothing decides ${route.name}`);
      if (!route.creates && !route.idOf && !paramsOf(pathOf(context.name, route)).includes('id')) throw new DeclarationError(context.name, `${route.name} does not say which stream it is of`);
    }
    for (const { route, params } of queriesOf(context)) {
      if (route.record && !(route.record.param === undefined ? params.length > 0 : params.includes(route.record.param))) {
        throw new DeclarationError(context.name, `${route.path} names no parameter for its record`);
      }
    }
  }
}
