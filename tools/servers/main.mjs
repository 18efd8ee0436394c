// Runs a broker and a document database for tests by hand until it is stopped: node tools/servers/main.mjs [folder]
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFerretDb } from './ferretdb.mjs';
import { startKafka } from './kafka.mjs';

const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'alongside-servers-'));
const [kafka, ferretdb] = await Promise.all([startKafka(join(folder, 'kafka')), startFerretDb(join(folder, 'ferretdb'))]);
console.log(`export ALONGSIDE_TEST_KAFKA=${kafka.address} ALONGSIDE_TEST_MONGODB=${ferretdb.address}`);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    await Promise.all([kafka.stop(), ferretdb.stop()]);
    process.exit(0);
  });
}
