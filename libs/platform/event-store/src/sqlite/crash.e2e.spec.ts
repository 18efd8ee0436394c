import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openSqliteEventStore } from './open.js';

const rounds = 5;

/** Appends to 20 streams at once, two events a time, and says what was acknowledged, from the built package. */
const script = `
  import { openSqliteEventStore } from '@alongside/event-store';
  const store = openSqliteEventStore({ file: process.argv[1] });
  const run = process.argv[2];
  const event = (eventId) => ({ type: 'SomethingHappened', data: {}, metadata: { eventId } });
  for (let stream = 0; stream < 20; stream += 1) void (async () => {
    const name = 'order-' + run + '-' + stream;
    for (let revision = 'no-stream', last = 0; ; revision = last) {
      const ids = [0, 1].map((each) => name + '-' + revision + '-' + each);
      const appended = await store.append(name, revision, ids.map(event));
      last = appended.revision;
      process.stdout.write(name + ' ' + appended.revision + ' ' + appended.position + '\\n');
    }
  })();
`;

/** Kills after so many acknowledgements: wherever it then is. */
async function killedAfter(child: ChildProcess, count: number): Promise<string[]> {
  const lines: string[] = [];
  if (!child.stdout) throw new Error('the child has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === count) child.kill('SIGKILL');
  }
  return lines;
}

it(`kill -9 loses no acknowledged append and leaves none half, ${rounds} times on one file`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-store-crash-'));
  const file = join(folder, 'events.sqlite');
  const acknowledged: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, file, String(round)], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = await killedAfter(child, 50 + Math.floor(Math.random() * 500));
    expect(lines.length).toBeGreaterThanOrEqual(50);
    acknowledged.push(...lines);
  }
  const store = openSqliteEventStore({ file });
  const kept = new Set<string>();
  const ends = new Map<string, number>();
  let before = '';
  for await (const each of store.readAll()) {
    expect(each.position > before).toBe(true);
    before = each.position;
    expect(each.revision).toBe((ends.get(each.stream) ?? -1) + 1);
    ends.set(each.stream, each.revision);
    kept.add(`${each.stream} ${each.revision} ${each.position}`);
  }
  await store.close();
  expect(acknowledged.filter((each) => !kept.has(each))).toEqual([]);
  expect([...ends.values()].filter((revision) => revision % 2 === 0)).toEqual([]);
  rmSync(folder, { recursive: true });
}, 60_000);
