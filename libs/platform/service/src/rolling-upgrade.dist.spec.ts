import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { kafkaAddress, setUpTopics } from '@alongside/messaging/kafka';
import { openMongo } from '@alongside/mongodb';
import { databaseAt, describeWith } from '@alongside/testing';
import { startTestApp, testUser, type TestApp, type TestResponse } from '@alongside/testing/http';
import { organisationOfRooms, roomsReadingSecond, roomsWritingSecond } from './samples/rooms.fixture.js';

const siteId = 'c0ffee00-0000-4000-8000-000000000001';
const coordinator = testUser('coordinator', { organisationId: organisationOfRooms, sites: [siteId] });

describeWith('kafka', 'two releases side by side', (kafka) => {
  describeWith('mongodb', 'on one log, one broker and one database', (mongodb) => {
    const name = `upgrade${randomBytes(5).toString('hex')}`;
    const folder = mkdtempSync(join(tmpdir(), 'alongside-upgrade-'));
    const messages = `kafka://${kafka}?prefix=${name}.`;
    const documents = databaseAt(mongodb, name);
    const environment = {
      ALONGSIDE_EVENT_STORE: `sqlite:${join(folder, 'events.sqlite')}`,
      ALONGSIDE_MESSAGES: messages,
      ALONGSIDE_READ_MODELS: documents,
      ALONGSIDE_KEYS: documents,
      ALONGSIDE_ACCOUNTS: documents,
      ALONGSIDE_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    };
    /** The release that reads the second version, and the one that writes it. */
    let earlier: TestApp;
    let later: TestApp;
    const started: TestApp[] = [];
    const start = async (contexts: TestApp['platform']['contexts']): Promise<TestApp> => {
      const app = await startTestApp({ contexts, environment });
      started.push(app);
      return app;
    };

    beforeAll(async () => {
      await setUpTopics({ ...kafkaAddress(messages), contexts: ['rooms'], partitions: 4 });
      earlier = await start([roomsReadingSecond]);
      later = await start([roomsWritingSecond]);
    });
    afterAll(async () => {
      await Promise.all(started.map((app) => app.remove()));
      const mongo = openMongo({ url: documents });
      await mongo.connection.dropDatabase();
      await mongo.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const must = (status: number, answer: TestResponse): TestResponse => {
      expect({ status: answer.status, body: answer.body }).toMatchObject({ status });
      return answer;
    };
    const open = async (app: TestApp): Promise<string> => must(201, await app.as(coordinator).post('/api/rooms/open-room', { siteId })).body.id;
    const book = async (app: TestApp, id: string, guest: string, second?: string) => {
      const { position } = must(200, await app.as(coordinator).post(`/api/rooms/${id}/book-room`, { guest, ...(second !== undefined && { second }) })).body as { position: string };
      return position;
    };
    const show = async (app: TestApp, id: string, after: string) => must(200, await app.as(coordinator).get(`/api/rooms/${id}?after=${after}`)).body as { bookings: string[][]; cleaned: number };
    const lastPosition = async (app: TestApp): Promise<string> => (await app.platform.store.lastPosition()) ?? '';
    const eventsOf = async (id: string) => earlier.platform.store.readStream(`room-${id}`);

    test('commands at either are shown by both, and reacted to once, whoever reacts', async () => {
      const rooms = await Promise.all([open(earlier), open(later), open(earlier), open(later)]);
      for (const [index, id] of rooms.entries()) {
        const [one, other] = index % 2 === 0 ? [earlier, later] : [later, earlier];
        await book(one, id, 'guest-a');
        await book(other, id, 'guest-b');
        await book(later, id, 'guest-c', 'guest-d');
        await book(earlier, id, 'guest-e');
      }
      await Promise.all([earlier.settled(), later.settled()]);
      const last = await lastPosition(later);
      for (const id of rooms) {
        const wanted = { bookings: [['guest-a'], ['guest-b'], ['guest-c', 'guest-d'], ['guest-e']], cleaned: 4 };
        expect([await show(earlier, id, last), await show(later, id, last)]).toMatchObject([wanted, wanted]);
        const booked = (await eventsOf(id)).filter(({ type }) => type === 'RoomBooked').map(({ metadata: { schemaVersion } }) => schemaVersion);
        expect(booked.toSorted()).toEqual([1, 1, 2, 2]);
      }
    });

    test('what the later one wrote goes on at the earlier one alone: back to it is a way', async () => {
      const id = await open(later);
      await book(later, id, 'guest-a', 'guest-b');
      await later.stop();
      await book(earlier, id, 'guest-c');
      await earlier.settled();
      expect(await show(earlier, id, await lastPosition(earlier))).toMatchObject({ bookings: [['guest-a', 'guest-b'], ['guest-c']], cleaned: 2 });
    });

    test('what the earlier one left goes on at the later one alone', async () => {
      const id = await open(earlier);
      await book(earlier, id, 'guest-a');
      await earlier.stop();
      later = await start([roomsWritingSecond]);
      await book(later, id, 'guest-b', 'guest-c');
      await later.settled();
      expect(await show(later, id, await lastPosition(later))).toMatchObject({ bookings: [['guest-a'], ['guest-b', 'guest-c']], cleaned: 2 });
    });
  });
});
