import { numberAt, type Question } from './questions.js';

export interface Answered {
  readonly journeyId: string;
  /** Opened; `erased` where the key is gone. */
  readonly answers: unknown;
}

export interface Spread {
  readonly mean: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
}

export interface QuestionResult extends Partial<Spread> {
  readonly question: string;
  readonly label: string;
  readonly type: Question['type'];
  readonly answered: number;
  /** By option. */
  readonly counts?: Readonly<Record<string, number>>;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Mean and quartiles; quartiles by linear interpolation between the closest ranks (R's type 7). Of at least one number. */
export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((one, other) => one - other);
  const at = (share: number): number => {
    const rank = (sorted.length - 1) * share;
    const below = sorted[Math.floor(rank)] ?? 0;
    const above = sorted[Math.ceil(rank)] ?? below;
    return round(below + (above - below) * (rank - Math.floor(rank)));
  };
  return { mean: round(sorted.reduce((sum, each) => sum + each, 0) / sorted.length), lowerQuartile: at(0.25), median: at(0.5), upperQuartile: at(0.75) };
}

const answerAt = (answers: unknown, name: string): unknown => (typeof answers === 'object' && answers !== null ? (answers as Readonly<Record<string, unknown>>)[name] : undefined);

/**
 * What people said to one question, in figures, for those who may open every one of these answers: nothing of it is withheld
 * (docs/decisions/0015-small-numbers.md). Free text is counted, and read in the record, where its reading is written down.
 */
export function resultOf(question: Question, responses: readonly Answered[]): QuestionResult {
  const { name, label, type } = question;
  const given = responses.filter((each) => answerAt(each.answers, name) !== undefined);
  const result = { question: name, label, type, answered: given.length };
  switch (question.type) {
    case 'scale': {
      // A later version may have narrowed the scale: what was answered on another one is not averaged with this.
      const numbers = given.map((each) => numberAt(each.answers, name)).filter((each) => each !== undefined && each >= question.min && each <= question.max) as readonly number[];
      return numbers.length === 0 ? result : { ...result, ...spreadOf(numbers) };
    }
    case 'text':
      return result;
    default: {
      const chosen = given.flatMap((each) => answerAt(each.answers, name) as string | readonly string[]);
      return { ...result, counts: Object.fromEntries(question.options.map((option) => [option, chosen.filter((each) => each === option).length])) };
    }
  }
}
