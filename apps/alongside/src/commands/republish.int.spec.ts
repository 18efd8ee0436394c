import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InProcessBroker } from '@alongside/messaging';
import { accountsFollower, contexts } from '@alongside/system';
import { startTestApp, type TestApp } from '@alongside/testing/http';
import { runCommandLine } from '../command-line.js';
import { getToKnow, receive, type Journey } from '../demo/scenario/journey.js';
import { story } from '../demo/scenario/story.js';
import { countedBack, lived } from '../demo/scenario/timeline.js';
import { setUpWorld, type World } from '../demo/world.js';
import { overHttp, password, setUpTokenOf, startSystem, type System } from '../outside/system.js';
import { recordingTerminal } from './recording-terminal.fixture.js';

async function alongside(dataFolder: string, ...args: readonly string[]) {
  const terminal = recordingTerminal();
  const code = await runCommandLine({ args, environment: { ALONGSIDE_DATA: dataFolder }, terminal, signal: new AbortController().signal });
  return { code, printed: terminal.printed.join('\n'), told: terminal.told.join('\n') };
}

const consumers = ['access', 'assessment', 'evaluation', 'matching', 'organisations', 'referrals', 'supervision'];

describe('publishing again, beside a running server in which everything has happened', () => {
  let system: System;
  const republish = (...args: readonly string[]) => alongside(system.app.dataFolder, 'republish', ...args);

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.app.remove());

  it.each(consumers)('changes nothing in the log for %s', async (consumer) => {
    const { store, loops } = system.app.platform;
    const before = await store.lastPosition();
    const { code, printed, told } = await republish('--consumer', consumer);
    expect({ code, told }).toEqual({ code: 0, told: '' });
    expect(printed).toMatch(new RegExp(`^\\w+: [1-9]\\d* messages? published again for ${consumer}$`, 'm'));
    await system.app.settled();
    const since: string[] = [];
    for await (const event of store.readAll(before === undefined ? {} : { after: before })) since.push(`${event.stream} ${event.type}`);
    expect(since).toEqual([]);
    expect(await loops.deadLetters.list()).toEqual([]);
  });

  it('takes one context alone, and what lies behind a position', async () => {
    const { printed } = await republish('--consumer', 'assessment', '--context', 'referrals');
    const all = Number(/^referrals: (\d+) messages published again for assessment$/.exec(printed)?.[1]);
    const { store } = system.app.platform;
    const last = (await store.lastPosition()) ?? '';
    expect((await republish('--consumer', 'assessment', '--context', 'referrals', '--after', last)).printed).toBe('referrals: 0 messages published again for assessment');
    let middle = '';
    for await (const { position } of store.readAll({ limit: 400 })) middle = position;
    const some = Number(/^referrals: (\d+) /.exec((await republish('--consumer', 'assessment', '--context', 'referrals', '--after', middle)).printed)?.[1]);
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(all);
    await system.app.settled();
  });

  it('says who and what there is, where something else is named', async () => {
    expect(await republish('--consumer', 'journeys')).toEqual({ code: 1, printed: '', told: `alongside: there is no consumer of that name; there are: ${consumers.join(', ')}` });
    expect(await republish('--consumer', 'access', '--context', 'referrals')).toEqual({
      code: 1,
      printed: '',
      told: 'alongside: access does not listen to a context of that name; it listens to: matching, organisations',
    });
    expect(await republish('--consumer', 'access', '--after', 'yesterday')).toMatchObject({ code: 2, told: expect.stringMatching(/--after is a position/) });
    expect(await republish()).toMatchObject({ code: 2, told: expect.stringMatching(/say which consumer/) });
  });
});

describe('a consumer that was away for longer than messages are kept', () => {
  let app: TestApp;
  let world: World;
  let journey: Journey;
  const start = (away: readonly string[], clock?: TestApp['clock'], dataFolder?: string): Promise<TestApp> =>
    startTestApp({
      contexts: contexts.filter(({ name }) => !away.includes(name)),
      followers: (platform) => [accountsFollower(platform)],
      ...(clock && { clock }),
      ...(dataFolder !== undefined && { dataFolder }),
    });

  beforeAll(async () => {
    app = await start(['assessment']);
    const today = app.clock.now().toISOString();
    world = await setUpWorld({ transport: overHttp(app), setUpToken: await setUpTokenOf(app), password }, countedBack(today.slice(0, 10), 120), { registered: 7, supervised: [65, 107] });
    await app.settled();
    const advancing = story({ name: 'away', timeline: lived(today, (moment) => void (Date.parse(moment) > app.clock.now().getTime() && app.clock.advanceTo(moment))) });
    journey = await receive(advancing, world.staff.riverside, [0, '09:00'], { siteId: world.sites.riverside, source: 'self', channel: 'telephone', form: { name: 'Robin Example', telephone: '01632 960001' } });
    await getToKnow(journey, [1, '10:00'], { 'date-of-birth': '1990-04-05', reason: 'Wants company.' });
    await journey.does('referrals', 'accept-referral', [2, '09:00']);
    await app.settled();
  });
  afterAll(() => app.remove());

  it('does not know what it missed, is told it again, and then knows all of it', async () => {
    app.clock.advance({ days: 8 });
    await (app.platform.loops as InProcessBroker).trim();
    await app.stop();
    app = await start([], app.clock, app.dataFolder);
    await app.settled();
    const stream = (): Promise<readonly string[]> => app.platform.store.readStream(`assessment-${journey.id}`).then((events) => events.map(({ type }) => type));
    expect(await stream()).toEqual([]);

    expect(await alongside(app.dataFolder, 'republish', '--consumer', 'assessment')).toMatchObject({ code: 0, told: '' });
    await app.settled();
    expect(await stream()).toContain('AssessmentOpened');
    expect((await app.platform.store.readStream(`settings-assessment-${world.organisation.id}`)).length).toBeGreaterThan(0);

    const position = await app.platform.store.lastPosition();
    expect(await alongside(app.dataFolder, 'republish', '--consumer', 'assessment')).toMatchObject({ code: 0 });
    await app.settled();
    expect(await app.platform.store.lastPosition()).toBe(position);
  });
});
