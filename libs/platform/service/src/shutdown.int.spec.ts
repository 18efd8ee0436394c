import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startTestApp, type TestApp } from '@alongside/testing/http';
import { gardensContext } from './samples/gardens.js';

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp({ contexts: [gardensContext] });
});
afterEach(() => app.remove());

/** A client that has sent the beginning of a body, once the service has begun to read it. */
async function halfSent(): Promise<Socket> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /api/session HTTP/1.1\r\nHost: alongside\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n');
  await once(socket, 'data');
  socket.write('{"email":');
  return socket;
}

async function stopping(): Promise<number> {
  const began = performance.now();
  await app.stop();
  return performance.now() - began;
}

test('requests whose clients went away do not keep the service from stopping', async () => {
  for (let client = 0; client < 5; client += 1) {
    const socket = await halfSent();
    socket.destroy();
    await once(socket, 'close');
  }
  expect(await stopping()).toBeLessThan(3_000);
});

test('a client that never sends the rest of its request is let go of when the time for answers is over', async () => {
  const socket = await halfSent();
  const closed = once(socket.resume(), 'close');
  expect(await stopping()).toBeLessThan(9_000);
  await closed;
}, 15_000);
