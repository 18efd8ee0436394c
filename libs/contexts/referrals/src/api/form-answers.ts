import { answerProblems, birthDateProblems, formStages, keptAnswer, type FormAnswer, type FormField, type FormStage } from '@alongside/contracts';
import { InvalidField } from '@alongside/event-sourcing';
import { normaliseEmail, normalisePostcode, normaliseTelephone, wordsOf } from '@alongside/personal-data';
import type { KnownIdentity } from '../domain/likeness.js';

export interface CheckedAnswers {
  readonly answers: Readonly<Record<string, FormAnswer>>;
  /** Check-only fields among what was sent: that they were asked is all that is kept. */
  readonly asked: readonly string[];
}

/** Answers as they are kept, or a 422 that names each one that is wrong; `today`: nobody is born later; `stages`: those that may be answered now. */
export function checkAnswers(sent: Readonly<Record<string, unknown>>, fields: readonly FormField[], today: string, stages: readonly FormStage[] = formStages): CheckedAnswers {
  const isAsked = (name: string): boolean => fields.some((field) => field.name === name && field.type === 'check-only' && stages.includes(field.stage));
  const kept = Object.fromEntries(Object.entries(sent).filter(([name]) => !isAsked(name)));
  const problems = [...answerProblems(kept, fields, stages, 'form'), ...birthDateProblems(kept, today, 'form')];
  if (problems.length > 0) throw new InvalidField(problems);
  return {
    answers: Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, keptAnswer(value as FormAnswer)])),
    asked: Object.keys(sent).filter(isAsked),
  };
}

/** The fields by which people are told apart. */
export const identityFields: readonly string[] = ['name', 'date-of-birth', 'telephone', 'email', 'postcode'];

/** Who somebody is, written in one way only, so that likenesses can be found. */
export function identityOf(answers: Readonly<Record<string, unknown>>): KnownIdentity {
  const text = (name: string): string | undefined => {
    const value = answers[name];
    return typeof value === 'string' && value.trim() !== '' ? value : undefined;
  };
  const normal = (name: string, normalise: (value: string) => string): string | undefined => {
    const value = text(name);
    const normalised = value === undefined ? '' : normalise(value);
    return normalised === '' ? undefined : normalised;
  };
  const identity: Record<keyof KnownIdentity, string | undefined> = {
    name: normal('name', (value) => [...wordsOf(value)].sort().join(' ')),
    dateOfBirth: text('date-of-birth'),
    telephone: normal('telephone', (value) => normaliseTelephone(value)),
    email: normal('email', normaliseEmail),
    postcode: normal('postcode', normalisePostcode),
  };
  return Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
}

/** What to call somebody: as they wish, else their first name as it stands in the form. */
export function knownAsOf(answers: Readonly<Record<string, unknown>>): string | undefined {
  const wished = answers['known-as'];
  if (typeof wished === 'string' && wished.trim() !== '') return wished.trim();
  const name = answers['name'];
  return typeof name === 'string' ? name.trim().split(/\s+/)[0] : undefined;
}

export const sameAnswer = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

