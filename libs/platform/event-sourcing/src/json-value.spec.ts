import fc from 'fast-check';
import { asJson } from './json-value.js';

describe('a value as JSON', () => {
  const leaf = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined), fc.date({ noInvalidDate: true }));
  const object = fc.letrec<{ value: unknown; object: object }>((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value')), tie('object')),
    object: fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
  })).object;

  it('is what a round trip makes of it', () => {
    fc.assert(
      fc.property(object, (value) => {
        const json = asJson(value);
        expect(JSON.stringify(json)).toBe(JSON.stringify(value));
        expect(json).toStrictEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is the value itself where nothing changes', () => {
    const value = { name: 'a', list: [1, { deep: null }] };
    expect(asJson(value)).toBe(value);
    const absent = { name: 'a', given: value, missing: undefined };
    expect(Object.keys(asJson(absent))).toEqual(['name', 'given']);
    expect(asJson(absent)['given']).toBe(value);
  });

  it.each([undefined, null, 'text', 3, ['list'], { big: 1n }])('refuses %p as an event', (value) => {
    expect(() => asJson(value)).toThrow(TypeError);
  });
});
