// Writes a fixture of every event that has none yet, from its example: npm run fixtures. What is there is never changed:
// events of that version may stand in somebody's log.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { isOnRuntime, root } from './runtime.mjs';

async function main() {
  await build();
  const { contexts } = await import('@alongside/system');
  const { fixturesOf } = await import('../apps/alongside/dist/fixtures.js');
  let written = 0;
  for (const { file, definition } of fixturesOf(contexts)) {
    const path = join(root, file);
    if (existsSync(path)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify({ type: definition.type, schemaVersion: definition.version, data: definition.options.example }, undefined, 2)}\n`);
    console.log(`wrote ${relative(root, path)}`);
    written += 1;
  }
  console.log(written === 0 ? 'every event has its fixture' : `${written} fixtures written`);
}

installIfNeeded();
if (await isOnRuntime()) await main();
