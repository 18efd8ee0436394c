#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, runtime, server } from '../../../tools/runtime.mjs';

const cli = join(root, 'apps', 'alongside', 'dist', 'cli.js');
if (runtime() === undefined || !existsSync(join(root, 'node_modules'))) {
  console.error('alongside is not installed yet: run "npm install", then "npm run build"');
  process.exitCode = 1;
} else if (!existsSync(cli)) {
  console.error('alongside is not built yet: run "npm run build"');
  process.exitCode = 1;
} else {
  process.exitCode = await run([...server.options, cli, ...process.argv.slice(2)], { cwd: process.cwd(), env: { ...server.environment, ...process.env } });
}
