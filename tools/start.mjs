// Installs and builds what is missing, then runs the whole system in one process: npm start -- [options]
import { join } from 'node:path';
import { build } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { root, run } from './runtime.mjs';

installIfNeeded();
await build();
const main = join(root, 'apps', 'alongside', 'dist', 'main.js');
// Hashing a password takes 19 MiB: with an arena for each thread glibc would keep all of them. Young objects need no more than this either.
// What V8 has compiled once, it need not compile at the next start.
const env = { MALLOC_ARENA_MAX: '2', NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'alongside', 'compiled'), ...process.env };
process.exitCode = await run(['--enable-source-maps', '--max-semi-space-size=32', main, ...process.argv.slice(2)], { env });
