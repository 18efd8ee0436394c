// The log of one system under test. A server holds the log of one system, so it has to be empty; where there is none, a SQLite file stands in.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { dockerHost, eventstoredbContainer } from './containers.mjs';

const variable = 'ALONGSIDE_TEST_EVENTSTOREDB';

async function isEmpty(address) {
  const { openEventStoreDb } = await import('@alongside/event-store/eventstoredb');
  const store = openEventStoreDb({ url: address });
  try {
    return (await store.lastPosition()) === undefined;
  } finally {
    await store.close();
  }
}

/**
 * The server that ALONGSIDE_TEST_EVENTSTOREDB names, where it is empty; else one in a container of its own, where Docker answers; else a
 * SQLite file in `folder`. `{address, says, server}`: `says` for whoever reads the output; `server` can be killed and paused, where it is ours.
 */
export async function ownLog(folder) {
  const given = process.env[variable]?.trim();
  if (given && (await isEmpty(given))) return { address: given, says: `The log is on the EventStoreDB that ${variable} names.` };
  const reason = given ? `the EventStoreDB that ${variable} names holds a log already` : 'no EventStoreDB is given';
  const { host, why } = await dockerHost();
  if (host !== undefined) {
    const server = await eventstoredbContainer();
    return { address: server.address, server, says: 'The log is on an EventStoreDB in a container of its own.' };
  }
  mkdirSync(join(folder, 'log'), { recursive: true });
  return { address: `sqlite:${join(folder, 'log', 'events.sqlite')}`, says: `The log is a SQLite file that the services share (${reason}; ${why}).` };
}

/** The log at an address of `ownLog`. */
export async function openLog(address) {
  if (address.startsWith('sqlite:')) return (await import('@alongside/event-store')).openSqliteEventStore({ file: address.slice('sqlite:'.length) });
  return (await import('@alongside/event-store/eventstoredb')).openEventStoreDb({ url: address });
}
