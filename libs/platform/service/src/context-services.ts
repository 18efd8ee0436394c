import { eraseSubjects } from '@alongside/personal-data';
import { NotCaughtUp, type Document, type ReadModel } from '@alongside/read-models';
import type { ContextDefinition } from './context-definition.js';
import { forgetSubject } from './forgetting.js';
import type { Metrics } from './metrics.js';
import type { Platform } from './platform.js';
import { invalidFields } from './problems.js';
import type { RateLimiter } from './rate-limit.js';
import type { Services } from './services.js';
import { workshop } from './work.js';

/** What the routes, reactions, processes and timers of one context work with, over the adapters of the platform. */
export function servicesOf(context: ContextDefinition, platform: Platform, metrics: Metrics, publicRequests: RateLimiter): Services {
  const { access, catalogue, clock, configuration, personal, projections, store, streams } = platform;
  const now = (): string => clock.now().toISOString();
  const work = workshop({
    context,
    streams,
    documents: <Doc extends Document>(model: ReadModel<Doc>) => projections.documents(model),
    open: (value) => personal.open(value),
    erase: async (subjects) => {
      await eraseSubjects(personal.keys, subjects, { at: now() });
      for (const subject of subjects) await forgetSubject(platform, subject);
    },
    linkToken: (purpose, subject) => access.linkToken(`${context.name}/${purpose}`, subject),
    linkSubject: (purpose, token) => access.linkSubject(`${context.name}/${purpose}`, token),
    // Read each time: an address with any free port is known only once it listens.
    addressOf: (path) => `${configuration.publicUrl}${path}`,
    caughtUp: (model, position) => projections.waitFor(model.name, position, configuration.waitForView),
    readStream: async (stream) =>
      (await store.readStream(stream)).map((event) => (context.reads && !catalogue.knows(event) ? event : catalogue.upToDate(event))),
  });
  return {
    context,
    metrics,
    publicRequests,
    streams,
    now,
    authenticate: (token) => access.signIn.authenticate(token),
    work,
    async waitFor(models, position, documentId) {
      if (!store.isPosition(position)) throw invalidFields([{ path: 'after', code: 'wrong-format', message: 'must be a position that a command answered with' }]);
      // What is answered from the log itself needs no view, but a log that goes so far.
      if (models.length === 0 && position > ((await store.lastPosition()) ?? '')) throw new NotCaughtUp(context.name, position);
      const options = documentId === undefined ? {} : { documentId };
      await Promise.all(models.map((model) => projections.waitFor(model.name, position, configuration.waitForView, options)));
    },
    recordAccess: (opened) => access.recordAccess(context.name, opened),
    invitationLink: (accountId, issuedAt) => access.invitationLink(accountId, issuedAt),
    useSetUpToken: (token, commandId) => access.useSetUpToken(token, commandId),
  };
}
