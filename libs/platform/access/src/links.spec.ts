import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLinks } from './links.js';

const links = createLinks(createSecretKey(Buffer.alloc(32, 1)));
const issuedAt = '2026-03-01T09:00:00.123Z';

describe('links', () => {
  it('say whom they are for and when they were issued, the same each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }), (subject, at) => {
        const link = { purpose: 'invitation', subject, issuedAt: at.toISOString() };
        const token = links.tokenFor(link);
        expect(token).toBe(links.tokenFor(link));
        expect(token).toMatch(/^[\w.-]+$/);
        expect(links.read('invitation', token)).toEqual({ subject, issuedAt: at.toISOString() });
      }),
    );
  });

  it('serve one purpose under one secret', () => {
    const token = links.tokenFor({ purpose: 'invitation', subject: 'staff-1', issuedAt });
    expect(links.read('set-up', token)).toBeUndefined();
    expect(createLinks(createSecretKey(Buffer.alloc(32, 2))).read('invitation', token)).toBeUndefined();
  });

  it('cannot be made up from another one', () => {
    const [one = '', mark = ''] = links.tokenFor({ purpose: 'invitation', subject: 'staff-1', issuedAt }).split('.');
    const [other = ''] = links.tokenFor({ purpose: 'invitation', subject: 'staff-2', issuedAt }).split('.');
    for (const token of [`${other}.${mark}`, `${one}.`, `${one}.${mark.slice(1)}`, one, `${one}.${mark}.`, '', '.', `${one}x.${mark}`]) {
      expect(links.read('invitation', token)).toBeUndefined();
    }
  });
});
