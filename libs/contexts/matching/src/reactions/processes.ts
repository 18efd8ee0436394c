import { organisations } from '@alongside/contracts';
import { Refusal, type EventDefinition } from '@alongside/event-sourcing';
import { settingsAggregate, type SettingHeard } from '@alongside/messaging';
import { follow, type Process, type RecordedEvent, type Work } from '@alongside/service';
import { barriersToProposal } from '../api/asked.js';
import { abandon } from '../api/introduce.js';
import { IntroductionAbandoned, MatchEnded, MatchProposed } from '../domain/matching-events.js';
import { wasIntroduced, type Matching, type Proposal } from '../domain/matching-state.js';
import { matchingAggregate } from '../domain/matching.js';
import {
  CheckRecorded,
  PlaceTaken,
  RecoveryConfirmationWithdrawn,
  SupervisionDatesHeard,
  SupporterErased,
  SupporterPaused,
  SupporterProfileUpdated,
  SupporterRetired,
  SupporterRetiring,
} from '../domain/supporter-events.js';
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

/** It does not stand any more since what happened, and never before it was made. */
function withdraw(work: Work, journeyId: string, { proposalId, proposedAt }: Pick<Proposal, 'proposalId' | 'proposedAt'>, at: string): Promise<void> {
  const occurredAt = at < proposedAt ? proposedAt : at;
  return unlessRefused(work.execute(matchingAggregate, journeyId, 'withdraw-proposal', { proposalId, cause: 'supporter-not-available' }, { occurredAt }));
}

type Happened = Pick<RecordedEvent, 'stream' | 'position' | 'metadata'>;

/** Only once the read model has seen the event: a proposal that was made just before is found, too. */
async function* openProposals({ position, metadata: { organisationId } }: Happened, work: Work, askedSupporterId: string | { readonly exists: true }) {
  await work.caughtUp(journeys, position);
  for await (const { id, document } of work.read(journeys).all({ organisationId, where: { askedSupporterId } })) {
    const { journey } = document;
    if (journey.status === 'waiting' && journey.proposal) yield { journeyId: id, organisationId, proposal: journey.proposal };
  }
}

async function withdrawOpenProposals(event: Happened, work: Work): Promise<void> {
  for await (const { journeyId, proposal } of openProposals(event, work, idAfter(event, 'supporter'))) await withdraw(work, journeyId, proposal, event.metadata.occurredAt);
}

/** What may or may not be in the way: each open proposal is asked of the rule by which it would be refused now. */
async function withdrawWhatIsBarred(event: Happened, work: Work, askedSupporterId: string | { readonly exists: true }): Promise<void> {
  for await (const { journeyId, organisationId, proposal } of openProposals(event, work, askedSupporterId)) {
    const barriers = await barriersToProposal(work, organisationId, proposal, event.metadata.occurredAt);
    if (barriers.length > 0) await withdraw(work, journeyId, proposal, event.metadata.occurredAt);
  }
}

const withdrawIfBarred = (event: Happened, work: Work): Promise<void> => withdrawWhatIsBarred(event, work, idAfter(event, 'supporter'));

/** Settings by which somebody may or may not be matched. */
const deciding: ReadonlySet<string> = new Set([organisations.SupporterRequirementsSet, organisations.ServiceStandardsSet].map(({ context, name }) => `${context}.${name}`));

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
      follow(CheckRecorded, withdrawIfBarred),
      follow(PlaceTaken, withdrawIfBarred),
      follow(SupporterProfileUpdated, withdrawIfBarred),
      follow(SupervisionDatesHeard, withdrawIfBarred),
      ...settingsAggregate('matching').events.map((heard) =>
        follow(heard as EventDefinition<string, SettingHeard>, async (event, work) => {
          if (deciding.has(event.data.event)) await withdrawWhatIsBarred(event, work, { exists: true });
        }),
      ),
      follow(MatchProposed, async (event, work) => {
        const { occurredAt, organisationId } = event.metadata;
        const proposed = { proposalId: event.data.proposalId, supporterId: event.data.supporterId, proposedAt: occurredAt };
        const barriers = await barriersToProposal(work, organisationId, proposed, occurredAt);
        if (barriers.length > 0) await withdraw(work, idAfter(event, 'matching'), proposed, occurredAt);
      }),
    ],
  },
];
