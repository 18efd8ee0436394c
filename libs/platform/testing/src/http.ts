import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Grant, User } from '@alongside/access';
import { Changes, type MessagingObserver } from '@alongside/messaging';
import { configurationFrom, startApplication, type Application, type ContextDefinition, type Follower, type Platform } from '@alongside/service';
import { testIds } from './decider-spec.js';
import { testClock, type TestClock } from './test-clock.js';
import { pendingWork } from './pending-work.js';

export { pendingWork, testClock, type TestClock };

export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; text where it is none; undefined where there is no body. */
  // What a route answers is for the test to know.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface TestClient {
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<TestResponse>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<TestResponse>;
  /** Anything else: another method, a body that is no JSON. */
  send(path: string, request: RequestInit): Promise<TestResponse>;
}

export interface TestApp extends TestClient {
  readonly clock: TestClock;
  readonly platform: Platform;
  readonly application: Application;
  readonly url: string;
  readonly dataFolder: string;
  /** Whatever was logged, as lines of JSON. */
  readonly logged: readonly string[];
  /** The app as this user sees it, signed in. Without a user (the app itself): nobody. */
  as(user: User): TestClient;
  /**
   * Resolves when relays, reactions, processes, timers that are due, and read models have nothing left to do. Throws when something
   * was parked or put among the dead letters, naming it; with `faultsAllowed` that counts as done.
   */
  settled(options?: { readonly faultsAllowed?: boolean }): Promise<void>;
  /** Stops as a signal would; the data folder stays for `startTestApp({ dataFolder })`, or is removed by `remove`. */
  stop(): Promise<void>;
  /** Stops and removes the data folder. */
  remove(): Promise<void>;
}

export interface TestAppOptions {
  readonly contexts: readonly ContextDefinition[];
  readonly followers?: (platform: Platform) => readonly Follower[];
  readonly clock?: TestClock;
  /** Of an earlier test app: starts again on what it left. */
  readonly dataFolder?: string;
  /** ALONGSIDE_ variables besides those that the tests need. */
  readonly environment?: Readonly<Record<string, string>>;
}

const roleIds = {
  administrator: testIds.administratorId,
  coordinator: testIds.coordinatorId,
  supervisor: testIds.supervisorId,
  supporter: testIds.supporterId,
  referrer: testIds.referrerId,
  auditor: '0a0d17e5-0000-4000-8000-00000000a0d1',
  analyst: 'a9a1157e-0000-4000-8000-0000000a9a15',
} as const satisfies Readonly<Record<Grant['role'], string>>;

/** Somebody of the test organisation who holds a role at the test site (`sites` says where else), with the id that `testIds` has for it. */
export function testUser(role: Grant['role'], options: { readonly sites?: Grant['sites']; readonly id?: string; readonly organisationId?: string } = {}): User {
  return { id: options.id ?? roleIds[role], organisationId: options.organisationId ?? testIds.organisationId, grants: [{ role, sites: options.sites ?? [testIds.siteId] }] };
}

async function responseOf(response: Response): Promise<TestResponse> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : isJson ? (JSON.parse(text) as unknown) : text };
}

/** Requests to an address, each with what `authorization` adds to its headers. */
export function clientOf(url: string, authorization: () => Promise<Readonly<Record<string, string>>>): TestClient {
  const send: TestClient['send'] = async (path, request) =>
    responseOf(await fetch(url + path, { redirect: 'manual', ...request, headers: { ...(await authorization()), ...(request.headers as Record<string, string> | undefined) } }));
  return {
    send,
    get: (path, headers) => send(path, { method: 'GET', ...(headers && { headers }) }),
    post: (path, body, headers) =>
      send(path, {
        method: 'POST',
        ...(body !== undefined && { body: JSON.stringify(body) }),
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      }),
  };
}

/** Starts the whole system in this process: a data folder of its own, a clock that tests move, any free port, real HTTP. */
export async function startTestApp(options: TestAppOptions): Promise<TestApp> {
  const clock = options.clock ?? testClock();
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'alongside-test-'));
  const logged: string[] = [];
  const changes = new Changes();
  const changed = (): void => changes.announce();
  const observer: MessagingObserver = { handled: changed, refused: changed, parked: changed, relayed: changed, followed: changed };
  const configuration = configurationFrom({
    ALONGSIDE_PORT: '0',
    ALONGSIDE_DATA: dataFolder,
    ALONGSIDE_LOG_LEVEL: 'info',
    ALONGSIDE_PUBLIC_LIMIT: '100000/60',
    ALONGSIDE_SIGN_IN_LIMIT: '100000/60',
    ...options.environment,
  });
  const application = await startApplication({
    configuration,
    contexts: options.contexts,
    ...(options.followers && { followers: options.followers }),
    clock,
    scheduler: clock.scheduler,
    logDestination: { write: (line: string) => void logged.push(line) },
    observer,
  });
  await application.ready();
  const { platform, url } = application;
  const stop = (): Promise<void> => application.stop();
  return {
    ...clientOf(url, async () => ({})),
    clock,
    platform,
    application,
    url,
    dataFolder,
    logged,
    as: (user) =>
      clientOf(url, async () => {
        const { token } = await platform.access.tokens.issue({ ...user, sessionId: randomUUID() });
        return { authorization: `Bearer ${token}` };
      }),
    settled: ({ faultsAllowed = false } = {}) => pendingWork(platform, changes).settled(faultsAllowed),
    stop,
    remove: async () => {
      await stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

export * from './tell.js';
