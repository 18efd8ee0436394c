import { testUser, type TestClient } from '@alongside/testing/http';
import type { Journey } from '../demo/scenario/journey.js';
import { story, type Story } from '../demo/scenario/story.js';
import { countedBack, lived } from '../demo/scenario/timeline.js';
import { parsed, type Transport } from '../demo/scenario/transport.js';
import { setUpWorld, type World } from '../demo/world.js';
import { startWholeSystem, type WholeSystem } from '../whole-system.js';

export const testPassword = 'a-password-of-the-tests';

/** How long the organisation has been there when the tests begin, and when its supporters were registered and supervised. */
const began = 120;
const days = { registered: 7, supervised: [65, 107] } as const;

export interface Staged {
  readonly app: WholeSystem;
  readonly world: World;
  /** Begins today; the clock goes along with it. */
  readonly story: Story;
  readonly auditor: TestClient;
  /** Moves the clock on to a moment, or leaves it where it is later already. */
  moveTo(moment: string): void;
  /** The items of a coordinator's list, of all its pages. */
  items(by: { get(path: string): Promise<{ readonly status: number; readonly body: unknown }> }, path: string): Promise<readonly Item[]>;
  /** What an auditor reads of a journey, in the order of the log. */
  timeline(journeyId: string): Promise<readonly Entry[]>;
}

export type Item = Readonly<Record<string, unknown>>;
export interface Entry {
  readonly position: string;
  readonly context: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: { readonly id: string; readonly role: string };
}

export const overHttp =
  (app: WholeSystem): Transport =>
  async ({ method, path, headers, body }) => {
    const { status, body: answered } = await app.send(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    return { status, body: typeof answered === 'string' ? parsed(answered) : answered };
  };

/** The whole system with the organisation of the demo in it, and a story that begins today. */
export async function staged(name: string): Promise<Staged> {
  const app = await startWholeSystem();
  const today = app.clock.now().toISOString();
  const setUpToken = (await app.platform.access.setUpLink())?.split('/').at(-1) ?? '';
  const world = await setUpWorld({ transport: overHttp(app), setUpToken, password: testPassword }, countedBack(today.slice(0, 10), began), days);
  const moveTo = (moment: string): void => {
    if (Date.parse(moment) > app.clock.now().getTime()) app.clock.advanceTo(moment);
  };
  const auditor = app.as(testUser('auditor', { organisationId: world.organisation.id, id: world.staff.auditor.id, sites: 'all' }));
  const items: Staged['items'] = async (by, path) => {
    await app.settled();
    const all: Item[] = [];
    for (let cursor = ''; ; ) {
      const { status, body } = await by.get(`${path}${cursor}`);
      if (status !== 200) throw new Error(`${path} answered ${status}`);
      const page = body as { items: readonly Item[]; next?: string };
      all.push(...page.items);
      if (page.next === undefined) return all;
      cursor = `${path.includes('?') ? '&' : '?'}cursor=${page.next}`;
    }
  };
  return {
    app,
    world,
    story: story({ name, timeline: lived(today, moveTo) }),
    auditor,
    moveTo,
    items,
    timeline: async (journeyId) => (await items(auditor, `/api/journeys/${journeyId}/timeline?limit=100`)) as unknown as readonly Entry[],
  };
}

/** What a worklist says of one journey. */
export const about = (items: readonly Item[], { id }: Pick<Journey, 'id'>): readonly Item[] => items.filter((each) => each['journeyId'] === id);
