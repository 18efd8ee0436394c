import { answerProblems, birthDateProblems, missingFields } from './form-answers.js';
import type { FormField } from './shapes.js';

const field = (name: string, type: FormField['type'], more: Partial<FormField> = {}): FormField => ({ name, label: name, stage: 'registration', type, required: true, personal: true, ...more });
const fields: readonly FormField[] = [
  field('name', 'text'),
  field('born', 'date'),
  field('email', 'email'),
  field('telephone', 'telephone'),
  field('colour', 'choice', { choices: ['red', 'blue'] }),
  field('colours', 'choices', { choices: ['red', 'blue'] }),
  field('age', 'number'),
  field('pets', 'yes-no', { required: false }),
  field('medication', 'check-only', { required: false }),
  field('reason', 'long-text', { stage: 'before-meeting' }),
];
const codeOf = (name: string, value: unknown) => answerProblems({ [name]: value }, fields, ['registration'], 'form');

describe('answers of a form', () => {
  it.each([
    ['name', 'Ash'],
    ['born', '2024-02-29'],
    ['email', 'ash@example.org'],
    ['telephone', '+44 1632 960001'],
    ['colour', 'red'],
    ['colours', ['blue']],
    ['age', 41],
    ['pets', false],
  ])('of the right type are well: %s', (name, value) => expect(codeOf(name, value)).toEqual([]));

  it.each([
    ['name', '  ', 'empty'],
    ['name', 5, 'wrong-type'],
    ['name', 'a'.repeat(201), 'too-long'],
    ['name', 'a\u0000b', 'control-characters'],
    ['born', '2026-02-31', 'impossible-date'],
    ['born', '31/01/2026', 'not-a-date'],
    ['email', 'ash', 'not-an-email-address'],
    ['telephone', 'call me', 'not-a-telephone-number'],
    ['colour', 'green', 'not-one-of'],
    ['colours', [], 'too-few'],
    ['colours', ['red', 'red'], 'repeated'],
    ['colours', ['green'], 'not-one-of'],
    ['age', '41', 'wrong-type'],
    ['pets', 'no', 'wrong-type'],
    ['medication', 'anything', 'never-written-down'],
    ['reason', 'early', 'asked-before-meeting'],
    ['shoe-size', 5, 'unknown-field'],
  ])('that are wrong are named: %s = %p', (name, value, code) => expect(codeOf(name, value)).toEqual([{ path: `form.${name}`, code }]));

  it('are missing by stage', () => {
    expect(missingFields(fields, ['name', 'born', 'email', 'telephone', 'colour', 'colours', 'age'], ['registration'])).toEqual([]);
    expect(missingFields(fields, ['name'], ['before-meeting'])).toEqual(['reason']);
  });
});

describe('a date of birth', () => {
  const problemsOf = (born: unknown) => birthDateProblems({ 'date-of-birth': born }, '2026-03-02', 'form');
  it.each(['2026-03-02', '1990-05-17', '1896-03-02', undefined])('may be %s', (born) => expect(problemsOf(born)).toEqual([]));
  it.each([
    ['2026-03-03', 'in-the-future'],
    ['1896-03-01', 'too-long-ago'],
    ['1750-01-01', 'too-long-ago'],
  ])('is not %s: %s', (born, code) => expect(problemsOf(born)).toEqual([{ path: 'form.date-of-birth', code }]));
  // What is no date at all is said as of any other date.
  it.each(['0000-99-99', 'long ago', 7])('is said nothing more of where it is no date: %s', (born) => expect(problemsOf(born)).toEqual([]));
});
