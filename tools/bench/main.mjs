// npm run bench [-- distributed] [-- --quick]. Every figure is a ratio within one run: these machines differ, and so do their disks.
// --quick shows that the bench runs; its figures are too short to be quoted.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from './commands.mjs';
import { report } from './figures.mjs';
import { rebuilding, visibility } from './reading.mjs';
import { preparedSystem, startedSystem } from './system.mjs';

const quick = process.argv.includes('--quick');
const plan = quick ? { seconds: 1, rounds: 1, connections: [1, 64], samples: 50 } : { seconds: 5, rounds: 3, connections: [1, 16, 64], samples: 1000 };

/** Resident memory of the whole system with its demo, in MB. */
async function memory() {
  const data = mkdtempSync(join(tmpdir(), 'alongside-memory-'));
  const running = await startedSystem([], { ALONGSIDE_DATA: data, ALONGSIDE_PORT: '0', ALONGSIDE_LOG_LEVEL: 'error' });
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${running.child.pid}/status`, 'utf8'));
  await running.stop();
  rmSync(data, { recursive: true, force: true });
  const megabytes = Math.round(Number(resident[1]) / 1024);
  report('Memory with the demo loaded (aim: under 350 MB)', [{ 'resident MB': megabytes }]);
  return megabytes;
}

if (process.argv.includes('distributed')) {
  const { distributed } = await import('./distributed.mjs');
  await distributed(quick ? { samples: 50, rounds: 1 } : { samples: 500, rounds: 3 });
  process.exit();
}

const system = await preparedSystem();
try {
  await commands(system, plan);
  await system.stop();
  await visibility(system, plan);
  await rebuilding(system.data, plan);
} finally {
  await system.remove();
}
if (process.platform === 'linux') await memory();
else console.log('\nMemory: read from /proc, so on Linux only; skipped here.');
