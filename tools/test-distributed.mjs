// Runs the suites against real servers: npm run test:distributed -- [path or jest option ...]
// Servers come from wherever they can be had (servers/where-from.mjs); suites of one that cannot be had are skipped, counted and named.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { isOnRuntime, root, run } from './runtime.mjs';

const exitCodeOf = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

function specFiles(from) {
  return readdirSync(from, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : specFiles(join(from, entry.name));
    return entry.name.endsWith('.dist.spec.ts') ? [join(from, entry.name)] : [];
  });
}

/** Suites that are written for one server, in the whole project. */
function suitesFor(name) {
  const written = new RegExp(`describeWith\\(\\s*['"]${name}['"]`, 'g');
  const sources = ['apps', 'libs', 'tools'].flatMap((each) => specFiles(join(root, each))).map((file) => readFileSync(file, 'utf8'));
  return sources.reduce((sum, source) => sum + (source.match(written)?.length ?? 0), 0);
}

const line = '!'.repeat(100);
const loudly = (lines) => console.log(['', line, ...lines.map((each) => `!! ${each}`), line, ''].join('\n'));

/** What jest counted as skipped, by the title that `describeWith` gives a suite without its server. */
function skippedFor(name, results) {
  const mark = `(no ${name}: `;
  const tests = results.flatMap(({ assertionResults }) => assertionResults).filter(({ ancestorTitles }) => ancestorTitles.some((title) => title.includes(mark)));
  return { tests: tests.length, suites: new Set(tests.map(({ ancestorTitles }) => ancestorTitles.find((title) => title.includes(mark)))).size };
}

function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).testResults;
  } catch {
    return [];
  }
}

async function main() {
  const { findServers } = await import('./servers/where-from.mjs');
  const folder = mkdtempSync(join(tmpdir(), 'alongside-distributed-'));
  const stopping = new AbortController();
  for (const [signal, code] of Object.entries(exitCodeOf)) {
    process.on(signal, () => {
      // A second one does not wait: what was started ends with this process.
      if (stopping.signal.aborted) process.exit(code);
      process.exitCode = code;
      stopping.abort();
    });
  }
  let servers = [];
  try {
    servers = await findServers(folder, { tell: (text) => console.log(text), signal: stopping.signal });
    const missing = servers.filter(({ address }) => address === undefined);
    for (const { name, from } of servers) if (from !== undefined) console.log(`${name}: ${from}`);
    if (missing.length > 0) loudly(missing.map(({ name, why }) => `NO ${name.toUpperCase()}: its ${suitesFor(name)} suites are skipped (${why})`));
    if (!stopping.signal.aborted) {
      const addresses = Object.fromEntries(servers.filter(({ address }) => address !== undefined).map(({ variable, address }) => [variable, address]));
      const output = join(folder, 'results.json');
      const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
      const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
      const own = ['--config', join(root, 'jest.distributed.config.mjs'), '--json', `--outputFile=${output}`];
      const code = await run([...flags, jest, ...own, ...process.argv.slice(2)], { env: { ...process.env, ...addresses } });
      process.exitCode ??= code;
      const results = readResults(output);
      const skipped = missing.map((server) => ({ ...server, ...skippedFor(server.name, results) }));
      if (skipped.length > 0) loudly(skipped.map(({ name, why, tests, suites }) => `SKIPPED, no ${name}: ${tests} tests of ${suites} suites (${why})`));
    }
  } finally {
    await Promise.allSettled(servers.map(({ stop }) => stop?.()));
    rmSync(folder, { recursive: true, force: true });
  }
}

installIfNeeded();
if (await isOnRuntime()) {
  await build();
  await main();
  // Connections to a container engine may be kept open.
  process.exit();
}
