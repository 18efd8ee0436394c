import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { testIds } from '@alongside/testing';
import { testUser, type TestApp, type TestClient } from '@alongside/testing/http';
import { personAggregate } from './domain/person.js';
import { newReferral, startReferrals } from './told-by-others.fixture.js';

let app: TestApp;
let staff: TestClient;

beforeEach(async () => {
  app = await startReferrals();
  staff = app.as(testUser('coordinator'));
});
afterEach(() => app.remove());

const personal = ['Zebedee', 'Quillfeather', '01632 960099', '01632960099', 'zebedee@example.org', '1987-11-23', 'ZZ1 2YY', 'ZZ12YY', 'Lighthouse', 'Marigold Finch', 'finch@clinic.example.org', 'Examplinol', 'Never at the mill'];

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => (statSync(join(folder, name)).isDirectory() ? filesOf(join(folder, name)) : [join(folder, name)]));
}

async function referred(): Promise<{ id: string; personId: string }> {
  const { body } = await staff.post('/api/referrals/receive-referral', {
    ...newReferral({ source: 'clinician', referrer: { name: 'Marigold Finch', agency: 'Lighthouse Practice', contact: 'finch@clinic.example.org' } }),
    form: { name: 'Zebedee Quillfeather', telephone: '01632 960099', email: 'zebedee@example.org' },
    safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'], note: 'Never at the mill' },
  });
  await staff.post(`/api/referrals/${body.id}/amend-form`, { form: { 'date-of-birth': '1987-11-23', postcode: 'ZZ1 2YY', 'current-medication': 'Examplinol', reason: 'Zebedee wants to talk.' } });
  await staff.post(`/api/referrals/${body.id}/record-contact-attempt`, { channel: 'telephone', outcome: 'reached', note: 'Zebedee was well.' });
  await app.settled();
  return { id: body.id, personId: body.personId };
}

it('is in the clear in no file and no log', async () => {
  const { id } = await referred();
  expect((await staff.get('/api/referrals?search=quill')).body.items).toEqual([expect.objectContaining({ id, name: 'Zebedee Quillfeather' })]);
  const wrong = await staff.post('/api/referrals/receive-referral', { ...newReferral(), form: { name: 'Zebedee Quillfeather', email: 'zebedee at example' } });
  expect(wrong.status).toBe(422);
  expect(JSON.stringify(wrong.body)).not.toContain('zebedee');
  const files = filesOf(app.dataFolder);
  // What is looked for in the clear would be found: ids are.
  expect(files.some((file) => readFileSync(file, 'latin1').includes(id))).toBe(true);
  for (const file of files) {
    const content = readFileSync(file, 'latin1');
    for (const each of personal) if (content.includes(each)) throw new Error(`${file} holds ${each}`);
  }
  const logged = app.logged.join('\n');
  for (const each of personal) expect(logged).not.toContain(each);
});

it('of a check-only field is nowhere at all', async () => {
  const { id } = await referred();
  expect(JSON.stringify((await staff.get(`/api/referrals/${id}`)).body)).not.toContain('Examplinol');
});

it('is erased in full although the request that ordered it came no further', async () => {
  const { id, personId } = await referred();
  await app.platform.streams.execute(
    personAggregate,
    personId,
    { type: 'order-erasure', data: { personId, reason: 'asked-by-person', there: [id], supporterIds: [], openConcernIds: [], aboutWhoAsks: false } },
    { commandId: testIds.administratorId, correlationId: testIds.administratorId, actor: { id: testIds.administratorId, role: 'administrator' } },
  );
  await app.settled();
  const record = (await staff.get(`/api/referrals/${id}`)).body;
  expect(record).toMatchObject({ erased: true, safeContact: 'erased' });
  expect(JSON.stringify(record)).not.toContain('Zebedee');
  expect((await staff.get('/api/referrals?search=quill')).body.items).toEqual([]);
});

it('is sent once however often it is sent', async () => {
  const headers = { 'idempotency-key': 'the-same' };
  const [one, two] = await Promise.all([staff.post('/api/referrals/receive-referral', newReferral(), headers), staff.post('/api/referrals/receive-referral', newReferral(), headers)]);
  expect(one.body).toEqual(two.body);
  const other = await staff.post('/api/referrals/receive-referral', newReferral({}, { name: 'Somebody Else' }), headers);
  expect(other.status).toBe(422);
  await app.settled();
  expect((await staff.get('/api/referrals')).body.items).toHaveLength(1);
});
