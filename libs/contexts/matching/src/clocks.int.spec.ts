import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { testIds } from '@alongside/testing';
import { testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { coordinator, readySupporter, startMatching, waiting } from './told-by-others.fixture.js';

const { journeyId } = testIds;
let app: TestApp;
let staff: TestClient;

beforeEach(async () => {
  app = await startMatching();
  staff = app.as(coordinator);
});
afterEach(() => app.remove());

/** As if what comes next came to another machine, whose clock is that much behind. */
function isBehind(milliseconds: number): void {
  const at = app.clock.now().getTime() - milliseconds;
  Object.assign(app.clock, { now: () => new Date(at) });
}
const act = async (name: string, body: object, client = staff): Promise<number> => (await client.post(`/api/matching/${journeyId}/${name}`, body)).status;

test('an answer to a proposal is not refused for a clock that is behind the one that proposed', async () => {
  const supporterId = await readySupporter(app, { name: 'Greta', email: 'greta@example.org' });
  await waiting(app, journeyId);
  expect(await act('propose-match', { supporterId })).toBe(200);
  await app.settled();
  isBehind(50);
  expect(await act('respond-to-match', { answer: 'accepted' }, app.as(testUser('supporter', { id: supporterId })))).toBe(200);
  expect(await act('withdraw-proposal', { reason: 'Too far away after all.' })).toBe(200);
});

test.each([
  ['leave-waiting-list', { reason: 'left' }],
  ['return-to-assessment', { reason: 'Things have changed.' }],
])('%s is not refused for a clock that is behind the one that put the journey on the list', async (name, body) => {
  await waiting(app, journeyId);
  isBehind(50);
  expect(await act(name, body)).toBe(200);
});
