import { timed, type Timer } from '@alongside/service';
import { MatchIntroduced, MatchProposalWithdrawn, MatchProposed, MatchTurnedDown } from '../domain/matching-events.js';
import { matchingAggregate } from '../domain/matching.js';

const settled = ({ data }: { readonly data: { readonly proposalId: string } }): { readonly key: string } => ({ key: data.proposalId });

export const timers: readonly Timer[] = [
  {
    name: 'proposal-expires',
    says: 'A proposal that was not answered by its date is withdrawn.',
    aggregate: matchingAggregate,
    command: 'expire-proposal',
    on: [
      timed(MatchProposed, ({ data: { proposalId, expiresAt } }) => ({ key: proposalId, due: expiresAt, data: { proposalId } })),
      timed(MatchTurnedDown, settled),
      timed(MatchProposalWithdrawn, settled),
      timed(MatchIntroduced, settled),
    ],
  },
];
