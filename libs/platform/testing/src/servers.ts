import { describe } from '@jest/globals';

const variables = {
  kafka: 'ALONGSIDE_TEST_KAFKA',
  mongodb: 'ALONGSIDE_TEST_MONGODB',
  eventstoredb: 'ALONGSIDE_TEST_EVENTSTOREDB',
} as const;

export type Server = keyof typeof variables;

/**
 * A suite against a real server, given its address. Where the servers come from is `npm run test:distributed`'s to decide; where there is none
 * the suite is skipped, and counted as such.
 */
export function describeWith(server: Server, title: string, suite: (address: string) => void): void {
  const address = process.env[variables[server]];
  if (address === undefined || address === '') describe.skip(`${title} (no ${server}: set ${variables[server]})`, () => suite(''));
  else describe(title, () => suite(address));
}

/** The address of another database on the same server. Its address may name several hosts, a database, a user and options; who the user is goes on to be known where it was. */
export function databaseAt(address: string, name: string): string {
  const [, server = '', former = '', query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(address) ?? [];
  const options = new URLSearchParams(query);
  if (server.includes('@') && !options.has('authSource')) options.set('authSource', former === '' ? 'admin' : former);
  return `${server}/${name}${options.size > 0 ? `?${options}` : ''}`;
}
