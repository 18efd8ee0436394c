import { eventStoreContract } from '@alongside/testing';
import { EventStoreDbStandIn } from '@alongside/testing/eventstoredb';
import { openEventStoreDb } from './open.js';

// No server of EventStoreDB can be started by Node alone: here the adapter speaks to a stand-in for its protocol. The suite against a real one is
// eventstoredb.dist.spec.ts.
eventStoreContract('EventStoreDB (over a stand-in for its protocol)', async () => {
  const standIn = await new EventStoreDbStandIn().start();
  // Long enough for a busy machine.
  const another = () => openEventStoreDb({ url: `esdb://127.0.0.1:${standIn.port}?tls=false`, deadlineMs: 60_000, putBackAfterMs: 100 });
  return { store: another(), another, writeOwn: () => standIn.log.writeOwn(), remove: () => standIn.kill() };
});
