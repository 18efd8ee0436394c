import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inMemorySubjectKeys } from '@alongside/personal-data';
import { accountsContract } from '@alongside/testing';
import { openAccounts } from './sqlite-accounts.js';

accountsContract('a SQLite file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'accounts-'));
  const keys = inMemorySubjectKeys();
  return {
    process: (clock) => openAccounts({ file: join(folder, 'accounts.sqlite'), keys, clock }),
    close: async () => rmSync(folder, { recursive: true }),
  };
});
