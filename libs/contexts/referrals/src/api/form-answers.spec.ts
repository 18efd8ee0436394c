import type { FormField } from '@alongside/contracts';
import { InvalidField } from '@alongside/event-sourcing';
import { checkAnswers, identityOf, knownAsOf } from './form-answers.js';

const field = (name: string, stage: FormField['stage'], type: FormField['type']): FormField => ({ name, label: name, stage, type, required: false, personal: true });
const today = '2026-03-02';
const fields = [field('name', 'registration', 'text'), field('date-of-birth', 'registration', 'date'), field('medication', 'before-meeting', 'check-only'), field('reason', 'before-meeting', 'long-text')];

describe('answers of a form', () => {
  it('are kept trimmed', () => expect(checkAnswers({ name: '  Robin ' }, fields, today)).toEqual({ answers: { name: 'Robin' }, asked: [] }));
  it('that only confirm identity are not kept at all', () => expect(checkAnswers({ medication: 'Examplin' }, fields, today)).toEqual({ answers: {}, asked: ['medication'] }));
  it('are taken at their stage', () => {
    expect(() => checkAnswers({ medication: 'Examplin' }, fields, today, ['registration'])).toThrow(InvalidField);
    expect(() => checkAnswers({ reason: 'x' }, fields, today, ['registration'])).toThrow('form.reason: asked-before-meeting');
  });
});

describe('a date of birth', () => {
  it('is a day that was', () => {
    expect(checkAnswers({ 'date-of-birth': today }, fields, today).answers).toEqual({ 'date-of-birth': today });
    for (const born of ['2026-03-03', '2026-02-31']) expect(() => checkAnswers({ 'date-of-birth': born }, fields, today)).toThrow('form.date-of-birth');
  });
  it('is of somebody who may be alive', () => {
    expect(checkAnswers({ 'date-of-birth': '1896-03-02' }, fields, today).answers).toEqual({ 'date-of-birth': '1896-03-02' });
    for (const born of ['1896-03-01', '1750-01-01']) expect(() => checkAnswers({ 'date-of-birth': born }, fields, today)).toThrow('form.date-of-birth: too-long-ago');
  });
});

describe('who somebody is', () => {
  it('is written in one way only', () => {
    const one = identityOf({ name: 'Robín  EXAMPLE', 'date-of-birth': '1990-05-17', telephone: '+44 (0)1632 960011', email: ' Robin@Example.org ', postcode: 'ab1 2cd' });
    const other = identityOf({ name: 'Example, Robin', 'date-of-birth': '1990-05-17', telephone: '01632-960011', email: 'robin@example.org', postcode: 'AB12CD' });
    expect(one).toEqual(other);
    expect(one).toEqual({ name: 'example robin', dateOfBirth: '1990-05-17', telephone: '01632960011', email: 'robin@example.org', postcode: 'AB12CD' });
  });
  it('is only what is known', () => expect(identityOf({ name: ' ', email: '' })).toEqual({}));
});

describe('what to call somebody', () => {
  it('is as they wish, else their first name', () => {
    expect(knownAsOf({ name: 'Robin Example', 'known-as': 'Bobby' })).toBe('Bobby');
    expect(knownAsOf({ name: 'Robin Example' })).toBe('Robin');
    expect(knownAsOf({})).toBeUndefined();
  });
});
