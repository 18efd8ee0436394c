import { likenessesOf, mayBeOnePerson, type KnownIdentity } from './likeness.js';

const raised = (one: KnownIdentity, other: KnownIdentity): boolean => mayBeOnePerson(likenessesOf(one, other), one, other);

describe('likenesses of two people', () => {
  it('are named', () =>
    expect(
      likenessesOf(
        { name: 'example robin', dateOfBirth: '1990-05-17', telephone: '01632960011', email: 'r@example.org', postcode: 'AB12CD' },
        { name: 'example robin', dateOfBirth: '1990-05-17', telephone: '01632960011', email: 'r@example.org', postcode: 'AB12CD' },
      ),
    ).toEqual(['same-name', 'same-date-of-birth', 'same-telephone', 'same-email', 'same-postcode']));
  it('are none of what is not known', () => expect(likenessesOf({}, {})).toEqual([]));
  it.each([
    ['jon smith', 'john smith'],
    ['kate smith', 'katerina smith'],
    ['smith', 'jane smith'],
    ['ann mary smith', 'anne smith mary'],
  ])('%s is written like %s', (one, other) => expect(likenessesOf({ name: one }, { name: other })).toEqual(['similar-name']));
  it.each([
    ['jane smith', 'john smythe'],
    ['al smith', 'ed smith'],
    ['person 17', 'person 18'],
    ['jane smith', 'jane jones'],
  ])('%s is not like %s', (one, other) => expect(likenessesOf({ name: one }, { name: other })).toEqual([]));
});

describe('whether somebody is asked', () => {
  const robin = { name: 'example robin' };
  it('the same name is enough', () => expect(raised(robin, robin)).toBe(true));
  it('unless the dates of birth tell them apart', () => {
    expect(raised({ ...robin, dateOfBirth: '1990-05-17' }, { ...robin, dateOfBirth: '1961-01-02' })).toBe(false);
    expect(raised({ ...robin, dateOfBirth: '1990-05-17', telephone: '1' }, { ...robin, dateOfBirth: '1961-01-02', telephone: '1' })).toBe(true);
  });
  it('a telephone number or an e-mail address in common is enough', () => {
    expect(raised({ name: 'a', telephone: '1' }, { name: 'b', telephone: '1' })).toBe(true);
    expect(raised({ name: 'a', email: '1' }, { name: 'b', email: '1' })).toBe(true);
  });
  it('one weak likeness is not', () => {
    expect(raised({ name: 'jon smith' }, { name: 'john smith' })).toBe(false);
    expect(raised({ dateOfBirth: '1990-05-17' }, { dateOfBirth: '1990-05-17' })).toBe(false);
    expect(raised({ postcode: 'AB12CD' }, { postcode: 'AB12CD' })).toBe(false);
  });
  it('two are', () => expect(raised({ name: 'jon smith', dateOfBirth: '1990-05-17' }, { name: 'john smith', dateOfBirth: '1990-05-17' })).toBe(true));
});
