import type { Application, Configuration } from '@alongside/service';
import { readBeginning, writeBeginning } from './demo-record.js';
import { administrator, staff, supporterEmail, supporters, type SupporterKey } from './people.js';
import { playDemo } from './play.js';
import { parsed, type Transport } from './scenario/transport.js';

/** Of everybody in the demo. It is printed at every start and is no secret. */
export const demoPassword = 'demo-riverbank-2026';

const within =
  (application: Application): Transport =>
  async ({ method, path, headers, body, from }) => {
    const answer = await application.request({ method, path, headers, from, ...(body !== undefined && { body: JSON.stringify(body) }) });
    return { status: answer.status, body: parsed(answer.body) };
  };

/** Nothing was ever written: there is room for the demo, or for an organisation of one's own. */
const isUntouched = async ({ platform }: Application): Promise<boolean> => (await platform.store.lastPosition()) === undefined;

/** An empty system was asked for: the folder stays without the demo, also at later starts. */
export async function keepEmpty(application: Application): Promise<void> {
  const folder = application.platform.configuration.dataFolder;
  if (readBeginning(folder) === undefined && (await isUntouched(application))) writeBeginning(folder, { kind: 'empty' });
}

/**
 * Plays the demo into a fresh data folder, or the rest of it where an earlier start was cut short; leaves any other folder alone.
 * `tell` is told when it begins.
 */
export async function bringInDemo(application: Application, signal: AbortSignal, tell?: () => void): Promise<void> {
  const { platform } = application;
  const folder = platform.configuration.dataFolder;
  const known = readBeginning(folder);
  const untouched = await isUntouched(application);
  if (untouched ? known?.kind === 'empty' : known?.kind !== 'demo' || known.completedAt !== undefined) return;

  // A log in memory is gone with its process: the demo begins anew.
  const demo = !untouched && known?.kind === 'demo' ? known : { kind: 'demo' as const, startedAt: platform.clock.now().toISOString(), setUpToken: await setUpTokenOf(application) };
  writeBeginning(folder, demo);
  tell?.();
  const { log } = application;
  const level = log.level;
  // Hundreds of requests that nobody made.
  if (level === 'info') log.level = 'warn';
  try {
    await playDemo({ transport: within(application), setUpToken: demo.setUpToken, password: demoPassword, signal }, demo.startedAt.slice(0, 10));
  } finally {
    log.level = level;
  }
  writeBeginning(folder, { ...demo, completedAt: platform.clock.now().toISOString() });
}

async function setUpTokenOf({ platform }: Application): Promise<string> {
  const link = await platform.access.setUpLink();
  if (link === undefined) throw new Error('the demo needs a system in which nobody is registered');
  return link.slice(link.lastIndexOf('/') + 1);
}

/** Whether the folder holds the demo. */
export const isDemo = ({ dataFolder }: Configuration): boolean => readBeginning(dataFolder)?.kind === 'demo';

const parts: readonly (readonly [part: string, email: string])[] = [
  ['administrator', administrator.email],
  ['coordinator, Riverside', staff.riverside({ riverside: '', hillside: '' }).email],
  ['coordinator, Hillside', staff.hillside({ riverside: '', hillside: '' }).email],
  ['supervisor', staff.supervisor().email],
  ['auditor', staff.auditor().email],
  ['analyst', staff.analyst().email],
  ['referrer', staff.referrer().email],
  ...(Object.keys(supporters) as SupporterKey[]).slice(0, 3).map((key) => ['peer supporter', supporterEmail(key)] as const),
];

/** Who can sign in to the demo, as lines. */
export function signIns(): readonly string[] {
  const widest = Math.max(...parts.map(([part]) => part.length));
  return [
    `This is the demo. Sign in with POST /api/session; the password of everybody is ${demoPassword}`,
    ...parts.map(([part, email]) => `  ${part.padEnd(widest)}  ${email}`),
    `  ${'peer supporters'.padEnd(widest)}  ${supporterEmail('pavel')} … ${supporterEmail('olive')}`,
  ];
}
