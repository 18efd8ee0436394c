// A real Kafka broker of one node, fetched from Maven Central; needs Java 17 and Maven.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache.mjs';
import { freePorts, isInstalled, runToEnd, serverProcess } from './server-process.mjs';

const version = '4.1.0';
const dependencies = [
  ['org.apache.kafka', 'kafka_2.13', version],
  ['org.apache.kafka', 'kafka-tools', version],
  ['org.slf4j', 'slf4j-simple', '1.7.36'],
];

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>alongside</groupId><artifactId>test-broker</artifactId><version>1</version><dependencies>
${dependencies.map(([group, artifact, at]) => `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${at}</version></dependency>`).join('\n')}
</dependencies></project>
`;

/** Why there is none on this machine; undefined where there can be one. */
export function whyNoKafka() {
  const { status, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const release = Number(/version "(?:1\.)?(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
  if (status !== 0 || release < 17) return `no Java 17 to run Kafka with${release > 0 ? ` (but ${release})` : ''}`;
  return isInstalled('mvn', '-v') ? undefined : 'no Maven to fetch Kafka with';
}

async function libraries() {
  const folder = await cached(`kafka-${version}`, async (making) => {
    writeFileSync(join(making, 'pom.xml'), pom);
    await runToEnd('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${join(making, 'libs')}`], { cwd: making });
  });
  return join(folder, 'libs');
}

/**
 * A broker on any free ports of this machine, or on `ports` (clients, controller), its data in `folder`. Topics are made by whoever
 * needs them, never by use. Clients speak `protocol` to it (PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL), which `more` lines of properties set up.
 * Resolves when it takes connections.
 */
export async function startKafka(folder, ports, { protocol = 'PLAINTEXT', more = '' } = {}) {
  const libs = await libraries();
  const [port, controller] = ports ?? (await freePorts(2));
  mkdirSync(folder, { recursive: true });
  const properties = join(folder, 'server.properties');
  writeFileSync(properties, `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=CLIENTS://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=CLIENTS://127.0.0.1:${port}
inter.broker.listener.name=CLIENTS
controller.listener.names=CONTROLLER
listener.security.protocol.map=CLIENTS:${protocol},CONTROLLER:PLAINTEXT
log.dirs=${join(folder, 'log')}
num.partitions=3
log.index.size.max.bytes=65536
auto.create.topics.enable=false
offsets.topic.num.partitions=3
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=3
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
${more}
`);
  const java = ['-Xmx384m', '-Xms128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', join(libs, '*')];
  await runToEnd('java', [...java, 'kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', 'AAAAAAAAAAAAAAAAAAAAAQ', '-c', properties]);
  const server = await serverProcess({ name: 'kafka', command: 'java', args: [...java, 'kafka.Kafka', properties], cwd: folder, port, log: join(folder, 'kafka.log') }).start();
  return Object.assign(server, { address: `127.0.0.1:${port}` });
}
