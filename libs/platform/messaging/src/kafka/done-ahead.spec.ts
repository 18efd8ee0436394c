import fc from 'fast-check';
import { Watermark } from '../watermark.js';
import { doneAhead, readDoneAhead } from './done-ahead.js';

describe('what is done beyond a committed offset', () => {
  it('is written as ranges counted from it', () => {
    expect(doneAhead(1_000_000, [{ from: 1_000_002, to: 1_000_005 }, { from: 1_000_009, to: 1_000_009 }])).toBe('done:2-5,9');
    expect(doneAhead(7, [])).toBe('');
  });

  it('leaves out what does not fit', () => {
    const ranges = Array.from({ length: 5_000 }, (_, index) => ({ from: index * 2 + 1, to: index * 2 + 1 }));
    const text = doneAhead(0, ranges);
    expect(text.length).toBeLessThanOrEqual(3_500);
    const isDone = readDoneAhead(0, text);
    expect([isDone(1), isDone(2), isDone(9_999)]).toEqual([true, false, false]);
  });

  it('is nothing where the text is none of ours', () => {
    for (const text of [null, '', 'something', 'done:', 'done:x', 'done:1-2;3']) expect(readDoneAhead(0, text)(1)).toBe(false);
  });

  it('tells of every offset what the watermark knew, whatever was finished in whatever order', () => {
    const step = fc.record({ kind: fc.constantFrom('begin', 'pass'), finished: fc.boolean() });
    fc.assert(
      fc.property(fc.nat(100_000), fc.array(step, { minLength: 1, maxLength: 60 }), (first, steps) => {
        const watermark = new Watermark<number>();
        const done = new Set<number>();
        const finish: (() => void)[] = [];
        steps.forEach(({ kind, finished }, index) => {
          const offset = first + index;
          if (kind === 'pass') watermark.pass(offset);
          else {
            const end = watermark.begin(offset);
            if (finished) finish.unshift(end);
          }
          if (kind === 'pass' || finished) done.add(offset);
        });
        for (const end of finish) end();
        const next = watermark.low === undefined ? first : watermark.low + 1;
        const isDone = readDoneAhead(next, doneAhead(next, watermark.ahead.map(({ after, upTo }) => ({ from: after + 1, to: upTo }))));
        for (let offset = first; offset < first + steps.length; offset++) expect(offset < next || isDone(offset)).toBe(done.has(offset));
      }),
    );
  });
});
