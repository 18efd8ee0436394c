// Decides for each server that the distributed suites need where it comes from: an address in the environment, else a container, else a
// process of this machine, else nowhere.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { dockerHost, eventstoredbContainer, images, kafkaContainer, mongodbContainer } from './containers.mjs';
import { startFerretDb, whyNoFerretDb } from './ferretdb.mjs';
import { startKafka, whyNoKafka } from './kafka.mjs';

/** What `describeWith` of @alongside/testing knows, by the same names. */
const servers = [
  {
    name: 'kafka',
    variable: 'ALONGSIDE_TEST_KAFKA',
    inContainer: kafkaContainer,
    onMachine: { says: 'Kafka from Maven Central', whyNot: whyNoKafka, start: startKafka },
  },
  {
    name: 'mongodb',
    variable: 'ALONGSIDE_TEST_MONGODB',
    inContainer: mongodbContainer,
    onMachine: { says: "FerretDB (MongoDB's wire protocol) built with Go", whyNot: whyNoFerretDb, start: startFerretDb },
  },
  { name: 'eventstoredb', variable: 'ALONGSIDE_TEST_EVENTSTOREDB', inContainer: eventstoredbContainer },
];

export const serverNames = servers.map(({ name }) => name);

const firstLines = (error) => (error instanceof Error ? error.message : String(error)).trim().split('\n').slice(0, 3).join(' | ');

/**
 * Resolves with a list of `{name, variable, address, from, stop}`, or `{name, variable, why}` where there is none. Data of what is started
 * here lies in `folder`. `tell` gets a line when something slow begins. When `signal` is aborted, nothing more is started.
 */
export async function findServers(folder, { tell, signal }) {
  let docker;
  const find = async ({ name, variable, inContainer, onMachine }) => {
    const given = process.env[variable]?.trim();
    if (given) return { name, variable, address: given, from: `given by ${variable}`, stop: async () => undefined };
    const reasons = [`${variable} is not set`];
    const attempt = async (from, start) => {
      if (signal.aborted) return undefined;
      try {
        tell(`${name}: starting ${from} ...`);
        const { address, stop } = await start();
        return { name, variable, address, from, stop };
      } catch (error) {
        reasons.push(`${from} could not be started: ${firstLines(error)}`);
        return undefined;
      }
    };
    docker ??= dockerHost();
    const { host, why } = await docker;
    if (host !== undefined) {
      const found = await attempt(`${images[name]} in a container`, () => inContainer(host));
      if (found) return found;
    } else reasons.push(why);
    const whyNot = onMachine === undefined ? 'there is no package of it that can be fetched and started here' : onMachine.whyNot();
    if (whyNot === undefined) {
      const own = join(folder, name);
      mkdirSync(own, { recursive: true });
      const found = await attempt(onMachine.says, () => onMachine.start(own));
      if (found) return found;
    } else reasons.push(whyNot);
    return { name, variable, why: reasons.join('; ') };
  };
  return Promise.all(servers.map(find));
}
