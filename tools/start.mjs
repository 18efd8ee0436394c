// Installs and builds what is missing, then runs the whole system in one process: npm start -- [options]
import { join } from 'node:path';
import { build } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { root, run, server } from './runtime.mjs';

installIfNeeded();
await build();
const main = join(root, 'apps', 'alongside', 'dist', 'main.js');
process.exitCode = await run([...server.options, main, ...process.argv.slice(2)], { env: { ...server.environment, ...process.env } });
