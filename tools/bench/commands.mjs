// Durable domain commands per second over HTTP, beside bare Fastify + node:sqlite with the same bodies, turn by turn in one run.
import autocannon from 'autocannon';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, report, rounded } from './figures.mjs';
import { referralBody, started } from './system.mjs';

const attempt = { channel: 'telephone', outcome: 'reached', note: 'Prefers the afternoon, and a call before a letter.' };

async function load(url, connections, seconds, requestOf) {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [{ method: 'POST', setupRequest: (request) => ({ ...request, ...requestOf() }) }],
  });
  const refused = result.non2xx + result.errors + result.timeouts;
  if (refused > 0) throw new Error(`${refused} of ${result.requests.total} requests to ${url} were not answered with success`);
  return result['2xx'] / result.duration;
}

/** Until every message is handled and every view is up to date: what is left of one round would slow down the next one of the other. */
async function untilIdle(address) {
  for (;;) {
    const metrics = await (await fetch(`${address}/metrics`)).text();
    const behind = metrics.split('\n').filter((line) => /^alongside_(?:message_lag|projection_lag_seconds)\b/.test(line) && !line.endsWith(' 0'));
    if (behind.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function commands(system, { seconds, rounds, connections }) {
  const folder = mkdtempSync(join(tmpdir(), 'alongside-bare-'));
  const bare = await started(['tools/bench/bare.mjs', join(folder, 'bare.sqlite')]);
  const json = { 'content-type': 'application/json' };
  const authorized = { ...json, authorization: `Bearer ${system.token}` };
  const journeys = [];
  for (let number = 0; number < 200; number += 1) journeys.push((await system.received(number)).id);
  let next = 1000;
  const kinds = {
    'record-contact-attempt (appends)': {
      ours: () => ({ path: `/api/referrals/${journeys[next++ % journeys.length]}/record-contact-attempt`, headers: authorized, body: JSON.stringify(attempt) }),
      body: () => JSON.stringify(attempt),
    },
    'receive-referral (creates)': {
      ours: () => ({ path: '/api/referrals/receive-referral', headers: authorized, body: JSON.stringify(referralBody(system.siteId, next++)) }),
      body: () => JSON.stringify(referralBody(system.siteId, next++)),
    },
  };
  const rows = [];
  const ratios = {};
  for (const [kind, { ours, body }] of Object.entries(kinds)) {
    for (const count of connections) {
      const pairs = [];
      for (let round = 0; round < rounds; round += 1) {
        const theirs = await load(bare.address, count, seconds, () => ({ path: '/append', headers: json, body: body() }));
        const mine = await load(system.address, count, seconds, ours);
        await untilIdle(system.address);
        pairs.push({ theirs, mine, ratio: mine / theirs });
      }
      const middle = (name) => Math.round(median(pairs.map((pair) => pair[name])));
      const all = pairs.map((pair) => pair.ratio);
      const ratio = rounded(median(all));
      ratios[`${kind} ${count}`] = ratio;
      rows.push({ command: kind, connections: count, 'ours/s': middle('mine'), 'bare/s': middle('theirs'), ratio, least: rounded(Math.min(...all)), most: rounded(Math.max(...all)) });
    }
  }
  await bare.stop();
  rmSync(folder, { recursive: true, force: true });
  report('Durable commands per second over HTTP (aim: ratio 0.3 at 64 connections)', rows);
  return ratios;
}
