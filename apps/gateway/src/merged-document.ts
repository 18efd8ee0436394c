import type { Documents } from '@alongside/service';
import type { RoutedService } from './routing.js';

type OpenApi = Parameters<NonNullable<Documents['openApi']>>[0];
type PathItem = OpenApi['paths'][string];

/** A service's document is read again when somebody asks and it is older than this, in milliseconds. */
const freshFor = 10_000;
/** Longer than this nobody waits for a document that is known from before; nor, longer by far, for one that is not: it is made when first asked for. */
const patience = { known: 2_000, unknown: 10_000 };

/** As OpenAPI writes the path of a route. */
const templateOf = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}');

async function read({ addresses }: RoutedService, within: number): Promise<OpenApi | undefined> {
  for (const address of addresses) {
    try {
      const answer = await fetch(new URL('/api/openapi.json', address), { signal: AbortSignal.timeout(within), redirect: 'error' });
      const document = (await answer.json()) as Partial<OpenApi>;
      if (answer.ok && typeof document.paths === 'object') return document as OpenApi;
    } catch {
      // It is down, or says something else: the next one, or what it said before.
    }
  }
  return undefined;
}

/** Of a service's document, the routes that are its own: what every process has (health, metrics) is the gateway's. */
function ownRoutes({ routes }: RoutedService, document: OpenApi): OpenApi['paths'] {
  const paths: Record<string, PathItem> = {};
  for (const { method, path } of routes) {
    const template = templateOf(path);
    const verb = method === 'GET' ? 'get' : 'post';
    const operation = document.paths[template]?.[verb];
    if (operation) paths[template] = { ...paths[template], [verb]: operation };
  }
  return paths;
}

/**
 * One OpenAPI document of the gateway's own and of every service's, each read from the service itself. While one is down, what it said
 * last is shown; of one that never answered, nothing.
 */
export function mergedDocument(services: readonly RoutedService[]): NonNullable<Documents['openApi']> {
  const known = new Map<string, { document?: OpenApi; readAt: number }>();

  const documentOf = async (service: RoutedService): Promise<OpenApi | undefined> => {
    const before = known.get(service.name);
    if (before && performance.now() - before.readAt < freshFor) return before.document;
    const document = (await read(service, before ? patience.known : patience.unknown)) ?? before?.document;
    // One that gave nothing is asked again the next time.
    if (document) known.set(service.name, { document, readAt: performance.now() });
    return document;
  };

  return async (own) => {
    const documents = await Promise.all(services.map(async (service) => ({ service, document: await documentOf(service) })));
    const paths: Record<string, PathItem> = { ...own.paths };
    let components = own.components ?? {};
    for (const { service, document } of documents) {
      if (!document) continue;
      for (const [path, item] of Object.entries(ownRoutes(service, document))) paths[path] = { ...paths[path], ...item };
      components = { ...components, schemas: { ...document.components?.schemas, ...components.schemas } };
    }
    return { ...own, paths, components };
  };
}
