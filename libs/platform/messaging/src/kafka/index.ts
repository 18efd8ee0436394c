export { aboutCopies, type AboutCopies } from './copies.js';
export { openKafkaBroker, type KafkaBroker, type KafkaBrokerOptions } from './kafka-broker.js';
export { kafkaAddress, type KafkaAddress } from './kafka-address.js';
export { BrokerFault } from './faults.js';
export { setUpTopics, topicsOf, PartitionCountsDiffer, PartitionCountsNeverChange, TooFewBrokers, type TopicsOptions, type TopicSetUp, type TopicsSetUp } from './topics.js';
export type { MessageTracing } from './tracing.js';
export { cloudEventType, dataSchemaOf, toCloudEvent } from './cloud-event.js';
export { deadLetterTopicOf } from './dead-letter-record.js';
