import { describe, expect, test } from '@jest/globals';
import { localMomentIn, unsafeBecause } from './safe-contact.js';
import type { SafeContact } from './shapes.js';

const anything: SafeContact = { voicemail: true, nameOurselves: true, writeToAddress: true, channels: ['telephone', 'text-message', 'email', 'letter', 'in-person', 'video'] };
const mondayMorning = { day: 'monday', time: '10:00' } as const;
const afternoons: SafeContact = { ...anything, hours: [{ day: 'monday', from: '14:00', to: '16:00' }] };

describe('reaching out to a mentee', () => {
  test('is free where nothing speaks against it', () => expect(unsafeBecause(anything, { channel: 'telephone', outcome: 'left-voicemail' }, mondayMorning)).toBeUndefined());
  test('goes by safe channels alone', () => {
    expect(unsafeBecause({ ...anything, channels: ['email'] }, { channel: 'telephone' }, mondayMorning)).toBe('channel-not-safe');
    expect(unsafeBecause({ ...anything, channels: [] }, { channel: 'email' }, mondayMorning)).toBe('channel-not-safe');
  });
  test('does not write to an address where others read', () => expect(unsafeBecause({ ...anything, writeToAddress: false }, { channel: 'letter' }, mondayMorning)).toBe('writing-not-safe'));
  test('leaves nothing behind that tells of us', () => {
    expect(unsafeBecause({ ...anything, voicemail: false }, { channel: 'telephone', outcome: 'left-voicemail' }, mondayMorning)).toBe('voicemail-not-safe');
    expect(unsafeBecause({ ...anything, nameOurselves: false }, { channel: 'telephone', outcome: 'left-message' }, mondayMorning)).toBe('naming-ourselves-not-safe');
  });
  test('keeps to the hours, where it is heard or seen at once', () => {
    expect(unsafeBecause(afternoons, { channel: 'telephone' }, mondayMorning)).toBe('outside-safe-hours');
    expect(unsafeBecause(afternoons, { channel: 'telephone' }, { day: 'monday', time: '16:00' })).toBeUndefined();
    expect(unsafeBecause(afternoons, { channel: 'telephone' }, { day: 'tuesday', time: '15:00' })).toBe('outside-safe-hours');
    expect(unsafeBecause(afternoons, { channel: 'email' }, mondayMorning)).toBeUndefined();
  });
});

test('the hour and the weekday are those on the wall at the site', () => {
  expect(localMomentIn('Europe/London', '2026-06-30T23:30:00.000Z')).toEqual({ day: 'wednesday', time: '00:30' });
});
