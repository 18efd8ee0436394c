// Rebuild of all read models beside a bare read and parse of the same log; acknowledged to visible beside one durable commit.
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { configurationFrom, openPlatform, startApplication } from '@alongside/service';
import { contexts } from '@alongside/system';
import { median, percentile, report, rounded } from './figures.mjs';
import { referralBody } from './system.mjs';

function bareReadAndParse(file) {
  const database = new DatabaseSync(file, { readOnly: true });
  const began = performance.now();
  let events = 0;
  for (const row of database.prepare('SELECT * FROM events ORDER BY position').iterate()) {
    JSON.parse(row.data);
    JSON.parse(row.metadata);
    events += 1;
  }
  database.close();
  return { events, milliseconds: performance.now() - began };
}

export async function rebuilding(data, { rounds }) {
  const configuration = configurationFrom({ ALONGSIDE_DATA: data, ALONGSIDE_PORT: '0', ALONGSIDE_LOG_LEVEL: 'error' });
  const platform = await openPlatform(configuration, contexts, { alone: true });
  const log = join(data, 'events.sqlite');
  const pairs = [];
  for (let round = 0; round < rounds; round += 1) {
    const bare = bareReadAndParse(log);
    const began = performance.now();
    await platform.projections.rebuild();
    pairs.push({ ...bare, rebuilt: performance.now() - began });
  }
  await platform.close();
  const ratios = pairs.map((pair) => pair.milliseconds / pair.rebuilt);
  const ratio = rounded(median(ratios));
  report('Rebuild of all read models (aim: ratio 0.2)', [
    {
      events: pairs[0].events,
      'read models': contexts.flatMap((context) => context.readModels).length,
      'bare read and parse ms': rounded(median(pairs.map((pair) => pair.milliseconds))),
      'rebuild ms': rounded(median(pairs.map((pair) => pair.rebuilt))),
      ratio,
      least: rounded(Math.min(...ratios)),
      most: rounded(Math.max(...ratios)),
    },
  ]);
  return ratio;
}

export async function visibility(system, { samples }) {
  const { data, siteId, token } = system;
  const configuration = configurationFrom({ ALONGSIDE_DATA: data, ALONGSIDE_PORT: '0', ALONGSIDE_LOG_LEVEL: 'error' });
  const application = await startApplication({ configuration, contexts, logDestination: { write() {} } });
  await application.ready();
  const { projections } = application.platform;
  const referralList = contexts.find((context) => context.name === 'referrals').readModels[0];
  const commitFile = new DatabaseSync(join(data, 'bench-commit.sqlite'));
  commitFile.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS events (position INTEGER PRIMARY KEY, data TEXT)');
  const insert = commitFile.prepare('INSERT INTO events (data) VALUES (?)');
  const commits = [];
  const visible = [];
  for (let sample = 0; sample < samples; sample += 1) {
    const body = JSON.stringify(referralBody(siteId, 5_000_000 + sample));
    const committing = performance.now();
    insert.run(body);
    commits.push(performance.now() - committing);
    const response = await fetch(`${application.url}/api/referrals/receive-referral`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body });
    const acknowledged = performance.now();
    if (response.status !== 201) throw new Error(`receive-referral answered ${response.status}`);
    const { position } = await response.json();
    await projections.waitFor(referralList.name, position, 5000);
    visible.push(performance.now() - acknowledged);
  }
  commitFile.close();
  await application.stop();
  const ratio = rounded(percentile(visible, 0.99) / percentile(commits, 0.99));
  report('Acknowledged to visible (aim: p99 within 3x of one durable commit)', [
    { what: 'durable commit', 'p50 ms': rounded(median(commits)), 'p99 ms': rounded(percentile(commits, 0.99)) },
    { what: 'acknowledged to visible', 'p50 ms': rounded(median(visible)), 'p99 ms': rounded(percentile(visible, 0.99)), 'p99 ratio': ratio },
  ]);
  return ratio;
}
