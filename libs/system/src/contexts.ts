import { assessmentContext } from '@alongside/assessment';
import { evaluationContext } from '@alongside/evaluation';
import { journeysContext } from '@alongside/journeys';
import { matchingContext } from '@alongside/matching';
import { organisationsContext } from '@alongside/organisations';
import { referralsContext } from '@alongside/referrals';
import type { ContextDefinition } from '@alongside/service';
import { supervisionContext } from '@alongside/supervision';

const ownContexts: readonly ContextDefinition[] = [organisationsContext, referralsContext, assessmentContext, matchingContext, supervisionContext, evaluationContext];

/** Reads the streams of all the others. */
export const journeys: ContextDefinition = journeysContext({ aggregates: ownContexts.flatMap((each) => each.aggregates) });

/** Every bounded context there is. */
export const contexts: readonly ContextDefinition[] = [...ownContexts, journeys];
