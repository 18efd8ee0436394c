import fc from 'fast-check';
import { uuidOf, uuidV5 } from './ids.js';

const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

describe('ids from names', () => {
  it('are what RFC 9562 (appendix A.4) and Python say', () => {
    expect(uuidV5(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
    expect(uuidV5(dns, 'python.org')).toBe('886313e1-3b8a-5372-9b90-0c9aee199e5d');
  });

  it('never change: they are in every log', () => {
    expect(uuidOf('command', 'stream', 0)).toBe(uuidV5('6d1f1d0a-43c5-4a4e-9d0f-2f6a3b1c7e55', 'command\u001fstream\u001f0'));
  });

  it('are valid, the same for the same parts, and others for other parts', () => {
    const part = fc.string().filter((each) => !each.includes('\u001f'));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), fc.array(part, { minLength: 1 }), (one, other) => {
        expect(uuidOf(...one)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(uuidOf(...one) === uuidOf(...other)).toBe(one.length === other.length && one.every((each, index) => each === other[index]));
      }),
    );
  });
});
