import fc from 'fast-check';
import { checkedQuestions, type Question } from './questions.js';
import { resultOf, spreadOf } from './results.js';

const [scale, choice, text] = checkedQuestions([
  { name: 'how-i-cope', label: 'How?', type: 'scale', min: 1, max: 5 },
  { name: 'often', label: 'Often?', type: 'choice', options: ['Yes', 'No', 'Perhaps'] },
  { name: 'more', label: 'More?', type: 'text' },
]) as unknown as readonly [Question, Question, Question];

const people = (answers: readonly object[]) => answers.map((each, index) => ({ journeyId: `journey-${index}`, answers: each }));

describe('results', () => {
  it('tell mean and quartiles of a scale', () =>
    expect(resultOf(scale, people([1, 2, 3, 4, 5].map((value) => ({ 'how-i-cope': value }))))).toEqual({ question: 'how-i-cope', label: 'How?', type: 'scale', answered: 5, mean: 3, lowerQuartile: 2, median: 3, upperQuartile: 4 }));
  it('tell of a few, too, who may be read one by one', () => {
    expect(resultOf(scale, people([{ 'how-i-cope': 4 }]))).toEqual({ question: 'how-i-cope', label: 'How?', type: 'scale', answered: 1, mean: 4, lowerQuartile: 4, median: 4, upperQuartile: 4 });
    expect(resultOf(choice, people([{ often: 'Yes' }, { often: 'Yes' }, { often: 'No' }]))).toMatchObject({ answered: 3, counts: { Yes: 2, No: 1, Perhaps: 0 } });
    expect(resultOf(scale, [])).toEqual({ question: 'how-i-cope', label: 'How?', type: 'scale', answered: 0 });
  });
  it('count what cannot be read any more as nobody', () => expect(resultOf(scale, [...people([{ 'how-i-cope': 1 }]), ...people(Array.from({ length: 9 }, () => 'erased' as unknown as object))])).toMatchObject({ answered: 1, mean: 1 }));
  it('count free text and never tell it', () => expect(resultOf(text, people(Array.from({ length: 5 }, () => ({ more: 'Somebody said this.' }))))).toEqual({ question: 'more', label: 'More?', type: 'text', answered: 5 }));
  it('keep quartiles in order, within what was said', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1 }), (numbers) => {
        const { lowerQuartile, median, upperQuartile } = spreadOf(numbers);
        expect([Math.min(...numbers), lowerQuartile, median, upperQuartile, Math.max(...numbers)]).toEqual([Math.min(...numbers), lowerQuartile, median, upperQuartile, Math.max(...numbers)].sort((one, other) => one - other));
      }),
    );
  });
});
