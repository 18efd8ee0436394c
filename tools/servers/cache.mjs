// Where servers that the tests fetched for themselves are kept: outside the repository, so that every clone shares them.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'alongside-test-servers');

/** The folder `name` of the cache, made by `make` where it is not there yet; one that was interrupted is made again. */
export async function cached(name, make) {
  const ready = join(folder, name);
  if (existsSync(ready)) return ready;
  const making = join(folder, `${name}.${process.pid}`);
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  await make(making);
  try {
    renameSync(making, ready);
  } catch (error) {
    // Somebody else was faster: theirs is as good.
    if (!existsSync(ready)) throw error;
    rmSync(making, { recursive: true, force: true });
  }
  return ready;
}
