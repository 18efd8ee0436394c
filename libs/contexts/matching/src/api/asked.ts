import { dateIn } from '@alongside/contracts';
import type { Work } from '@alongside/service';
import { barriersTo, type Barrier } from '../domain/eligibility.js';
import { askedSupporter, type Matching, type Proposal } from '../domain/matching-state.js';
import { standingOf, type Supporter } from '../domain/supporter-state.js';
import { supporterAggregate } from '../domain/supporter.js';
import { requiredOf, timeZoneOf } from './settings.js';

/** What a proposal is asked of, and when it was made. */
export type Asked = Pick<Proposal, 'proposalId' | 'supporterId' | 'proposedAt'>;

/**
 * Why a supporter may not be matched by a proposal, on the day of a moment, no earlier than it was proposed; empty: they may. What
 * bars a proposal is asked, and asked of their own stream. The place that this very proposal holds does not count against it.
 */
export async function barriersToProposal(work: Work, organisationId: string, { proposalId, supporterId, proposedAt }: Asked, at: string): Promise<readonly Barrier[]> {
  const supporter = (await work.load<Supporter>(supporterAggregate, supporterId))?.state;
  if (supporter === undefined || supporter.status === 'none') return [{ code: 'retired' }];
  const timeZone = await timeZoneOf(work, organisationId, supporter.siteId);
  const required = await requiredOf(work, organisationId);
  return barriersTo(standingOf(supporter, timeZone, proposalId), required, dateIn(timeZone, at < proposedAt ? proposedAt : at));
}

/** What is in the way of the supporter whom a journey asks, or asked until they might not be matched any more; empty where nobody is asked. */
export async function barriersToAsked(work: Work, state: Matching | undefined, at: string): Promise<readonly Barrier[]> {
  const asked = state && askedSupporter(state);
  return asked === undefined || state?.status !== 'waiting' ? [] : barriersToProposal(work, state.organisationId, asked, at);
}
