import type { Belonging } from '@alongside/event-sourcing';
import { testIds } from '@alongside/testing';
import { testUser } from '@alongside/testing/http';
import { rolesAt } from './admission.js';
import type { Access } from './context-definition.js';

const { organisationId, siteId, otherSiteId, supporterId, coordinatorId } = testIds;
const belonging: Belonging = { organisationId, siteId, supporterId };
const [supporter, former, stranger] = [testUser('supporter'), testUser('supporter', { id: testIds.personId }), testUser('supporter', { id: coordinatorId })];
const coordinator = testUser('coordinator');
const roles = ['supporter', 'coordinator'] as const;

describe('who may use a route on a record', () => {
  test('are those in whose hands it is', () => {
    expect(rolesAt({ roles }, supporter, belonging, undefined)).toEqual(['supporter']);
    expect(rolesAt({ roles }, former, belonging, undefined)).toEqual([]);
    expect(rolesAt({ roles }, coordinator, belonging, undefined)).toEqual(['coordinator']);
  });
  test('and those in whose hands it was, where the route says so', () => {
    const access: Access = { roles, supporters: () => [former.id] };
    expect(rolesAt(access, supporter, belonging, undefined)).toEqual(['supporter']);
    expect(rolesAt(access, former, belonging, undefined)).toEqual(['supporter']);
    expect(rolesAt(access, stranger, belonging, undefined)).toEqual([]);
    expect(rolesAt(access, coordinator, belonging, undefined)).toEqual(['coordinator']);
    expect(rolesAt(access, coordinator, { ...belonging, siteId: otherSiteId }, undefined)).toEqual([]);
    expect(rolesAt({ ...access, allow: () => false }, former, belonging, undefined)).toEqual([]);
    expect(rolesAt({ ...access, roles: ['coordinator'] }, former, belonging, undefined)).toEqual([]);
  });
});
