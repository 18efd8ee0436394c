import { DatabaseSync } from 'node:sqlite';
import { eventually } from '@alongside/testing';
import { staged, type Staged } from '../case-studies/staged.js';
import type { CliCommand } from '../commands/command.js';
import { deadLettersDrop, deadLettersList, deadLettersReplay } from '../commands/dead-letters.js';
import { recordingTerminal } from '../commands/recording-terminal.fixture.js';
import { republish } from '../commands/republish.js';
import { arrangeMeeting, getToKnow, receive, type Journey } from '../demo/scenario/journey.js';

// A reaction that always throws for some journeys, in the whole system, however many processes it is: nothing in the programs is changed, the log
// refuses whatever they write of those journeys' assessments.

let stage: Staged;
let poisoned: Journey;
let healthy: Journey;
let givenUp: Journey;

const assessmentOf = ({ id }: Journey): string => `assessment-${id}`;

function inTheLog(sql: string): void {
  const { eventStore } = stage.app.platform.configuration;
  if (eventStore.kind !== 'sqlite') throw new Error('the log is not in a file');
  const database = new DatabaseSync(eventStore.file, { timeout: 10_000 });
  database.exec(sql);
  database.close();
}

async function run(command: CliCommand, values: Readonly<Record<string, string | boolean>> = {}, ...positionals: readonly string[]) {
  const terminal = recordingTerminal();
  const code = await command.run({ configuration: stage.app.platform.configuration, terminal, values, positionals, signal: new AbortController().signal });
  return { code, printed: terminal.printed.join('\n'), told: terminal.told.join('\n') };
}

const lettersOf = async ({ id }: Journey) => (await stage.app.platform.loops.deadLetters.list({ consumer: 'assessment', key: id })).map(({ id: number, name, status, attempts }) => ({ number, name, status, attempts }));
const written = async (journey: Journey) => (await stage.app.platform.store.readStream(assessmentOf(journey))).map(({ type, data }) => [type, (data as { readonly topic?: string }).topic]);
const settled = (): Promise<void> => stage.app.settled({ faultsAllowed: true });

beforeAll(async () => {
  stage = await staged('poison');
  const { sites, staff } = stage.world;
  const refer = (name: string, telephone: string): Promise<Journey> =>
    receive(stage.story, staff.riverside, [0, '09:00'], { siteId: sites.riverside, source: 'self', channel: 'telephone', form: { name, telephone } });
  poisoned = await refer('Robin Kestrelwood', '01632 960301');
  healthy = await refer('Kim Larchfield', '01632 960302');
  givenUp = await refer('Sky Marshgate', '01632 960303');
  await settled();
  inTheLog(`CREATE TRIGGER poison BEFORE INSERT ON events WHEN NEW.stream IN ('${assessmentOf(poisoned)}', '${assessmentOf(givenUp)}') BEGIN SELECT RAISE(ABORT, 'poison'); END`);
  for (const journey of [poisoned, healthy, givenUp]) {
    await getToKnow(journey, [1, '10:00'], { 'date-of-birth': '1990-04-05', reason: 'Wants company.' });
    await journey.does('referrals', 'accept-referral', [2, '09:00']);
  }
  await settled();
});
afterAll(() => stage.app.remove());

it('is put aside after its retries, and what comes later of its journey waits behind it', async () => {
  for (const journey of [poisoned, givenUp]) {
    const [first, ...behind] = await lettersOf(journey);
    expect(first).toMatchObject({ name: 'referrals.CoordinatorAssigned', status: 'failed', attempts: 4 });
    expect(behind.map(({ status, attempts }) => [status, attempts])).toEqual(behind.map(() => ['waiting', 0]));
    expect(behind.map(({ name }) => name)).toContain('referrals.ReferralAccepted');
    // What was there before.
    expect(await written(journey)).toEqual([['AssessmentHeard', 'referral']]);
  }
  const { code, printed } = await run(deadLettersList, { consumer: 'assessment', key: poisoned.id });
  expect(code).toBe(0);
  expect(printed).toMatch(new RegExp(`^\\d+ +assessment +${poisoned.id} +referrals\\.CoordinatorAssigned +failed +referral-${poisoned.id} +\\d+ +\\S+ +4 .* DuplicateEvent`, 'm'));
  expect(printed).toMatch(new RegExp(`^\\d+ +assessment +${poisoned.id} +referrals\\.ReferralAccepted +waiting `, 'm'));
  expect(printed).not.toMatch(/Kestrelwood|960301/);
});

