import { InvalidField } from '@alongside/event-sourcing';

export const occasions = ['baseline', 'during', 'end', 'follow-up'] as const;
export type Occasion = (typeof occasions)[number];
export const audiences = ['mentee', 'supporter'] as const;
export type Audience = (typeof audiences)[number];

export const questionTypes = ['scale', 'choice', 'choices', 'text'] as const;
export type QuestionType = (typeof questionTypes)[number];

interface Asked {
  /** Stable, kebab-case: the key of its answer, and what pairs it with the same question of another questionnaire. */
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
}
/** Whole numbers from `min` to `max`; `labels` say in words what some of them mean. */
export type ScaleQuestion = Asked & { readonly type: 'scale'; readonly min: number; readonly max: number; readonly labels: Readonly<Record<string, string>> };
export type ChoiceQuestion = Asked & { readonly type: 'choice' | 'choices'; readonly options: readonly string[] };
export type TextQuestion = Asked & { readonly type: 'text' };
export type Question = ScaleQuestion | ChoiceQuestion | TextQuestion;

/** A question as somebody sends it in. */
export interface DraftQuestion {
  readonly name: string;
  readonly label: string;
  readonly type: QuestionType;
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly options?: readonly string[];
}

export type Answer = number | string | readonly string[];
export type Answers = Readonly<Record<string, Answer>>;

interface Problem {
  readonly path: string;
  readonly code: string;
}

const longestText = 4000;

/** The questions, each whole, or an `InvalidField` that names all that is wrong. */
export function checkedQuestions(drafts: readonly DraftQuestion[]): readonly Question[] {
  const names = drafts.map((each) => each.name);
  const problems = drafts.flatMap((draft, index) => [
    ...(names.indexOf(draft.name) < index ? [{ path: `questions.${index}.name`, code: 'repeated' }] : []),
    ...problemsOf(draft).map(({ path, code }) => ({ path: `questions.${index}.${path}`, code })),
  ]);
  if (problems.length > 0) throw new InvalidField(problems);
  return drafts.map(questionOf);
}

function problemsOf(draft: DraftQuestion): readonly Problem[] {
  const isScale = draft.type === 'scale';
  const hasOptions = draft.type === 'choice' || draft.type === 'choices';
  return [
    ...(['min', 'max', 'labels'] as const).flatMap((path) => (!isScale && draft[path] !== undefined ? [{ path, code: 'only-for-scales' }] : [])),
    ...(!hasOptions && draft.options !== undefined ? [{ path: 'options', code: 'only-for-choices' }] : []),
    ...(isScale ? scaleProblems(draft) : []),
    ...(hasOptions ? optionProblems(draft.options) : []),
  ];
}

function scaleProblems({ min, max, labels = {} }: DraftQuestion): readonly Problem[] {
  if (min === undefined || max === undefined) return [min === undefined ? 'min' : '', max === undefined ? 'max' : ''].filter((path) => path !== '').map((path) => ({ path, code: 'required' }));
  if (max <= min) return [{ path: 'max', code: 'before-min' }];
  const isOnScale = (key: string): boolean => /^-?\d+$/.test(key) && Number(key) >= min && Number(key) <= max;
  return Object.keys(labels).every(isOnScale) ? [] : [{ path: 'labels', code: 'out-of-scale' }];
}

function optionProblems(options: readonly string[] | undefined): readonly Problem[] {
  if (options === undefined) return [{ path: 'options', code: 'required' }];
  if (options.length < 2) return [{ path: 'options', code: 'too-few' }];
  return new Set(options).size === options.length ? [] : [{ path: 'options', code: 'repeated' }];
}

function questionOf({ name, label, type, required = false, min = 0, max = 0, labels = {}, options = [] }: DraftQuestion): Question {
  const asked = { name, label, required };
  switch (type) {
    case 'scale':
      return { ...asked, type, min, max, labels };
    case 'text':
      return { ...asked, type };
    default:
      return { ...asked, type, options };
  }
}

/**
 * What is wrong with answers, by path `answers.<question>`; never the answer itself. Handed in (`complete`), every required
 * question needs one; until then partial answers are kept.
 */
export function answersProblems(answers: Readonly<Record<string, unknown>>, questions: readonly Question[], complete: boolean): readonly Problem[] {
  const given = Object.entries(answers).flatMap(([name, value]) => {
    const question = questions.find((each) => each.name === name);
    const code = question ? answerProblem(question, value) : 'unknown-field';
    return code === undefined ? [] : [{ path: `answers.${/^[a-z0-9-]{1,60}$/.test(name) ? name : '(unnamed)'}`, code }];
  });
  if (!complete) return given;
  const missing = questions.filter((each) => each.required && answers[each.name] === undefined).map((each) => ({ path: `answers.${each.name}`, code: 'required' }));
  const nothing = Object.keys(answers).length === 0 && missing.length === 0 ? [{ path: 'answers', code: 'too-few' }] : [];
  return [...given, ...missing, ...nothing];
}

function answerProblem(question: Question, value: unknown): string | undefined {
  switch (question.type) {
    case 'scale':
      if (typeof value !== 'number') return 'wrong-type';
      if (!Number.isInteger(value)) return 'not-whole';
      return value < question.min ? 'too-small' : value > question.max ? 'too-large' : undefined;
    case 'choice':
      if (typeof value !== 'string') return 'wrong-type';
      return question.options.includes(value) ? undefined : 'not-one-of';
    case 'choices':
      if (!Array.isArray(value)) return 'wrong-type';
      if (value.length === 0) return 'too-few';
      if (new Set(value).size !== value.length) return 'repeated';
      return value.every((each) => question.options.includes(each as string)) ? undefined : 'not-one-of';
    case 'text':
      if (typeof value !== 'string') return 'wrong-type';
      if (value.trim() === '') return 'empty';
      return value.length > longestText ? 'too-long' : undefined;
  }
}

export interface Comparison {
  readonly question: string;
  readonly label: string;
  readonly before: number;
  readonly now: number;
  readonly difference: number;
}

/** How scales that were asked the same way at the baseline and now have moved. What is erased compares with nothing. */
export function comparisonsOf(before: { readonly questions: readonly Question[]; readonly answers: unknown }, now: { readonly questions: readonly Question[]; readonly answers: unknown }): readonly Comparison[] {
  return now.questions.flatMap((question) => {
    const earlier = before.questions.find((each) => each.name === question.name);
    if (question.type !== 'scale' || earlier?.type !== 'scale' || earlier.min !== question.min || earlier.max !== question.max) return [];
    const [was, is] = [numberAt(before.answers, question.name), numberAt(now.answers, question.name)];
    return was === undefined || is === undefined ? [] : [{ question: question.name, label: question.label, before: was, now: is, difference: is - was }];
  });
}

export function numberAt(answers: unknown, name: string): number | undefined {
  const value = typeof answers === 'object' && answers !== null ? (answers as Readonly<Record<string, unknown>>)[name] : undefined;
  return typeof value === 'number' ? value : undefined;
}
