import { idOf, readModel, when, type Document } from '@alongside/read-models';
import { QuestionnairePublished } from '../domain/questionnaire.js';
import type { Audience, Occasion, Question } from '../domain/questions.js';

export interface QuestionnaireDocument extends Document {
  readonly name: string;
  readonly occasion: Occasion;
  readonly audience: Audience;
  readonly version: number;
  readonly publishedAt: string;
  readonly questions: readonly Question[];
}

export const questionnaires = readModel<QuestionnaireDocument>({
  name: 'evaluation.questionnaires',
  version: 1,
  says: 'The questionnaires of an organisation, in force.',
  streams: ['questionnaire-'],
  documentOf: (event) => idOf(event, 'questionnaire'),
  indexes: [['occasion', 'audience', 'publishedAt'], ['name']],
  on: [
    when(QuestionnairePublished, (_document, { data: { organisationId, name, occasion, audience, version, questions }, metadata }) => ({
      organisationId,
      name,
      occasion,
      audience,
      version,
      publishedAt: metadata.recordedAt,
      questions,
    })),
  ],
});
