import { describe, expect, it } from '@jest/globals';
import { Dependencies, DependencyMissing, type Dependency } from './dependencies.js';

function server(name = 'read-models') {
  let looks = 0;
  let why: string | undefined = '127.0.0.1:27017 cannot be reached: start it, or correct the address';
  const dependency: Dependency = {
    name,
    variable: 'ALONGSIDE_READ_MODELS',
    check: async () => {
      looks += 1;
      if (why !== undefined) throw new Error(why);
    },
  };
  return { dependency, is: (now: string | undefined) => void (why = now), looks: () => looks };
}

function listening() {
  const lines: string[] = [];
  const take = (level: string) => (_about: unknown, line: string) => void lines.push(`${level} ${line}`);
  return { lines, log: { info: take('info'), warn: take('warn') } as unknown as Parameters<Dependencies['watch']>[0] };
}

/** Time passes a hundred times as fast. */
const quickly = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds / 100);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });

const on = (...all: readonly Dependency[]): Dependencies => new Dependencies(all, quickly);

const until = async (what: () => boolean): Promise<void> => {
  while (!what()) await new Promise(setImmediate);
};

describe('the servers that a service stands on', () => {
  it('are waited for, and each change is told once', async () => {
    const { dependency, is, looks } = server();
    const { lines, log } = listening();
    const dependencies = on(dependency);
    const stopping = new AbortController();
    const watching = dependencies.watch(log, stopping.signal);
    let isThere = false;
    const waiting = dependencies.allThere(stopping.signal).then(() => (isThere = true));
    await until(() => lines.length === 1);
    expect(dependencies.missing).toEqual([{ name: 'read-models', variable: 'ALONGSIDE_READ_MODELS', why: '127.0.0.1:27017 cannot be reached: start it, or correct the address' }]);
    // Another look finds the same.
    const before = looks();
    await until(() => looks() > before + 1);
    expect([isThere, lines.length]).toEqual([false, 1]);
    is('127.0.0.1:27017 refuses the user or the password: check both in the address');
    await until(() => lines.length === 2);
    is(undefined);
    await waiting;
    await until(() => lines.length === 3);
    expect(dependencies.missing).toEqual([]);
    is('127.0.0.1:27017 cannot be reached: start it, or correct the address');
    await until(() => dependencies.missing.length === 1);
    stopping.abort();
    await watching;
    expect(lines).toEqual([
      'warn ALONGSIDE_READ_MODELS: 127.0.0.1:27017 cannot be reached: start it, or correct the address',
      'warn ALONGSIDE_READ_MODELS: 127.0.0.1:27017 refuses the user or the password: check both in the address',
      'info ALONGSIDE_READ_MODELS: is there',
      'warn ALONGSIDE_READ_MODELS: 127.0.0.1:27017 cannot be reached: start it, or correct the address',
    ]);
  });

  it('are not waited for by who only looks', async () => {
    const { dependency, is } = server();
    await expect(on(dependency).mustBeThere()).rejects.toThrow(DependencyMissing);
    await expect(on(dependency).mustBeThere()).rejects.toThrow(/^ALONGSIDE_READ_MODELS: 127\.0\.0\.1:27017 cannot be reached/);
    is(undefined);
    await on(dependency).mustBeThere();
  });

  it('that say nothing, as when they are paused, count as missing', async () => {
    const dependency: Dependency = { name: 'messages', variable: 'ALONGSIDE_MESSAGES', check: () => new Promise(() => undefined) };
    await expect(on(dependency).mustBeThere()).rejects.toThrow('ALONGSIDE_MESSAGES: does not answer within 7 s');
  });

  it('hold up no stop', async () => {
    const stopping = new AbortController();
    const waiting = on(server().dependency).allThere(stopping.signal);
    stopping.abort();
    await expect(waiting).rejects.toThrow('aborted');
  });

  it.each([
    ['whose way is closed', () => Promise.reject(new Error('Channel has been shut down'))],
    ['that says nothing', () => new Promise<never>(() => undefined)],
  ])('are of no interest any more when a stop closes the way to them: one %s', async (_what, answer) => {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    let isLookedAt = false;
    const { lines, log } = listening();
    const dependencies = new Dependencies([
      {
        name: 'event-store',
        variable: 'ALONGSIDE_EVENT_STORE',
        check: () => {
          isLookedAt = true;
          return closed.then(answer);
        },
      },
    ]);
    const watching = dependencies.watch(log, new AbortController().signal);
    await until(() => isLookedAt);
    dependencies.close();
    close();
    await watching;
    expect(lines).toEqual([]);
  });

  it('are looked at by one alone, however often somebody begins to wait', async () => {
    const { dependency } = server();
    const dependencies = on(dependency);
    const stopping = new AbortController();
    const { log } = listening();
    expect(dependencies.watch(log, stopping.signal)).toBe(dependencies.watch(log, stopping.signal));
    stopping.abort();
    await dependencies.watch(log, stopping.signal);
  });

  it('are none where everything is embedded', async () => {
    const none = on();
    await none.watch(listening().log, new AbortController().signal);
    await none.allThere(new AbortController().signal);
    expect(none.missing).toEqual([]);
  });
});
