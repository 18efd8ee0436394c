import { describe, expect, test } from '@jest/globals';
import { exampleProfile } from '../domain/supporter-events.js';
import { profileAfter } from './profile-of-body.js';

describe('a profile', () => {
  test('holds what was told and leaves the rest unknown', () => {
    expect(profileAfter({ interests: ['art'], gender: 'woman' })).toMatchObject({ interests: ['art'], about: { gender: 'woman' }, livedExperience: [], remote: false });
    expect(profileAfter({})).not.toHaveProperty('area');
  });
  test('keeps what nothing was said about this time', () => {
    expect(profileAfter({ interests: ['jazz'], disclosure: { contact: 'never' } }, exampleProfile)).toEqual({
      ...exampleProfile,
      interests: ['jazz'],
      disclosure: { ...exampleProfile.disclosure, contact: 'never' },
    });
    expect(profileAfter({}, exampleProfile)).toEqual(exampleProfile);
  });
  test('no longer holds what was taken back', () => {
    const after = profileAfter({}, exampleProfile, ['gender', 'area', 'known-as']);
    expect(after).not.toHaveProperty('area');
    expect(after).not.toHaveProperty('knownAs');
    expect(after.about).toEqual({ ageBand: '40-49', details: exampleProfile.about.details });
  });
});
