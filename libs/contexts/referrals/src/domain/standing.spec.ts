import { referrerStatus, stageOf } from './standing.js';
import type { Progress } from './words.js';

const day = (number: number): string => `2026-03-0${number}T10:00:00.000Z`;
const accepted = (progress: Progress) => ({ status: 'accepted' as const, progress });

describe('how a journey stands', () => {
  it.each<[Progress, string, string]>([
    [{}, 'received', 'assessment'],
    [{ 'meeting-arranged': day(1) }, 'received', 'assessment'],
    [{ met: day(2) }, 'met', 'assessment'],
    [{ deferred: day(1) }, 'not-now', 'assessment'],
    [{ deferred: day(1), reopened: day(2) }, 'received', 'assessment'],
    [{ met: day(1), deferred: day(2), reopened: day(3) }, 'met', 'assessment'],
    [{ met: day(1), suitable: day(2) }, 'met', 'matching'],
    [{ met: day(1), suitable: day(2), introduced: day(3) }, 'matched', 'support'],
    [{ met: day(1), suitable: day(2), introduced: day(3), rematch: day(4) }, 'met', 'matching'],
    [{ met: day(1), suitable: day(2), introduced: day(5), rematch: day(4) }, 'matched', 'support'],
    [{ met: day(1), introduced: day(3), 'relationship-ended': day(6) }, 'ended', 'evaluation'],
    [{ met: day(1), 'assessment-ended': day(2) }, 'ended', 'over'],
  ])('%j: the referrer hears %s, lists show %s', (progress, status, stage) => {
    expect(referrerStatus(accepted(progress))).toBe(status);
    expect(stageOf(accepted(progress))).toBe(stage);
  });

  it('before acceptance and after the end', () => {
    expect(referrerStatus({ status: 'received', progress: {} })).toBe('received');
    expect(referrerStatus({ status: 'deferred', progress: {} })).toBe('not-now');
    expect(referrerStatus({ status: 'ended', progress: {}, ending: 'not-taken-forward' })).toBe('not-taken-forward');
    expect(referrerStatus({ status: 'ended', progress: {}, ending: 'withdrawn' })).toBe('ended');
    expect(referrerStatus({ status: 'closed', progress: {}, outcome: 'not-taken-forward' })).toBe('not-taken-forward');
    expect(referrerStatus({ status: 'closed', progress: {}, outcome: 'completed' })).toBe('ended');
    expect(stageOf({ status: 'received', progress: {} })).toBe('referral');
    expect(stageOf({ status: 'closed', progress: {} })).toBe('over');
  });
});
