import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Changes } from '@alongside/messaging';
import { configurationFrom, openPlatform, type Platform } from '@alongside/service';
import { accountsFollower, contexts } from '@alongside/system';
import { clientOf, pendingWork, startTestApp, testClock, type TestApp, type TestAppOptions, type TestClock } from '@alongside/testing/http';
import { startWhole, type Whole } from '../../../tools/servers/whole.mjs';

/** The system as these tests know it, however many processes it runs in. */
export type WholeSystem = Omit<TestApp, 'application'>;

export interface WholeSystemOptions extends Pick<TestAppOptions, 'clock' | 'dataFolder' | 'environment'> {
  /** Whatever it keeps is to be in the data folder: broker and database are its own, where there are any. */
  readonly allInFolder?: boolean;
}

/** Set by the suites of the distributed runtime: every service is a process of its own, behind the gateway. */
const isDistributed = (): boolean => process.env['ALONGSIDE_TEST_RUNTIME'] === 'distributed';

/** Starts every context and the accounts: in this process, or in one each. */
export async function startWholeSystem(options: WholeSystemOptions = {}): Promise<WholeSystem> {
  const { allInFolder = false, ...rest } = options;
  return isDistributed() ? await startDistributed(rest, allInFolder) : await startTestApp({ contexts, followers: (platform) => [accountsFollower(platform)], ...rest });
}

async function startDistributed({ clock: before, dataFolder = mkdtempSync(join(tmpdir(), 'alongside-whole-')), environment = {} }: WholeSystemOptions, ownServers: boolean): Promise<WholeSystem> {
  const own = testClock(before?.now().toISOString());
  const whole = await startWhole({ folder: dataFolder, now: own.now().toISOString(), ownServers, settings: { ALONGSIDE_LOG_LEVEL: 'info', ...environment } });
  let moved: Promise<unknown> = Promise.resolve();
  const move = (step: () => void): void => {
    step();
    moved = moved.then(() => whole.moveTo(own.now().toISOString()));
  };
  const clock: TestClock = { now: () => own.now(), scheduler: own.scheduler, advance: (by) => move(() => own.advance(by)), advanceTo: (moment) => move(() => own.advanceTo(moment)) };
  const platform = await openPlatform(configurationFrom({ ...whole.settings, ALONGSIDE_DATA: join(dataFolder, 'test') }), contexts, { clock, scheduler: own.scheduler });
  const stop = async (): Promise<void> => {
    await platform.close();
    await whole.stop();
  };
  const client = clientOf(whole.url, async () => (await moved, {}));
  return {
    ...client,
    clock,
    platform,
    url: whole.url,
    dataFolder,
    get logged() {
      return whole.said().split('\n').filter((line) => line !== '');
    },
    as: (user) =>
      clientOf(whole.url, async () => {
        await moved;
        const { token } = await platform.access.tokens.issue({ ...user, sessionId: randomUUID() });
        return { authorization: `Bearer ${token}` };
      }),
    settled: async ({ faultsAllowed = false } = {}) => {
      await moved;
      await pendingWork(seenFromOutside(platform, whole), new Changes()).settled(faultsAllowed);
    },
    stop,
    remove: async () => {
      await stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** What consumers have left to do is told by the processes that they run in. */
function seenFromOutside(platform: Platform, { urls }: Whole): Platform {
  const lagAt = async (url: string) => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return [...text.matchAll(/^alongside_message_lag\{consumer="([^"]+)",topic="([^"]+)"\} (\d+)$/gm)].map(([, consumer = '', topic = '', messages]) => ({ consumer, topic, messages: Number(messages) }));
  };
  return { ...platform, broker: { ...platform.broker, lag: async () => (await Promise.all(urls.map(lagAt))).flat() } };
}
