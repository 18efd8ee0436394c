import { assessmentContext } from '@alongside/assessment';
import { organisationsContext } from '@alongside/organisations';
import type { ContextDefinition } from '@alongside/service';

/** Every bounded context that this process hosts. */
export const contexts: readonly ContextDefinition[] = [organisationsContext, assessmentContext];
