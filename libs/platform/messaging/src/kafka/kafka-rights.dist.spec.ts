import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, eventually, ownKafka, type OwnServer } from '@alongside/testing';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import { openInProcessBroker, type InProcessBroker } from '../in-process/in-process-broker.js';
import { kafkaAddress } from './kafka-address.js';
import { openKafkaBroker, type KafkaBroker } from './kafka-broker.js';
import { openClient } from './kafka-client.js';
import { messagesOf } from './spec/fleet.js';
import { setUpTopics } from './topics.js';

// The rights that docs/operations.md lists under "TLS and users" are enough. (Describe comes with Read and Write.)

const { READ, WRITE, DESCRIBE, CREATE, ALTER, DESCRIBE_CONFIGS, ALTER_CONFIGS } = AclOperationTypes;
const prefix = 'site-one.';

describeWith('kafka', 'users of a broker that lets nobody do what was not allowed', () => {
  let folder: string;
  let server: OwnServer;
  let loop: InProcessBroker;
  let broker: KafkaBroker | undefined;

  const addressOf = (user: string) => kafkaAddress(`kafka://${user}:${user}@${server.address}?sasl=plain&prefix=${prefix}`);

  async function allow(user: string, resourceType: AclResourceTypes, operations: readonly AclOperationTypes[]): Promise<void> {
    const client = openClient(addressOf('admin'));
    const admin = client.kafka.admin();
    await admin.connect();
    const acl = operations.map((operation) => ({
      resourceType,
      resourceName: prefix,
      resourcePatternType: ResourcePatternTypes.PREFIXED,
      principal: `User:${user}`,
      host: '*',
      operation,
      permissionType: AclPermissionTypes.ALLOW,
    }));
    await admin.createAcls({ acl });
    await admin.disconnect();
    client.cut();
  }

  const setUp = (retentionDays: number) => setUpTopics({ ...addressOf('setup'), contexts: ['referrals'], partitions: 2, retentionDays });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-rights-'));
    const users = ['admin', 'setup', 'services'].map((user) => `user_${user}="${user}"`).join(' ');
    server = await ownKafka(join(folder, 'kafka'), {
      protocol: 'SASL_PLAINTEXT',
      more: `sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
listener.name.clients.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="admin" ${users};
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin;User:ANONYMOUS
allow.everyone.if.no.acl.found=false`,
    });
    loop = openInProcessBroker({ file: join(folder, 'loops.sqlite'), pollEvery: 20 });
  }, 120_000);
  afterAll(async () => {
    await broker?.close();
    await loop.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('are told in one line that something was not granted', async () => {
    await expect(setUp(3)).rejects.toThrow(/^kafka \S+ does not allow this user to do that \(\w+_AUTHORIZATION_FAILED\): grant it its topics and groups, as docs\/operations\.md lists them$/);
    const refused = openKafkaBroker({ ...addressOf('services'), loop, contexts: ['referrals'] });
    await expect(refused.check()).rejects.toThrow(/does not allow this user to do that \(\w+_AUTHORIZATION_FAILED\)/);
    await refused.close();
  });

  it('set up, the first time and again', async () => {
    await allow('setup', AclResourceTypes.TOPIC, [CREATE, DESCRIBE]);
    await eventually('made', async () => setUp(3).then(({ topics }) => topics.every(({ done }) => done === 'made'), () => false));
    await expect(setUp(3)).rejects.toThrow(/TOPIC_AUTHORIZATION_FAILED/);
    await allow('setup', AclResourceTypes.TOPIC, [DESCRIBE_CONFIGS]);
    await eventually('looked at', async () => setUp(3).then(({ topics }) => topics.every(({ done }) => done === 'unchanged'), () => false));
    await expect(setUp(5)).rejects.toThrow(/TOPIC_AUTHORIZATION_FAILED/);
    await allow('setup', AclResourceTypes.TOPIC, [ALTER_CONFIGS]);
    await eventually('changed', async () => setUp(5).then(({ topics }) => topics.some(({ done }) => done === 'settings-changed'), () => false));
  });

  it('set up as many partitions as somebody gave another topic', async () => {
    const contexts = ['referrals', 'matching'];
    const again = (partitions: number) => setUpTopics({ ...addressOf('setup'), contexts, partitions });
    await again(2);
    const client = openClient(addressOf('admin'));
    const admin = client.kafka.admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic: `${prefix}alongside.matching.v1`, count: 3 }] });
    await admin.disconnect();
    client.cut();
    await eventually('refused', () => again(3).then(() => false, (error: Error) => error.message.includes('TOPIC_AUTHORIZATION_FAILED')));
    await allow('setup', AclResourceTypes.TOPIC, [ALTER]);
    await eventually('raised', async () => again(3).then(({ topics }) => topics.some(({ done }) => done === 'partitions-added'), () => false));
  });

  it('publish, consume, put aside, and tell of their lag', async () => {
    await allow('services', AclResourceTypes.TOPIC, [READ, WRITE]);
    await allow('services', AclResourceTypes.GROUP, [READ]);
    const services = (broker = openKafkaBroker({ ...addressOf('services'), loop, contexts: ['referrals'] }));
    await eventually('ready', () => services.check().then(() => true, () => false));
    const messages = messagesOf(['a', 'poisoned'], 1);
    const handled: string[] = [];
    const stopping = new AbortController();
    const running = services.consume({
      consumer: 'assessment',
      topics: ['alongside.referrals.v1'],
      handlersOf: () => ['open'],
      handle: async (_handler, { key }) => {
        if (key === 'poisoned') throw new Error('always');
        handled.push(key);
        await Promise.resolve();
      },
      backOff: [1],
      signal: stopping.signal,
    });
    await services.publish(messages);
    await eventually('handled', () => handled.length === 1);
    await eventually('put aside', async () => (await loop.deadLetters.list()).length === 1);
    await eventually('no lag', async () => (await services.lag()).every(({ messages: left }) => left === 0));
    stopping.abort();
    await running;
  });
});
