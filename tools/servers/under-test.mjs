// One process of the system whose time of day a test moves: node tools/servers/under-test.mjs <context | gateway> <moment>
// Told `{ moveTo }`, it answers `{ at }` once its clock stands there.
import { runProcess, sharedConfigurationFrom, startReady } from '@alongside/service';
import { contexts } from '@alongside/system';
import { testClock } from '@alongside/testing/http';
import { gatewayOptions } from '../../apps/gateway/dist/gateway.js';

const [name, moment] = process.argv.slice(2);
const clock = testClock(moment);
process.on('message', ({ moveTo }) => {
  if (Date.parse(moveTo) > clock.now().getTime()) clock.advanceTo(moveTo);
  process.send({ at: clock.now().toISOString() });
});
// Whoever started us is gone.
process.on('disconnect', () => process.exit(1));

const configuration = sharedConfigurationFrom(process.env);
const own = name === 'gateway' ? gatewayOptions(configuration) : { configuration, contexts: contexts.filter((each) => each.name === name), sessions: false };
runProcess({ name, start: (signal) => startReady({ ...own, clock, scheduler: clock.scheduler, signal }) });