it('holds up no other journey', async () => {
  expect((await written(healthy)).map(([type]) => type)).toContain('AssessmentOpened');
  await arrangeMeeting(healthy, [2, '10:00'], [4, '17:00']);
  await settled();
  expect(await lettersOf(healthy)).toEqual([]);
});

it('fails again where nothing was put right, and stays where it is', async () => {
  const before = await lettersOf(poisoned);
  expect(await run(deadLettersReplay, { consumer: 'assessment', key: poisoned.id })).toMatchObject({ code: 1, printed: '0 done, 1 failed again, 0 still to be tried' });
  expect((await lettersOf(poisoned)).map(({ number, name, status }) => ({ number, name, status }))).toEqual(before.map(({ number, name, status }) => ({ number, name, status })));
});

it('can be given up, and then what waited behind it is tried', async () => {
  const [first, second] = await lettersOf(givenUp);
  expect(await run(deadLettersDrop, { yes: true }, String(first?.number))).toMatchObject({ code: 0, printed: `dropped referrals.CoordinatorAssigned of referral-${givenUp.id}, revision ${await revisionOf(givenUp, 'CoordinatorAssigned')} for assessment` });
  await eventually('the next one has failed', async () => {
    const [head] = await lettersOf(givenUp);
    return head?.number === second?.number && head?.status === 'failed';
  });
});

it('is finished in order once that was put right, and the journey goes on', async () => {
  const before = (await written(healthy)).filter(([type]) => type === 'AssessmentOpened' || type === 'AssessmentHeard');
  inTheLog('DROP TRIGGER poison');
  expect(await run(deadLettersReplay, { consumer: 'assessment', key: poisoned.id })).toMatchObject({ code: 0, printed: '1 done, 0 failed again, 0 still to be tried' });
  expect(await run(deadLettersReplay, { all: true })).toMatchObject({ code: 0 });
  // What waits behind what was replayed is worked off after it.
  await eventually('nothing is left', async () => (await stage.app.platform.loops.deadLetters.list()).length === 0);
  await stage.app.settled();
  // The same messages in the same order as for the journey that nothing was wrong with.
  expect(await written(poisoned)).toEqual(before);
  expect(await written(givenUp)).toEqual(before.filter(([, topic]) => topic !== 'coordinator'));
  expect(await run(deadLettersList)).toEqual({ code: 0, printed: 'there are no dead letters', told: '' });
  await arrangeMeeting(poisoned, [3, '10:00'], [5, '17:00']);
  await stage.app.settled();
});

it('is known when all of it is published again', async () => {
  const { store, loops } = stage.app.platform;
  const before = await store.lastPosition();
  const { code, printed } = await run(republish, { consumer: 'assessment' });
  expect({ code, printed }).toEqual({ code: 0, printed: expect.stringMatching(/^referrals: [1-9]\d* messages published again for assessment$/m) });
  await stage.app.settled();
  const since: string[] = [];
  for await (const { stream, type } of store.readAll({ ...(before !== undefined && { after: before }), prefixes: ['assessment-', 'settings-'] })) since.push(`${stream} ${type}`);
  // But for what was given up, and is now done.
  expect(since).toEqual([`${assessmentOf(givenUp)} AssessmentHeard`]);
  expect(await loops.deadLetters.list()).toEqual([]);
});

async function revisionOf({ id }: Journey, type: string): Promise<number | undefined> {
  return (await stage.app.platform.store.readStream(`referral-${id}`)).find((event) => event.type === type)?.revision;
}
