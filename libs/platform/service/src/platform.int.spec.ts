import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationFrom } from './configuration.js';
import { openPlatform } from './platform.js';

describe('a platform that is given up while it waits for its servers', () => {
  let data: string;

  beforeEach(() => void (data = mkdtempSync(join(tmpdir(), 'platform-'))));
  afterEach(() => rmSync(data, { recursive: true }));

  it('looks for them no more', async () => {
    const configuration = configurationFrom({ ALONGSIDE_DATA: data, ALONGSIDE_READ_MODELS: 'mongodb://127.0.0.1:9/nowhere' });
    const never = new AbortController().signal;
    const silent = { info: () => undefined, warn: () => undefined };
    let watching: Promise<void> | undefined;
    const opening = openPlatform(configuration, [], {
      whenThere: async (dependencies) => {
        watching = dependencies.watch(silent, never);
        throw new Error('given up');
      },
    });
    await expect(opening).rejects.toThrow('given up');
    await watching;
  });
});
