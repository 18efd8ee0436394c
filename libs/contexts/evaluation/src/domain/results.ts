import { numberAt, type Question } from './questions.js';

/** Whoever answered must not be found in a small number: what fewer than so many people said is not told. */
export const smallestCell = 5;

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

export type QuestionResult =
  | { readonly question: string; readonly label: string; readonly type: Question['type']; readonly suppressed: true }
  | ({ readonly question: string; readonly label: string; readonly type: Question['type']; readonly answered: number } & Partial<Spread> & {
        /** By option; null: fewer than `smallestCell`, or what would tell one that is. */
        readonly counts?: Readonly<Record<string, number | null>>;
      });

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

/** Counts with the small ones hidden; where one alone would be hidden, the next smallest too, or the rest would tell it. */
export function hideSmall(counts: Readonly<Record<string, number>>): Readonly<Record<string, number | null>> {
  const small = Object.keys(counts).filter((each) => (counts[each] ?? 0) > 0 && (counts[each] ?? 0) < smallestCell);
  if (small.length === 1) {
    const next = Object.keys(counts)
      .filter((each) => !small.includes(each))
      .sort((one, other) => (counts[one] ?? 0) - (counts[other] ?? 0))[0];
    if (next !== undefined) small.push(next);
  }
  return Object.fromEntries(Object.entries(counts).map(([option, count]) => [option, small.includes(option) ? null : count]));
}

const answerAt = (answers: unknown, name: string): unknown => (typeof answers === 'object' && answers !== null ? (answers as Readonly<Record<string, unknown>>)[name] : undefined);

/** What people said to one question, without anybody in it. Free text is counted, never told. */
export function resultOf(question: Question, responses: readonly Answered[]): QuestionResult {
  const { name, label, type } = question;
  const given = responses.filter((each) => answerAt(each.answers, name) !== undefined);
  if (peopleIn(given) < smallestCell) return { question: name, label, type, suppressed: true };
  const result = { question: name, label, type, answered: given.length };
  switch (question.type) {
    case 'scale': {
      // A later version may have narrowed the scale: what was answered on another one is not averaged with this.
      const numbers = given.map((each) => numberAt(each.answers, name)).filter((each) => each !== undefined && each >= question.min && each <= question.max) as readonly number[];
      return numbers.length < smallestCell ? { question: name, label, type, suppressed: true } : { ...result, ...spreadOf(numbers) };
    }
    case 'text':
      return result;
    default: {
      const chosen = given.flatMap((each) => answerAt(each.answers, name) as string | readonly string[]);
      return { ...result, counts: hideSmall(Object.fromEntries(question.options.map((option) => [option, chosen.filter((each) => each === option).length]))) };
    }
  }
}

export const peopleIn = (responses: readonly Answered[]): number => new Set(responses.map((each) => each.journeyId)).size;
