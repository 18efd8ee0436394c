import { request as httpRequest, type RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Missing } from './dependencies.js';
import { Door, ListenError } from './door.js';

let missing: Missing[];
let door: Door;
let url: string;

beforeEach(async () => {
  missing = [{ name: 'messages', variable: 'ALONGSIDE_MESSAGES', why: 'kafka 127.0.0.1:9092 cannot be reached' }];
  door = new Door(() => missing);
  url = await door.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => door.close());

const ask = async (path: string, options?: RequestInit) => {
  const answer = await fetch(`${url}${path}`, options);
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: (await answer.json()) as unknown };
};

const application: RequestListener = (_request, reply) => void reply.end('{"status":"ready"}');

describe('before there is an application', () => {
  it('the process lives, has not started, is not ready, and says what is missing and why', async () => {
    expect(await ask('/health/live')).toMatchObject({ status: 200, body: { status: 'live' } });
    expect(await ask('/health/ready')).toEqual({ status: 503, retryAfter: '1', body: { status: 'not-ready', missing: ['messages'], why: missing } });
    expect(await ask('/health/started')).toEqual({ status: 503, retryAfter: '1', body: { status: 'not-started', missing: ['messages'], why: missing } });
    missing = [];
    expect(await ask('/health/ready')).toMatchObject({ status: 503, body: { status: 'not-ready', missing: ['start'] } });
    expect(await ask('/health/started')).toMatchObject({ status: 503, body: { status: 'not-started', missing: ['start'] } });
  });

  it('everything else is told to come again, also what it sends much with', async () => {
    expect(await ask('/api/referrals')).toMatchObject({ status: 503, retryAfter: '2', body: { code: 'starting', status: 503 } });
    expect(await ask('/api/referrals/receive-referral', { method: 'POST', body: 'x'.repeat(2_000_000) })).toMatchObject({ status: 503 });
  });
});

describe('when there is an application', () => {
  it('it answers on the connections that are open', async () => {
    // `fetch` keeps its connection: the same one is answered by the other.
    expect(await ask('/health/ready')).toMatchObject({ status: 503 });
    door.openTo(application);
    expect(await ask('/health/ready')).toMatchObject({ status: 200 });
  });

  it('no request is refused while it takes over', async () => {
    let going = true;
    const statuses = new Set<number>();
    const asking = Array.from({ length: 8 }, async () => {
      while (going) {
        statuses.add(
          await new Promise<number>((resolve, reject) => {
            httpRequest(`${url}/health/ready`, { agent: false }, (answer) => void answer.resume().once('end', () => resolve(answer.statusCode ?? 0))).once('error', reject).end();
          }),
        );
      }
    });
    while (!statuses.has(503)) await new Promise(setImmediate);
    door.openTo(application);
    while (!statuses.has(200)) await new Promise(setImmediate);
    going = false;
    await Promise.all(asking);
    expect([...statuses].sort()).toEqual([200, 503]);
  });
});

it('a port in use, or an address of another machine, is told in one line', async () => {
  const port = Number(new URL(url).port);
  await expect(new Door(() => []).listen({ host: '127.0.0.1', port })).rejects.toThrow(ListenError);
  await expect(new Door(() => []).listen({ host: '127.0.0.1', port })).rejects.toThrow(`port ${port} of 127.0.0.1 is in use`);
  await expect(new Door(() => []).listen({ host: '203.0.113.1', port: 0 })).rejects.toThrow('ALONGSIDE_HOST 203.0.113.1 is no address of this machine');
});
