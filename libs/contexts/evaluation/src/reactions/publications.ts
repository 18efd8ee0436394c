import { evaluation as published } from '@alongside/contracts';
import { publication, type Publication } from '@alongside/service';
import { evaluationAggregate } from '../domain/evaluation.js';
import { JourneyClosed } from '../domain/events.js';

export const publications: readonly Publication[] = [
  publication(JourneyClosed, evaluationAggregate, published.JourneyClosed, ({ data: { by: _by, ...data }, stream }) => ({ journeyId: stream.slice('evaluation-'.length), ...data })),
];
