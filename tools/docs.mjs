// Writes docs/catalogue.md from the code: npm run docs. With --check it writes nothing and fails where the file is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { isOnRuntime, root } from './runtime.mjs';

const file = join(root, 'docs', 'catalogue.md');

async function main() {
  await build();
  const { catalogueOf } = await import('@alongside/service');
  const { contexts } = await import('@alongside/system');
  const wanted = catalogueOf(contexts);
  const present = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (wanted === present) {
    console.log('docs/catalogue.md is up to date');
  } else if (process.argv.includes('--check')) {
    const [before, after] = [present.split('\n'), wanted.split('\n')];
    const line = after.findIndex((each, index) => each !== before[index]);
    console.error(`docs/catalogue.md is stale from line ${line + 1} on: run "npm run docs" and commit it`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, wanted);
    console.log('wrote docs/catalogue.md');
  }
}

installIfNeeded();
if (await isOnRuntime()) await main();
