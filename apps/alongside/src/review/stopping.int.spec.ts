import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestClient } from '@alongside/testing/http';
import { done, startSystem, type System } from '../outside/system.js';

// A death or an erasure stops a journey at whichever stage it is: the demo has one at each of them.

let system: System;
let coordinator: TestClient;
let administrator: TestClient;

beforeAll(async () => {
  system = await startSystem();
  const { app, user, world } = system;
  coordinator = app.as(user('coordinator', { id: world.staff.riverside.id }));
  administrator = app.as(user('administrator', { id: world.organisation.administrator.id }));
}, 120_000);
afterAll(() => system?.app.remove());

const worklists = ['referrals', 'assessment', 'matching', 'supervision', 'evaluation'].map((context) => `/api/${context}/worklist?dueBy=2031-01-01`);

interface Item {
  readonly kind?: string;
  readonly journeyId?: string;
}

test('nothing of the journey stays open, and every place is free', async () => {
  const { app } = system;
  const open = (await system.records('referral')).filter(({ state }) => ['received', 'deferred', 'accepted'].includes((state as { readonly status: string }).status)).map(({ id }) => id);
  const stages = new Set(await Promise.all(open.map(async (id) => (await coordinator.get(`/api/referrals/${id}`)).body.stage as string)));
  expect([...stages].sort()).toEqual(['assessment', 'evaluation', 'matching', 'referral', 'support']);
  const outcomes = new Map(open.map((id, index) => [id, index % 2 === 0 ? 'died' : 'erased']));
  for (const [id, outcome] of outcomes) {
    if (outcome === 'died') await done(coordinator.post(`/api/referrals/${id}/record-death`, {}));
    else await done(administrator.post(`/api/referrals/${id}/erase-person`, { reason: 'asked-by-person', confirmation: 'erase', overrideReason: 'legal-advice' }));
  }
  await app.settled();

  const items: Item[] = [];
  for (const path of [...worklists, '/api/matching/waiting-list']) items.push(...((await coordinator.get(path)).body as { items: readonly Item[] }).items);
  for (const [id, outcome] of outcomes) {
    const concerns = (await coordinator.get(`/api/supervision/${id}`)).body.concerns as readonly { status: string }[];
    const waits = concerns.some(({ status }) => status === 'open');
    const kinds = items.filter(({ journeyId }) => journeyId === id).map(({ kind }) => kind);
    // A worry outlives the person, and the closing waits for it.
    expect([id, kinds.filter((kind) => !(waits && /concern|journey-to-close/.test(kind ?? '')))]).toEqual([id, []]);
    expect((await coordinator.get(`/api/referrals/${id}`)).body).toMatchObject({ status: waits ? 'ended' : 'closed', outcome });
  }
  const supporters = (await coordinator.get('/api/supporters?limit=100')).body.items as readonly { placesTaken: number }[];
  expect(supporters.map(({ placesTaken }) => placesTaken).filter((taken) => taken > 0)).toEqual([]);
  for (const path of [`/api/evaluation/invitations/${system.tokens.invitation}`, `/api/matching/responses/${system.tokens.response}`]) expect([path, (await app.get(path)).status]).not.toEqual([path, 200]);
}, 60_000);
