import { Refusal } from '@alongside/event-sourcing';
import { follow, type Process, type RecordedEvent, type Work } from '@alongside/service';
import { abandon } from '../api/introduce.js';
import { IntroductionAbandoned, MatchEnded, MatchProposed } from '../domain/matching-events.js';
import { wasIntroduced, type Matching } from '../domain/matching-state.js';
import { matchingAggregate } from '../domain/matching.js';
import { PlaceTaken, RecoveryConfirmationWithdrawn, SupporterErased, SupporterPaused, SupporterRetired, SupporterRetiring } from '../domain/supporter-events.js';
import type { Supporter } from '../domain/supporter-state.js';
import { supporterAggregate } from '../domain/supporter.js';
import { journeys } from '../read-models/journeys.js';

const idAfter = (event: { readonly stream: string }, category: string): string => event.stream.slice(category.length + 1);

/** A rule that says no is an outcome: what was to be undone is undone already. */
async function unlessRefused(action: Promise<unknown>): Promise<void> {
  try {
    await action;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

const withdraw = (work: Work, journeyId: string, proposalId: string): Promise<void> =>
  unlessRefused(work.execute(matchingAggregate, journeyId, 'withdraw-proposal', { proposalId, cause: 'supporter-not-available' }));

/** Only once the read model has seen the event: a proposal that was made just before is found, too. */
async function withdrawOpenProposals(event: { readonly stream: string; readonly position: string; readonly metadata: RecordedEvent['metadata'] }, work: Work): Promise<void> {
  await work.caughtUp(journeys, event.position);
  const askedSupporterId = idAfter(event, 'supporter');
  for await (const { id, document } of work.read(journeys).all({ organisationId: event.metadata.organisationId, where: { askedSupporterId } })) {
    const { journey } = document;
    if (journey.status === 'waiting' && journey.proposal) await withdraw(work, id, journey.proposal.proposalId);
  }
}

const available = (supporter: Supporter | undefined): boolean => supporter?.status === 'active' && supporter.recovery !== undefined;

/** How long an introduction under way is given to write its second half: it takes milliseconds. */
const patience = { attempts: 40, milliseconds: 50 } as const;
const pause = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, patience.milliseconds));

async function wasFinished(work: Work, journeyId: string, relationshipId: string): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    const state = (await work.load<Matching>(matchingAggregate, journeyId))?.state ?? { status: 'none' };
    if (wasIntroduced(state, relationshipId)) return true;
    if (attempt >= patience.attempts || (state.status !== 'none' && state.abandoned.includes(relationshipId))) return false;
    await pause();
  }
}

export const processes: readonly Process[] = [
  {
    name: 'finish-introduction',
    says: 'A place that was taken without an introduction following is freed again: first nobody can be introduced by it any more, then it is released.',
    on: [
      follow(PlaceTaken, async (event, work) => {
        const { journeyId, relationshipId, proposalId } = event.data;
        if (await wasFinished(work, journeyId, relationshipId)) return;
        await unlessRefused(abandon(work, journeyId, { proposalId, relationshipId, supporterId: idAfter(event, 'supporter') }));
      }),
    ],
  },
  {
    name: 'release-place',
    says: 'The place of a match that is over, or of an introduction that was abandoned, is free again.',
    on: [
      follow(MatchEnded, async ({ data: { supporterId, relationshipId } }, work) => {
        await work.execute(supporterAggregate, supporterId, 'release-place', { relationshipId, cause: 'relationship-ended' });
      }),
      follow(IntroductionAbandoned, async ({ data: { supporterId, relationshipId } }, work) => {
        await work.execute(supporterAggregate, supporterId, 'release-place', { relationshipId, cause: 'introduction-abandoned' });
      }),
    ],
  },
  {
    name: 'complete-erasure',
    says: 'Finishes the erasure of a supporter: every key becomes a tombstone.',
    on: [follow(SupporterErased, ({ data }, work) => work.erase(data.subjects))],
  },
  {
    name: 'withdraw-proposals',
    says: 'Open proposals to a supporter who may no longer be matched are withdrawn, also one that was made at the same moment.',
    on: [
      follow(SupporterPaused, withdrawOpenProposals),
      follow(SupporterRetiring, withdrawOpenProposals),
      follow(SupporterRetired, withdrawOpenProposals),
      follow(RecoveryConfirmationWithdrawn, withdrawOpenProposals),
      follow(MatchProposed, async (event, work) => {
        const supporter = await work.load<Supporter>(supporterAggregate, event.data.supporterId);
        if (!available(supporter?.state)) await withdraw(work, idAfter(event, 'matching'), event.data.proposalId);
      }),
    ],
  },
];
