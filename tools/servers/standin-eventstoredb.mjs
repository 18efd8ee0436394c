// A stand-in for EventStoreDB's protocol in a process of its own, for several to share: node tools/servers/standin-eventstoredb.mjs [port]
// Needs `npm run build`. Prints its address once it takes connections. The log is in memory: it ends with the process.
import { EventStoreDbStandIn } from '@alongside/testing/eventstoredb';

const standIn = await new EventStoreDbStandIn({ port: Number(process.argv[2] ?? 0) }).start();
console.log(`esdb://127.0.0.1:${standIn.port}?tls=false`);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
// Whoever started us is gone.
process.on('disconnect', () => process.exit(1));
