import { aggregate, decider, event, mustBe, refuseUnless, type CommandsOf, type EventsOf } from '@alongside/event-sourcing';
import { exampleIds } from './example-ids.js';
import { checkedQuestions, type Audience, type DraftQuestion, type Occasion, type Question } from './questions.js';

export interface QuestionnaireVersion {
  readonly version: number;
  readonly name: string;
  readonly questions: readonly Question[];
}

const exampleQuestions: readonly Question[] = [
  { name: 'how-i-cope', label: 'How well do you cope with everyday life?', required: true, type: 'scale', min: 1, max: 5, labels: { '1': 'Not at all', '5': 'Very well' } },
  { name: 'met-enough', label: 'Did you meet often enough?', required: false, type: 'choice', options: ['Too rarely', 'Just right', 'Too often'] },
  { name: 'what-helped', label: 'What helped?', required: false, type: 'choices', options: ['Being heard', 'Practical help', 'Meeting others'] },
  { name: 'what-to-change', label: 'What should we do better?', required: false, type: 'text' },
];

export const QuestionnairePublished = event('QuestionnairePublished').of<{ organisationId: string; occasion: Occasion; audience: Audience } & QuestionnaireVersion>({
  says: 'A questionnaire has a (new) version; what was asked by an earlier one stays as it was asked.',
  example: { organisationId: exampleIds.organisationId, occasion: 'end', audience: 'mentee', version: 1, name: 'Looking back', questions: exampleQuestions },
});

export const questionnaireEvents = [QuestionnairePublished] as const;
export type QuestionnaireEvent = EventsOf<typeof questionnaireEvents>;

export type Questionnaire =
  | { readonly status: 'none' }
  | {
      readonly status: 'published';
      readonly organisationId: string;
      readonly occasion: Occasion;
      readonly audience: Audience;
      readonly versions: readonly QuestionnaireVersion[];
    };

interface Configured {
  organisationId: string;
  name: string;
  occasion: Occasion;
  audience: Audience;
  questions: readonly DraftQuestion[];
}

export type QuestionnaireCommand = CommandsOf<{ 'configure-questionnaire': Configured; 'revise-questionnaire': Configured }>;

export const questionnaire = decider<Questionnaire, QuestionnaireCommand, QuestionnaireEvent>({
  initial: { status: 'none' },
  decide: {
    'configure-questionnaire'({ data }, state) {
      refuseUnless(state.status === 'none', 'already-configured');
      return [QuestionnairePublished({ ...data, questions: checkedQuestions(data.questions), version: 1 })];
    },
    // Answers already given would lose what they answer: another occasion or audience is another questionnaire.
    'revise-questionnaire'({ data }, state) {
      const { audience, occasion, organisationId, versions } = mustBe(state, 'published');
      refuseUnless(data.occasion === occasion && data.audience === audience, 'asked-of-others', { occasion, audience });
      const questions = checkedQuestions(data.questions);
      const last = versions.at(-1);
      if (last?.name === data.name && JSON.stringify(last.questions) === JSON.stringify(questions)) return [];
      return [QuestionnairePublished({ organisationId, occasion, audience, name: data.name, questions, version: versions.length + 1 })];
    },
  },
  evolve: {
    QuestionnairePublished: (state, { data: { organisationId, occasion, audience, version, name, questions } }) => ({
      status: 'published',
      organisationId,
      occasion,
      audience,
      versions: [...(state.status === 'published' ? state.versions : []), { version, name, questions }],
    }),
  },
});

export const questionnaireAggregate = aggregate({
  category: 'questionnaire',
  events: questionnaireEvents,
  decider: questionnaire,
  belonging: (state: Questionnaire) => (state.status === 'none' ? undefined : { organisationId: state.organisationId }),
});

/** A version of a questionnaire; the latest where none is named. */
export function versionOf(state: Questionnaire | undefined, version?: number): QuestionnaireVersion | undefined {
  if (state?.status !== 'published') return undefined;
  return version === undefined ? state.versions.at(-1) : state.versions.find((each) => each.version === version);
}
