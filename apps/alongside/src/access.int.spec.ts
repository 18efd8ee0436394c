import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accessMatrixOf, commandsOf, exampleOf, refusalFor, staffRoles } from '@alongside/service';
import { accountsFollower, contexts } from '@alongside/system';
import { startTestApp, testUser, type TestApp, type TestResponse } from '@alongside/testing/http';

const rows = accessMatrixOf(contexts);
const bodies = new Map(contexts.flatMap((context) => commandsOf(context).map(({ path, route }) => [path, exampleOf(route.body)] as const)));
const nobodysId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ contexts, followers: (platform) => [accountsFollower(platform)] });
});
afterAll(() => app.remove());

/** Asks for a record that is not there, with a body as it should be. */
async function ask(row: (typeof rows)[number], role: (typeof staffRoles)[number] | 'nobody'): Promise<TestResponse> {
  const client = role === 'nobody' ? app : app.as(testUser(role));
  const path = row.path.replaceAll(/:\w*[iI]d\b/g, nobodysId).replaceAll(/:\w+/g, 'no-such-token');
  if (row.method === 'GET') return client.get(path);
  // Long ago, but never in the future of the clock.
  const example = bodies.get(row.path);
  const body = example && 'occurredAt' in example ? { ...example, occurredAt: app.clock.now().toISOString() } : (example ?? {});
  return row.method === 'POST' ? client.post(path, body) : client.send(path, { method: row.method });
}

describe('every route', () => {
  test.each(rows.map((row) => ({ route: `${row.method} ${row.path}`, row })))('$route lets in whom it declares, and nobody else', async ({ row }) => {
    for (const role of ['nobody', ...staffRoles] as const) {
      const refusal = refusalFor(row, role);
      const { status, body } = await ask(row, role);
      if (refusal !== undefined) {
        expect({ role, status, code: body.code as unknown }).toEqual({ role, status: refusal, code: refusal === 401 ? 'not-signed-in' : 'not-for-your-role' });
      } else {
        // Session routes have no examples here, and refuse whoever has no account.
        const refused = row.path.startsWith('/api/session') ? [500] : [401, 422, 500];
        const isRefused = refused.includes(status) || body?.code === 'not-for-your-role';
        expect({ role, refusedWith: isRefused ? (body as unknown) : undefined }).toEqual({ role, refusedWith: undefined });
      }
    }
  });
});

describe('every command about a record that is not there', () => {
  const commands = contexts.flatMap((context) => commandsOf(context)).filter(({ route, roles }) => !route.creates && !route.idOf && roles !== 'public');
  test.each(commands.map((command) => ({ path: command.path, command })))('$path takes its own example, and finds nothing', async ({ command: { path, roles } }) => {
    const role = typeof roles === 'string' ? 'administrator' : (roles[0] ?? 'administrator');
    const { status, body } = await ask({ context: '', method: 'POST', path, roles, ofRecord: true }, role);
    expect({ status, code: body.code as unknown, errors: body.errors as unknown }).toEqual({ status: 404, code: 'not-found', errors: undefined });
  });
});
