import { randomUUID } from 'node:crypto';
import { describeWith, eventStoreContract } from '@alongside/testing';
import { openEventStoreDb } from './open.js';
import { withinNamespace } from './within-namespace.fixture.js';

describeWith('eventstoredb', 'EventStoreDB, a real server', (url) => {
  // Events cannot be taken away again: each test has a part of the log for itself.
  eventStoreContract('EventStoreDB', async () => {
    const namespace = `test${randomUUID().slice(0, 8)}_`;
    const first = openEventStoreDb({ url, putBackAfterMs: 1_000 });
    const since = await first.lastPosition();
    const another = () => withinNamespace(openEventStoreDb({ url, putBackAfterMs: 1_000 }), namespace, since);
    return { store: withinNamespace(first, namespace, since), another, remove: () => undefined };
  });

  it('says that it is in order', async () => {
    const store = openEventStoreDb({ url });
    await store.check();
    await store.close();
  });

  it('is not asked by somebody else', async () => {
    const { host } = new URL(url.replace(/^[^:]+/, 'http'));
    const query = url.split('?')[1];
    const stranger = openEventStoreDb({ url: `esdb://nobody:wrong@${host}${query === undefined ? '' : `?${query}`}` });
    // Without TLS a server asks nobody who they are.
    const answered = await stranger.check().catch((error: Error) => error.message);
    if (answered !== undefined) expect(answered).toContain('refuses the user, the password');
    await stranger.close();
  });
});
