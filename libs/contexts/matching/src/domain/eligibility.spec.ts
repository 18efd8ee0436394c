import { describe, expect, test } from '@jest/globals';
import { barriersTo, supervisionDueOn, type Requirements, type Standing } from './eligibility.js';

const required: Requirements = {
  requirements: { trainings: [{ code: 'core', label: 'Core training', validMonths: 24 }], checks: [{ code: 'dbs', label: 'DBS', validMonths: 36 }] },
  supervisionWeeks: 4,
};

const ready: Standing = {
  status: 'active',
  registeredOn: '2025-06-01',
  trainings: [{ training: 'core', completedOn: '2025-06-10' }],
  recoveryConfirmed: true,
  agreementSigned: true,
  checks: [{ check: 'dbs', checkedOn: '2025-06-12', outcome: 'passed' }],
  supervision: { basisOn: '2026-02-10' },
  capacity: 2,
  placesTaken: 1,
};
const on = '2026-03-02';
const codes = (change: Partial<Standing>, by: Requirements = required, date = on): readonly string[] => barriersTo({ ...ready, ...change }, by, date).map((each) => each.code);

describe('a supporter', () => {
  test('may be matched when nothing stands in the way', () => {
    expect(codes({})).toEqual([]);
  });

  test.each<[Partial<Standing>, string]>([
    [{ status: 'candidate' }, 'candidate'],
    [{ status: 'paused' }, 'paused'],
    [{ status: 'retiring' }, 'retired'],
    [{ status: 'retired' }, 'retired'],
    [{ trainings: [] }, 'not-trained'],
    [{ trainings: [{ training: 'other', completedOn: '2025-06-10' }] }, 'not-trained'],
    [{ trainings: [{ training: 'core', completedOn: '2026-03-03' }] }, 'not-trained'],
    [{ trainings: [{ training: 'core', completedOn: '2024-03-01' }] }, 'training-expired'],
    [{ recoveryConfirmed: false }, 'recovery-not-confirmed'],
    [{ agreementSigned: false }, 'agreement-not-signed'],
    [{ checks: [] }, 'check-missing'],
    [{ checks: [{ check: 'dbs', checkedOn: '2025-06-12', outcome: 'not-passed' }] }, 'check-not-passed'],
    [{ checks: [{ check: 'dbs', checkedOn: '2023-03-01', outcome: 'passed' }] }, 'check-expired'],
    [{ checks: [{ check: 'dbs', checkedOn: '2025-06-12', expiresOn: '2026-03-01', outcome: 'passed' }] }, 'check-expired'],
    [{ supervision: { basisOn: '2026-02-01' } }, 'supervision-overdue'],
    [{ supervision: { basisOn: '2026-02-10', everyWeeks: 2 } }, 'supervision-overdue'],
    [{ placesTaken: 2 }, 'at-capacity'],
  ])('with %j is %s', (change, code) => {
    expect(codes(change)).toEqual([code]);
  });

  test('may be matched until and with the day on which something expires', () => {
    expect(codes({ trainings: [{ training: 'core', completedOn: '2024-03-02' }] })).toEqual([]);
    expect(codes({ supervision: { basisOn: '2026-02-02' } })).toEqual([]);
  });

  test('goes by the latest training and the latest check', () => {
    expect(codes({ trainings: [{ training: 'core', completedOn: '2025-06-10' }, { training: 'core', completedOn: '2020-06-10' }] })).toEqual([]);
    const renewed = [{ check: 'dbs', checkedOn: '2025-12-12', outcome: 'not-passed' }, { check: 'dbs', checkedOn: '2025-06-12', outcome: 'passed' }] as const;
    expect(codes({ checks: renewed })).toEqual(['check-not-passed']);
  });

  test('needs some training where the organisation asks for none in particular', () => {
    const none: Requirements = { ...required, requirements: { trainings: [], checks: [] } };
    expect(codes({ trainings: [] }, none)).toEqual(['not-trained']);
    expect(codes({ trainings: [{ training: 'anything', completedOn: '2020-01-01' }], checks: [] }, none)).toEqual([]);
  });

  test('has their first supervision due from the registration', () => {
    expect(supervisionDueOn({ registeredOn: '2026-02-02' }, 4)).toBe('2026-03-02');
  });

  test('is told everything that stands in the way, not only the first', () => {
    expect(codes({ status: 'paused', trainings: [], placesTaken: 2 })).toEqual(['paused', 'not-trained', 'at-capacity']);
  });
});
