// Installs and builds what is missing, then runs the tests: npm test -- [path or jest option ...]
import { join } from 'node:path';
import { build } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { root, run } from './runtime.mjs';

installIfNeeded();
await build();
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
process.exitCode = await run([...flags, jest, ...process.argv.slice(2)]);
