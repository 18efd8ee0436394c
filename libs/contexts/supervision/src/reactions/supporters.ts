import { dateIn, matching } from '@alongside/contracts';
import { reaction, type Reaction } from '@alongside/service';
import { timeZoneOf } from '../api/lookups.js';
import { defined } from '../domain/defined.js';
import { supervision } from '../domain/supporter/supervision.js';

export const supporterReactions: readonly Reaction[] = [
  reaction(matching.SupporterChanged, 'hear-of-supporter', 'Knows the supporter, their site and how they stand; the first supervision counts from their registration.', async (message, work) => {
    const { organisationId, source, data } = message;
    const { supporterId, siteId, name, status: standing, registeredAt } = data;
    const registeredOn = dateIn(await timeZoneOf(work, organisationId, siteId), registeredAt);
    await work.execute(supervision, supporterId, 'hear-supporter', { organisationId, siteId, supporterId, name, standing, registeredAt, registeredOn, sourceRevision: source.revision });
  }),
  reaction(matching.SupporterErased, 'hear-of-erasure', 'Nothing more is written about a supporter who was erased.', async ({ organisationId, data }, work) => {
    await work.execute(supervision, data.supporterId, 'hear-supporter-erasure', { organisationId, ...data });
  }),
  reaction(matching.TrainingCompleted, 'answer-training-need', 'A completed training answers an agreed need of its code.', async (message, work) => {
    const { organisationId, siteId } = message;
    await work.execute(supervision, message.data.supporterId, 'hear-training', defined({ organisationId, siteId, ...message.data }));
  }),
];
