import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loopStateContract } from '@alongside/testing';
import { openInProcessBroker } from './in-process-broker.js';

loopStateContract('the file of the in-process broker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loops-'));
  return {
    process: (options) => openInProcessBroker({ file: join(folder, 'messages.sqlite'), pollEvery: 20, ...options }),
    close: async () => rmSync(folder, { recursive: true }),
  };
});
