import { describe, expect, it } from '@jest/globals';
import type { SafeContact } from '@alongside/contracts';
import { verdictOn } from './safe-sending.js';

const at = { day: 'monday', time: '10:00' } as const;
const contact = (more: Partial<SafeContact> = {}): SafeContact => ({ voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['email', 'text-message', 'letter'], ...more });

describe('sending a link', () => {
  it('goes by what is safe', () => expect(verdictOn(contact(), 'email', at)).toBe('safe'));
  it('does not go by what is not', () => expect(verdictOn(contact(), 'telephone', at)).toBe('channel-not-safe'));
  it('writes to no address that is not safe', () => expect(verdictOn(contact(), 'letter', at)).toBe('writing-not-safe'));
  it('keeps to the hours where it is seen at once', () => {
    const hours = [{ day: 'monday', from: '14:00', to: '16:00' }] as const;
    expect(verdictOn(contact({ hours }), 'text-message', at)).toBe('outside-safe-hours');
    expect(verdictOn(contact({ hours }), 'text-message', { day: 'monday', time: '15:00' })).toBe('safe');
    expect(verdictOn(contact({ hours }), 'email', at)).toBe('safe');
  });
  it('has no way where none is safe, but a hand', () => {
    expect(verdictOn(contact({ channels: [] }), 'email', at)).toBe('none-safe');
    expect(verdictOn(contact({ channels: ['letter'] }), 'letter', at)).toBe('none-safe');
    expect(verdictOn(contact({ channels: [] }), 'in-person', at)).toBe('safe');
  });
});
