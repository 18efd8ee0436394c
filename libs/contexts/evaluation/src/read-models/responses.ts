import type { Personal } from '@alongside/event-sourcing';
import { readModel, when, type Document } from '@alongside/read-models';
import { EvaluationResponseRecorded } from '../domain/events.js';
import type { Answers, Audience, Occasion } from '../domain/questions.js';

/** One response, sealed: results are made of them when somebody who may see them asks. It counts at the site that held the journey then. */
export interface ResponseDocument extends Document {
  readonly siteId: string;
  readonly journeyId: string;
  readonly questionnaireId: string;
  readonly version: number;
  readonly occasion: Occasion;
  readonly audience: Audience;
  readonly at: string;
  readonly complete: boolean;
  readonly answers: Personal<Answers>;
}

export const responses = readModel<ResponseDocument>({
  name: 'evaluation.responses',
  version: 1,
  says: 'Responses, sealed, by questionnaire, site and time: what results are made of.',
  streams: ['evaluation-'],
  documentOf: ({ data }) => (typeof data.responseId === 'string' ? data.responseId : undefined),
  indexes: [['complete', 'questionnaireId', 'at'], ['complete', 'at'], ['siteId']],
  on: [
    when(EvaluationResponseRecorded, (_document, { data: { questionnaireId, version, occasion, audience, complete, answers }, metadata }) => ({
      organisationId: metadata.organisationId,
      siteId: metadata.siteId ?? '',
      journeyId: metadata.journeyId ?? '',
      questionnaireId,
      version,
      occasion,
      audience,
      at: metadata.occurredAt,
      complete,
      answers,
    })),
  ],
});
