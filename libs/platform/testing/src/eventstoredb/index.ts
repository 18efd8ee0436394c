export { testCertificate, type TestCertificate } from './certificate.js';
export { StandInLog } from './log.js';
export { EventStoreDbStandIn, type Faults, type StandInOptions } from './stand-in.js';
