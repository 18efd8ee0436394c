// Runs on plain Node 20 with nothing installed: only node: imports here.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root, runtime } from './runtime.mjs';

const packagesOf = (lockfile) => JSON.parse(readFileSync(join(root, lockfile), 'utf8')).packages;

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes down what it has put there once an
 * install is complete, so an interrupted one counts as none, and an `npm install` by hand as one.
 */
function isInstalled() {
  const installed = 'node_modules/.package-lock.json';
  if (!existsSync(join(root, installed)) || runtime() === undefined) return false;
  const present = packagesOf(installed);
  return Object.entries(packagesOf('package-lock.json'))
    .filter(([path]) => path !== '')
    .every(([path, wanted]) => {
      const found = present[path];
      if (found === undefined) return wanted.optional === true;
      return found.version === wanted.version && found.integrity === wanted.integrity;
    });
}

/** The environment without the node_modules/.bin folders that npm puts first: npm must not run on a Node that it deletes. */
function outerEnvironment() {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const folders = (process.env[name] ?? '').split(delimiter);
  return { ...process.env, [name]: folders.filter((folder) => !/node_modules[\\/]\.bin[\\/]?$/.test(folder)).join(delimiter) };
}

/** Installs what package-lock.json pins, unless it is there already; throws where npm fails. */
export function installIfNeeded() {
  if (isInstalled()) return;
  console.log('Installing packages (about a minute, only when they have changed) ...');
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: outerEnvironment(),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ci failed with exit code ${status}`);
}
