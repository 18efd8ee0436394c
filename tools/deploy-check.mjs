// Checks the deploy files as far as that goes without a cluster and an engine: npm run deploy:check
// No container is built or started; what a check needs is fetched into the user's cache, and a check that cannot have it is skipped, loudly.
import { build } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { isOnRuntime } from './runtime.mjs';

let failed = false;

function report(name, { by, faults = [], notes = [], why }) {
  if (why !== undefined) console.log(`!! SKIPPED, ${name}: ${why}`);
  else if (faults.length === 0) console.log(`ok    ${name}: ${by}`);
  for (const fault of faults) console.log(`FAIL  ${name}: ${fault}`);
  for (const note of notes) console.log(`!! SKIPPED, ${name}, ${note}`);
  failed ||= faults.length > 0;
}

async function check(name, work) {
  try {
    report(name, await work());
  } catch (error) {
    // Of the tools that are fetched, not of the files: those are reported as faults.
    report(name, { why: String(error.message).split('\n').slice(0, 3).join(' | ') });
  }
}

installIfNeeded();
if (await isOnRuntime()) {
  await build();
  const { checkConsistency } = await import('./deploy/consistency.mjs');
  const { checkCompose } = await import('./deploy/compose.mjs');
  const { checkImage } = await import('./deploy/image.mjs');
  const { checkKubernetes } = await import('./deploy/kubernetes.mjs');
  report('consistency', { by: 'variables, services, ports, images, secrets and metrics are those of the code', faults: await checkConsistency() });
  await check('docker-compose.yml', checkCompose);
  await check('deploy/kubernetes', checkKubernetes);
  await check('deploy/Dockerfile', checkImage);
  process.exitCode = failed ? 1 : 0;
}
