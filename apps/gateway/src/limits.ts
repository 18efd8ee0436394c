import { bearerOf, rateLimiter, type FrontConfiguration, type HttpRequest, type Platform, type RateLimiter } from '@alongside/service';

/** What operators and load balancers ask, as often as they like. */
const isWatching = (url: string): boolean => url === '/metrics' || url.startsWith('/health/');

/**
 * Counts every request for its network address, and for the person whom its token speaks for. Throws 429. A token that is none
 * counts for its address alone: the service that it is sent to refuses it.
 */
export function requestLimits({ addressLimit, personLimit }: FrontConfiguration, tokens: Platform['access']['tokens']): (request: HttpRequest) => Promise<void> {
  const addresses: RateLimiter = rateLimiter(addressLimit);
  const people: RateLimiter = rateLimiter(personLimit);
  return async (request) => {
    if (isWatching(request.url)) return;
    addresses.count(request.ip);
    const token = bearerOf(request);
    const person = token === undefined ? undefined : await tokens.verify(token).catch(() => undefined);
    if (!person) return;
    request.userId = person.id;
    people.count(person.id);
  };
}
