import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '@alongside/event-sourcing';
import type { TestClient } from '@alongside/testing/http';
import { clientOf, done, Findings, pathWith, queries, startSystem, type Role, type System } from './system.js';

// Whoever opens a person's record stands in the access records: who, when, what and why. And a journey's timeline is its log.

let system: System;
let auditor: TestClient;

beforeAll(async () => {
  system = await startSystem();
  // Time goes on here: a new token for each request.
  auditor = system.app.as(system.user('auditor', { id: system.world.staff.auditor.id }));
});
afterAll(() => system?.app.remove());

interface Entry {
  readonly context: string;
  readonly what: string;
  readonly openedAt: string;
  readonly reader: { readonly id: string; readonly name?: string };
  readonly relation?: string;
  readonly reason?: string;
}

async function everyPage<T>(path: string): Promise<readonly T[]> {
  const items: T[] = [];
  for (let next: string | undefined, first = true; first || next !== undefined; first = false) {
    const page = (await done(auditor.get(`${path}?limit=100${next === undefined ? '' : `&cursor=${next}`}`))) as { items: T[]; next?: string };
    items.push(...page.items);
    ({ next } = page);
  }
  return items;
}

const recordsOf = (journeyId: string): Promise<readonly Entry[]> => everyPage<Entry>(`/api/journeys/${journeyId}/access-records`);
const ofJourneys = ['referral', 'assessment', 'matching', 'support', 'evaluation'];

describe('opening a record', () => {
  const ofRecords = queries.filter(({ route, params }) => route.record && params.length === 1);

  test('of a journey, by anybody: who, when, what and why, in the access records of the journey', async () => {
    const findings = new Findings();
    const { app, world } = system;
    const reason = 'Her sister rang';
    let opened = 0;
    for (const query of ofRecords.filter(({ route }) => ofJourneys.includes(route.record?.aggregate.category ?? ''))) {
      const known = await system.records(query.route.record?.aggregate.category ?? '');
      for (const role of query.roles as readonly Role[]) {
        for (const { id, belonging } of known.slice(0, 6)) {
          const readerId = role === 'supporter' ? belonging.supporterId : role === 'supervisor' ? (belonging.supervisorId ?? world.staff.supervisor.id) : role === 'referrer' ? belonging.referrerId : role === 'auditor' ? world.staff.auditor.id : world.staff.riverside.id;
          if (readerId === undefined) continue;
          const reader = await clientOf(app, system.user(role, { id: readerId }));
          app.clock.advance({ minutes: 1 });
          const at = app.clock.now().toISOString();
          for (const headers of [{}, { 'access-reason': reason }]) {
            const { status } = await reader.get(pathWith(query.path, { id }), headers);
            if (status !== 200) continue;
            opened += 1;
            const entries = (await recordsOf(id)).filter((entry) => entry.reader.id === readerId && entry.openedAt === at && entry.what === query.route.record?.what);
            const told = entries.filter((entry) => ('access-reason' in headers ? entry.reason === reason : entry.reason === undefined && typeof entry.relation === 'string'));
            if (told.length === 0) findings.add(query.path, role, id, headers, 'is not written down', entries.length === 0 ? (await recordsOf(id)).slice(0, 2) : entries);
          }
        }
      }
    }
    findings.none();
    expect(opened).toBeGreaterThan(60);
  });

  test('of a supporter or a group stands in the log', async () => {
    const findings = new Findings();
    const { app, world } = system;
    for (const query of ofRecords.filter(({ route }) => !ofJourneys.includes(route.record?.aggregate.category ?? ''))) {
      const [record] = await system.records(query.route.record?.aggregate.category ?? '');
      for (const role of query.roles as readonly Role[]) {
        const readerId = role === 'supporter' ? record?.belonging.supporterId : role === 'supervisor' ? (record?.belonging.supervisorId ?? world.staff.supervisor.id) : world.staff.riverside.id;
        const reader = await clientOf(app, system.user(role, { id: readerId ?? '' }));
        const { status } = await reader.get(pathWith(query.path, { id: record?.id ?? '' }));
        const written = await openingsOf(record?.id ?? '');
        if (status !== 200 || !written.some(({ metadata }) => metadata.actor.id === readerId && metadata.actor.role === role)) findings.add(query.path, role, status, written.length);
      }
    }
    findings.none();
  });

  test('that is refused is none, and a list is none', async () => {
    const { app, world } = system;
    const [record] = (await system.records('referral')).filter(({ belonging }) => belonging.siteId === world.sites.riverside);
    const id = record?.id ?? '';
    const elsewhere = await clientOf(app, system.user('coordinator', { id: world.staff.hillside.id, sites: [world.sites.hillside] }));
    const findings = new Findings();
    const before = (await everyOpening()).length;
    for (const query of ofRecords) {
      for (const client of [app, elsewhere, await clientOf(app, system.user('analyst'))]) {
        const { status } = await client.get(pathWith(query.path, { id }));
        if (status < 400) findings.add(query.path, status);
      }
    }
    const staff = await clientOf(app, system.user('coordinator', { id: world.staff.riverside.id }));
    for (const { path } of queries.filter(({ params, route }) => params.length === 0 && !route.record)) await staff.get(path);
    const opened = (await everyOpening()).slice(before);
    if (opened.length > 0) findings.add('was written down', opened.map(({ stream }) => stream));
    findings.none();
  });

  test('looking at who looked is written down as well', async () => {
    const [record] = await system.records('referral');
    const id = record?.id ?? '';
    const before = await recordsOf(id);
    const after = await recordsOf(id);
    expect(after.length).toBe(before.length + 1);
    expect(after[0]).toMatchObject({ what: 'access-records', reader: { id: system.world.staff.auditor.id } });
  });
});

async function everyOpening(): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of system.app.platform.store.readAll({ prefixes: ['access-'] })) events.push(event);
  return events;
}

const openingsOf = async (id: string): Promise<readonly RecordedEvent[]> => (await everyOpening()).filter(({ stream }) => stream.endsWith(id));

describe('the timeline of every journey', () => {
  interface TimelineEntry {
    readonly position: string;
    readonly type: string;
    readonly stream: string;
    readonly says: string;
    readonly occurredAt: string;
    readonly recordedAt: string;
    readonly actor: { readonly id: string; readonly role: string };
  }

  test('has every event of its five streams in the order of the log, each with who, when it happened, when it was recorded', async () => {
    const findings = new Findings();
    const seen = new Set<string>();
    for (const { id } of await system.records('referral')) {
      const entries = await everyPage<TimelineEntry>(`/api/journeys/${id}/timeline`);
      const positions = entries.map(({ position }) => position);
      if (positions.join() !== [...positions].sort().join()) findings.add(id, 'is not in order');
      const told = new Map(entries.map((entry) => [entry.position, entry]));
      for (const category of ofJourneys) {
        for (const { position, type, metadata } of await system.app.platform.store.readStream(`${category}-${id}`)) {
          const entry = told.get(position);
          seen.add(type);
          if (!entry) findings.add(id, type, position, 'is missing');
          else if (entry.type !== type || entry.actor.id !== metadata.actor.id || entry.actor.role !== metadata.actor.role || entry.occurredAt !== metadata.occurredAt || entry.recordedAt !== metadata.recordedAt || entry.says === '') findings.add(id, type, entry);
        }
      }
    }
    findings.none();
    expect(seen.size).toBeGreaterThan(50);
  });
});
