import type { FormAnswer, FormField, FormStage } from './shapes.js';

/** What is wrong with an answer of a form; never the answer itself. */
export interface AnswerProblem {
  readonly path: string;
  readonly code: string;
}

const longest = { text: 200, 'long-text': 4000, address: 500 } as const;

/**
 * Checks answers against the fields of a form version: unknown fields, fields of other stages than those given, and values
 * that are not of the field's type. Paths are `<prefix>.<field>`. Missing answers are no problem: a form grows.
 */
export function answerProblems(answers: Readonly<Record<string, unknown>>, fields: readonly FormField[], stages: readonly FormStage[], prefix: string): readonly AnswerProblem[] {
  return Object.entries(answers).flatMap(([name, value]) => {
    const path = `${prefix}.${name}`;
    const field = fields.find((each) => each.name === name);
    if (!field) return [{ path, code: 'unknown-field' }];
    if (!stages.includes(field.stage)) return [{ path, code: `asked-${field.stage === 'registration' ? 'at-registration' : field.stage}` }];
    if (field.type === 'check-only') return [{ path, code: 'never-written-down' }];
    const code = problemOf(field, value);
    return code === undefined ? [] : [{ path, code }];
  });
}

const longestLife = 130;

/** What is wrong with a date of birth among the answers: nobody is born later than `today`, and nobody is older than anybody ever was. */
export function birthDateProblems(answers: Readonly<Record<string, unknown>>, today: string, prefix: string): readonly AnswerProblem[] {
  const born = answers['date-of-birth'];
  if (typeof born !== 'string' || !isRealDate(born)) return [];
  const earliest = `${String(Number(today.slice(0, 4)) - longestLife).padStart(4, '0')}${today.slice(4)}`;
  const code = born > today ? 'in-the-future' : born < earliest ? 'too-long-ago' : undefined;
  return code === undefined ? [] : [{ path: `${prefix}.date-of-birth`, code }];
}

/** Required fields of the stages given that have no answer. `filled`: names of the answered fields. */
export function missingFields(fields: readonly FormField[], filled: readonly string[], stages: readonly FormStage[]): readonly string[] {
  return fields.filter((each) => each.required && stages.includes(each.stage) && !filled.includes(each.name)).map((each) => each.name);
}

function problemOf(field: FormField, value: unknown): string | undefined {
  switch (field.type) {
    case 'yes-no':
      return typeof value === 'boolean' ? undefined : 'wrong-type';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? undefined : 'wrong-type';
    case 'choices':
      if (!Array.isArray(value)) return 'wrong-type';
      if (value.length === 0) return 'too-few';
      if (new Set(value).size !== value.length) return 'repeated';
      return value.every((each) => typeof each === 'string' && field.choices?.includes(each)) ? undefined : 'not-one-of';
    default:
      return typeof value === 'string' ? textProblem(field, value) : 'wrong-type';
  }
}

function textProblem(field: FormField, value: string): string | undefined {
  if (value.trim() === '') return 'empty';
  switch (field.type) {
    case 'choice':
      return field.choices?.includes(value) ? undefined : 'not-one-of';
    case 'date':
      if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return 'not-a-date';
      return isRealDate(value) ? undefined : 'impossible-date';
    case 'email':
      return value.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? undefined : 'not-an-email-address';
    case 'telephone':
      return value.length <= 40 && /^\+?[\d\s().-]{5,}$/.test(value) ? undefined : 'not-a-telephone-number';
    case 'text':
    case 'long-text':
    case 'address':
      if (value.length > longest[field.type]) return 'too-long';
      return hasControlCharacters(value, field.type !== 'text') ? 'control-characters' : undefined;
    default:
      return undefined;
  }
}

function isRealDate(value: string): boolean {
  const moment = new Date(`${value}T00:00:00.000Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(value);
}

function hasControlCharacters(value: string, lines: boolean): boolean {
  return [...value].some((each) => {
    const code = each.codePointAt(0) ?? 0;
    return (code < 32 || code === 127) && !(lines && (each === '\n' || each === '\r' || each === '\t'));
  });
}

/** An answer trimmed, as it is kept. */
export const keptAnswer = (value: FormAnswer): FormAnswer => (typeof value === 'string' ? value.trim() : value);
