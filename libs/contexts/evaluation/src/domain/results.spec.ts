import fc from 'fast-check';
import { checkedQuestions, type Question } from './questions.js';
import { hideSmall, resultOf, smallestCell, spreadOf } from './results.js';

const [scale, choice, text] = checkedQuestions([
  { name: 'how-i-cope', label: 'How?', type: 'scale', min: 1, max: 5 },
  { name: 'often', label: 'Often?', type: 'choice', options: ['Yes', 'No', 'Perhaps'] },
  { name: 'more', label: 'More?', type: 'text' },
]) as unknown as readonly [Question, Question, Question];

const people = (answers: readonly object[]) => answers.map((each, index) => ({ journeyId: `journey-${index}`, answers: each }));

describe('results', () => {
  it('tell mean and quartiles of a scale', () =>
    expect(resultOf(scale, people([1, 2, 3, 4, 5].map((value) => ({ 'how-i-cope': value }))))).toEqual({ question: 'how-i-cope', label: 'How?', type: 'scale', answered: 5, mean: 3, lowerQuartile: 2, median: 3, upperQuartile: 4 }));
  it('tell nothing of a few', () => {
    expect(resultOf(scale, people([1, 2, 3, 4].map((value) => ({ 'how-i-cope': value }))))).toMatchObject({ suppressed: true });
    const onePerson = [1, 2, 3, 4, 5].map((value) => ({ journeyId: 'journey', answers: { 'how-i-cope': value } }));
    expect(resultOf(scale, onePerson)).toMatchObject({ suppressed: true });
  });
  it('count what cannot be read any more as nobody', () => expect(resultOf(scale, [...people([{ 'how-i-cope': 1 }]), ...people(Array.from({ length: 9 }, () => 'erased' as unknown as object))])).toMatchObject({ suppressed: true }));
  it('hide small counts, and what would tell them', () => {
    const said = [...Array<string>(9).fill('Yes'), ...Array<string>(6).fill('No'), 'Perhaps'].map((each) => ({ often: each }));
    expect(resultOf(choice, people(said))).toMatchObject({ answered: 16, counts: { Yes: 9, No: null, Perhaps: null } });
    expect(hideSmall({ Yes: 9, No: 6, Perhaps: 0 })).toEqual({ Yes: 9, No: 6, Perhaps: 0 });
    expect(hideSmall({ Yes: 3, No: 2, Perhaps: 9 })).toEqual({ Yes: null, No: null, Perhaps: 9 });
  });
  it('count free text and never tell it', () => expect(resultOf(text, people(Array.from({ length: 5 }, () => ({ more: 'Somebody said this.' }))))).toEqual({ question: 'more', label: 'More?', type: 'text', answered: 5 }));
  it('never show a count between one and the smallest cell', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.nat(12)), (counts) => {
        const shown = Object.values(hideSmall(counts));
        expect(shown.filter((each) => each !== null && each > 0 && each < smallestCell)).toEqual([]);
        if (shown.length > 1) expect(shown.filter((each) => each === null)).not.toHaveLength(1);
      }),
    );
  });
  it('keep quartiles in order, within what was said', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1 }), (numbers) => {
        const { lowerQuartile, median, upperQuartile } = spreadOf(numbers);
        expect([Math.min(...numbers), lowerQuartile, median, upperQuartile, Math.max(...numbers)]).toEqual([Math.min(...numbers), lowerQuartile, median, upperQuartile, Math.max(...numbers)].sort((one, other) => one - other));
      }),
    );
  });
});
