// What is checked of a system after something went wrong with it, through its API, its log and its command line.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, bearer } from '../system.mjs';
import { post } from './client.mjs';
import { readLog, unfinished } from './log-checks.mjs';

/** Seconds. */
const reactionsWithin = 60;
/** Commands of earlier rounds that are asked again in each round. */
const askedAgain = 40;

export class Wrong extends Error {}

export function none(what, faults) {
  if (faults.length > 0) throw new Wrong(`${what}: ${faults.length}\n  ${faults.slice(0, 10).join('\n  ')}`);
}

/** Every command of the round, and some of earlier ones, answer the same again. */
export async function sameAnswers(base, own, earlier, random) {
  const repeated = [...own, ...Array.from({ length: Math.min(earlier.length, askedAgain) }, () => random.oneOf(earlier))];
  none('commands answered differently when they are repeated', await differentAnswers(base, repeated));
  return repeated.length;
}

/** Nobody who was erased is sent a link. */
function answerOf({ journey }, body) {
  if (!journey.isErased) return body;
  const { link: _link, ...rest } = body;
  return rest;
}

async function differentAnswers(base, commands) {
  const faults = [];
  const left = [...commands];
  const worker = async () => {
    for (let command = left.pop(); command; command = left.pop()) {
      const again = await post(base, { ...command });
      // Of somebody who was erased nobody can tell any more whether it is the same: then it is refused, and not done again.
      if (command.journey.isErased && again.body?.code === 'idempotency-key-erased') continue;
      const [before, after] = [command.answer, again].map(({ status, body }) => JSON.stringify([status, answerOf(command, body)]));
      if (before !== after) faults.push(`${command.key} (${command.name}): ${again.status} ${again.body?.rule ?? again.body?.code ?? ''} instead of ${command.answer.status}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return faults;
}

/** Resolves with the log once everything that must follow has followed. */
export async function allReacted(store) {
  for (const began = performance.now(); ; await pause(100)) {
    const log = await readLog(store);
    const left = unfinished(log);
    if (left.length === 0) return log;
    if (performance.now() - began > reactionsWithin * 1000) none('reactions that did not complete', left);
  }
}

/** `alongside verify --read-models`, in this process: the log is whole, and the read models equal a rebuild from nothing. */
export async function verified(settings) {
  const { runCommandLine } = await import('../../apps/alongside/dist/command-line.js');
  const run = async (...args) => {
    const lines = [];
    const terminal = { print: (line) => lines.push(line), tell: (line) => lines.push(line), progress: () => undefined, confirm: () => undefined };
    const code = await runCommandLine({ args, environment: settings, terminal, signal: new AbortController().signal });
    return { code, lines };
  };
  const { code, lines } = await run('verify', '--read-models');
  if (code !== 0) none('alongside verify --read-models', lines);
  for (const list of ['parked', 'dead-letters']) {
    const { lines: listed } = await run(list, 'list');
    if (listed.length > 1) none(`alongside ${list} list`, listed);
  }
}

/** The history of a journey over HTTP tells every event of its streams. */
export async function timelinesAreWhole(base, { auditor }, people, log) {
  const faults = [];
  for (const { journeyId } of people) {
    if (journeyId === undefined) continue;
    const told = new Set();
    for (let cursor = ''; cursor !== undefined; ) {
      const page = await ask(`${base}/api/journeys/${journeyId}/timeline?limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`, { headers: bearer(auditor.token) });
      for (const { stream, revision } of page.items) told.add(`${stream} ${revision}`);
      cursor = page.next;
    }
    const written = ['referral', 'assessment', 'matching', 'support', 'evaluation'].flatMap((category) => log.byStream.get(`${category}-${journeyId}`) ?? []);
    const untold = written.filter(({ stream, revision }) => !told.has(`${stream} ${revision}`)).length;
    if (untold > 0) faults.push(`${journeyId}: ${untold} of ${written.length} events are not told`);
  }
  none('timelines that are not whole', faults);
}

/** So many words are looked for in every file: a long run has thousands, and each look takes a while. */
const mostWords = 400;

/** None of the words that only the people of this run have (of many, some from all of its course) stands in any file, or was printed. */
export function nobodyIsExposed(folder, people, printed) {
  const all = [...new Set(people.flatMap((each) => each.words()))];
  const words = all.filter((_, index) => index % Math.ceil(all.length / mostWords) === 0);
  const found = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = readFileSync(join(entry.parentPath, entry.name)).toString('latin1');
    if (words.some((word) => content.includes(word))) found.push(entry.name);
  }
  if (words.some((word) => printed.includes(word))) found.push('the log');
  none('personal data in the clear', found);
}
