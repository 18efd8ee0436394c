import type { FormField } from '@alongside/contracts';
import { InvalidField } from '@alongside/event-sourcing';
import { checkAnswers, identityOf, knownAsOf } from './form-answers.js';

const field = (name: string, stage: FormField['stage'], type: FormField['type']): FormField => ({ name, label: name, stage, type, required: false, personal: true });
const fields = [field('name', 'registration', 'text'), field('medication', 'before-meeting', 'check-only'), field('reason', 'before-meeting', 'long-text')];

describe('answers of a form', () => {
  it('are kept trimmed', () => expect(checkAnswers({ name: '  Robin ' }, fields)).toEqual({ answers: { name: 'Robin' }, asked: [] }));
  it('that only confirm identity are not kept at all', () => expect(checkAnswers({ medication: 'Examplin' }, fields)).toEqual({ answers: {}, asked: ['medication'] }));
  it('are taken at their stage', () => {
    expect(() => checkAnswers({ medication: 'Examplin' }, fields, ['registration'])).toThrow(InvalidField);
    expect(() => checkAnswers({ reason: 'x' }, fields, ['registration'])).toThrow('form.reason: asked-before-meeting');
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
