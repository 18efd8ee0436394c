import { describe, expect, it } from '@jest/globals';
import type { Belonging } from '@alongside/event-sourcing';
import { rolesThatMay, sitesOf } from './policy.js';
import type { Grant, User } from './session.js';

const everyRole = ['administrator', 'coordinator', 'supervisor', 'supporter', 'referrer', 'auditor', 'analyst'] as const;
type StaffRole = Grant['role'];

const me = 'me';
const user = (role: StaffRole, sites: Grant['sites'] = ['north']): User => ({ id: me, organisationId: 'ours', grants: [{ role, sites }] });
const may = (role: StaffRole, belonging: Partial<Belonging>, sites?: Grant['sites']): boolean =>
  rolesThatMay(user(role, sites), { organisationId: 'ours', ...belonging }, everyRole).length > 0;

type Row = readonly [role: StaffRole, ownSite: boolean, otherSite: boolean, noSite: boolean, mine: boolean];

describe('who may see a record', () => {
  // A record that names a supporter, a supervisor and a referrer, none of them me; then one that names me as each.
  it.each<Row>([
    ['administrator', true, true, true, true],
    ['auditor', true, true, true, true],
    ['analyst', true, true, true, true],
    ['coordinator', true, false, true, true],
    ['supervisor', false, false, false, true],
    ['supporter', false, false, false, true],
    ['referrer', false, false, false, true],
  ])('%s: own site %s, other site %s, no site %s, own record %s', (role, ownSite, otherSite, noSite, mine) => {
    const others = { supporterId: 'somebody', supervisorId: 'somebody', referrerId: 'somebody' };
    const own = { supporterId: me, supervisorId: me, referrerId: me, siteId: 'north' };
    expect(may(role, { ...others, siteId: 'north' })).toBe(ownSite);
    expect(may(role, { ...others, siteId: 'south' })).toBe(otherSite);
    expect(may(role, others)).toBe(noSite);
    expect(may(role, own)).toBe(mine);
  });

  it.each<readonly [StaffRole, boolean, boolean, boolean]>([
    ['administrator', true, true, true],
    ['auditor', true, true, true],
    ['analyst', true, true, true],
    ['coordinator', true, false, true],
    ['supervisor', true, false, false],
    ['supporter', false, false, false],
    ['referrer', false, false, false],
  ])('%s, of a record that names nobody: own site %s, other site %s, no site %s', (role, ownSite, otherSite, noSite) => {
    expect(may(role, { siteId: 'north' })).toBe(ownSite);
    expect(may(role, { siteId: 'south' })).toBe(otherSite);
    expect(may(role, {})).toBe(noSite);
  });

  it.each(['coordinator', 'supervisor'] as const)('a %s of all sites: every site, and no site', (role) => {
    expect([may(role, { siteId: 'south' }, 'all'), may(role, {}, 'all')]).toEqual([true, true]);
  });

  it.each(everyRole)('a %s of another organisation: never, not even what names them', (role) => {
    const own = { supporterId: me, supervisorId: me, referrerId: me, siteId: 'north' };
    for (const sites of [['north'], 'all'] as const) {
      for (const roles of [everyRole, 'signed-in', 'public'] as const) {
        expect(rolesThatMay(user(role, sites), { organisationId: 'theirs', ...own }, roles)).toEqual([]);
      }
    }
  });

  it.each(everyRole)('a %s without any site sees no site', (role) => {
    expect(may(role, { siteId: 'north' }, [])).toBe(['administrator', 'auditor', 'analyst'].includes(role));
  });

  it('counts only roles that the route admits, and names each that lets them in', () => {
    const both: User = { id: me, organisationId: 'ours', grants: [{ role: 'coordinator', sites: ['north'] }, { role: 'coordinator', sites: ['east'] }, { role: 'auditor', sites: 'all' }] };
    const at = (siteId: string): Belonging => ({ organisationId: 'ours', siteId });
    expect(rolesThatMay(both, at('east'), ['auditor', 'coordinator'])).toEqual(['coordinator', 'auditor']);
    expect(rolesThatMay(both, at('south'), ['coordinator', 'auditor'])).toEqual(['auditor']);
    expect(rolesThatMay(both, at('south'), ['coordinator'])).toEqual([]);
    expect(rolesThatMay(both, at('south'), 'signed-in')).toEqual(['coordinator', 'auditor']);
  });
});

describe('the sites of a user', () => {
  const of = (...grants: readonly Grant[]): User => ({ id: me, organisationId: 'ours', grants });

  it('are those of the roles asked for, together', () => {
    const her = of({ role: 'coordinator', sites: ['north', 'east'] }, { role: 'supervisor', sites: ['east', 'south'] }, { role: 'auditor', sites: 'all' });
    expect(sitesOf(her, ['coordinator', 'supervisor'])).toEqual(['north', 'east', 'south']);
    expect(sitesOf(her, ['coordinator'])).toEqual(['north', 'east']);
    expect(sitesOf(her, ['coordinator', 'auditor'])).toBe('all');
    expect(sitesOf(her, ['analyst'])).toEqual([]);
  });
});
