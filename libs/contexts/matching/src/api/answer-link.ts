import type { Work } from '@alongside/service';

/** The link by which a mentee answers a proposal: good for this proposal, as long as it is open. */

const purpose = 'match-response';

export const answerLink = (work: Pick<Work, 'linkToken' | 'addressOf'>, journeyId: string, proposalId: string): string =>
  work.addressOf(`/api/matching/responses/${work.linkToken(purpose, `${journeyId}/${proposalId}`)}`);

/** What an authentic token is for. */
export function answersFor(work: Pick<Work, 'linkSubject'>, token: string): { readonly journeyId: string; readonly proposalId: string } | undefined {
  const [journeyId, proposalId] = work.linkSubject(purpose, token)?.split('/') ?? [];
  return journeyId === undefined || proposalId === undefined ? undefined : { journeyId, proposalId };
}
