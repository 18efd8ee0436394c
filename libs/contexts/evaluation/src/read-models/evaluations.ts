import { fold, type Occurred } from '@alongside/event-sourcing';
import { idOf, readModel, type Document } from '@alongside/read-models';
import { evaluation } from '../domain/evaluation.js';
import { evaluationEvents, type EvaluationEvent } from '../domain/events.js';
import type { Evaluation } from '../domain/state.js';
import { todosOf, type Todo } from '../domain/todos.js';

/** Where each evaluation stands, folded by the very rules that decide on it: worklist and decisions cannot disagree. */
export interface EvaluationDocument extends Document {
  readonly siteId?: string;
  readonly status: Evaluation['status'];
  readonly coordinatorId?: string;
  readonly todos: readonly Todo[];
  readonly hasTodos: boolean;
  /** Supporters with an invitation that they have not answered. */
  readonly askedSupporters: readonly string[];
  readonly evaluation: Evaluation;
}

function documentOf(state: Evaluation): EvaluationDocument | undefined {
  if (state.status === 'unknown') return undefined;
  const { organisationId, siteId, coordinatorId } = state.known;
  const todos = todosOf(state);
  const asked = Object.values(state.invitations).filter((each) => each.status === 'open' && each.supporterId !== undefined);
  return {
    organisationId,
    ...(siteId !== undefined && { siteId }),
    status: state.status,
    ...(coordinatorId !== undefined && { coordinatorId }),
    todos,
    hasTodos: todos.length > 0,
    askedSupporters: [...new Set(asked.map((each) => each.supporterId ?? ''))],
    evaluation: state,
  };
}

export const evaluations = readModel<EvaluationDocument>({
  name: 'evaluation.evaluations',
  version: 4,
  says: 'Where each evaluation stands, what is to be done about it, and whom it asks.',
  streams: ['evaluation-'],
  documentOf: (event) => idOf(event, 'evaluation'),
  indexes: [['hasTodos', 'siteId'], ['siteId']],
  on: evaluationEvents.map(({ type }) => ({
    type,
    apply: (document, event) => documentOf(fold(evaluation, [event as unknown as Occurred<EvaluationEvent>], document?.evaluation)),
  })),
});
