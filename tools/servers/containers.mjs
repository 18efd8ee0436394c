// @ts-check
// Servers in containers, where a Docker engine answers. Each resolves when it takes connections and is gone with the process that started it.
import { freePorts } from './server-process.mjs';

/** Pinned, as in docker-compose.yml. */
export const images = {
  kafka: 'apache/kafka:4.1.0',
  mongodb: 'mongo:8.0.13',
  eventstoredb: 'kurrentplatform/kurrentdb:26.1.0',
};

/** Milliseconds, the download of an image not counted. */
const startWithin = 120_000;

/** Whether an engine answers, and where its ports appear; the reason where none does. */
export async function dockerHost() {
  try {
    const { getContainerRuntimeClient } = await import('testcontainers');
    const { info } = await getContainerRuntimeClient();
    return { host: info.containerRuntime.host };
  } catch (error) {
    return { why: `no Docker engine answers (${firstLine(error)})` };
  }
}

const firstLine = (/** @type {unknown} */ error) => (error instanceof Error ? error.message : String(error)).split('\n')[0];

/** A broker must know the port that clients reach it by before it starts, so this one is chosen here. */
export async function kafkaContainer(/** @type {string} */ host) {
  const { GenericContainer, Wait } = await import('testcontainers');
  const [port = 0] = await freePorts(1);
  const container = await new GenericContainer(images.kafka)
    .withExposedPorts({ container: port, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:19093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: `PLAINTEXT://0.0.0.0:${port},CONTROLLER://localhost:19093`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${host}:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_NUM_PARTITIONS: '3',
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '3',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '3',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(startWithin)
    .start();
  return started(container, `${host}:${port}`);
}

/** With users, so that what depends on them is tested too. */
export async function mongodbContainer() {
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(images.mongodb)
    .withExposedPorts(27017)
    .withEnvironment({ MONGO_INITDB_ROOT_USERNAME: 'tester', MONGO_INITDB_ROOT_PASSWORD: 'tester' })
    // Once for the start that makes the user, once for the real one.
    .withWaitStrategy(Wait.forLogMessage(/Waiting for connections/, 2))
    .withStartupTimeout(startWithin)
    .start();
  return started(container, `mongodb://tester:tester@${container.getHost()}:${container.getMappedPort(27017)}/?authSource=admin`);
}

/** A server of one's own: `kill` is `kill -9`, and it comes back at the same address with what it had. */
export async function eventstoredbContainer() {
  const { GenericContainer, Wait, getContainerRuntimeClient } = await import('testcontainers');
  const [port = 0] = await freePorts(1);
  const container = await new GenericContainer(images.eventstoredb)
    .withExposedPorts({ container: 2113, host: port })
    .withEnvironment({ KURRENTDB_INSECURE: 'true', KURRENTDB_CLUSTER_SIZE: '1', KURRENTDB_RUN_PROJECTIONS: 'None' })
    .withWaitStrategy(Wait.forHttp('/health/live', 2113).forStatusCodeMatching((status) => status >= 200 && status < 300))
    .withStartupTimeout(startWithin)
    .start();
  const engine = (await getContainerRuntimeClient()).container.getById(container.getId());
  const isLive = () => fetch(`http://${container.getHost()}:${port}/health/live`).then(({ ok }) => ok, () => false);
  return {
    ...started(container, `esdb://${container.getHost()}:${port}?tls=false`),
    kill: () => engine.kill(),
    pause: () => engine.pause(),
    resume: () => engine.unpause(),
    async start() {
      await engine.start();
      for (const until = performance.now() + startWithin; !(await isLive()); await new Promise((resolve) => setTimeout(resolve, 100))) {
        if (performance.now() > until) throw new Error('the event store did not come back');
      }
    },
  };
}

const started = (/** @type {import('testcontainers').StartedTestContainer} */ container, /** @type {string} */ address) => ({
  address,
  stop: async () => void (await container.stop()),
});
