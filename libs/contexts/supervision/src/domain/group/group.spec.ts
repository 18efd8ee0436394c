import { commanding, specify, testIds } from '@alongside/testing';
import { uuidOf } from '@alongside/event-sourcing';
import { GroupChanged, GroupDisbanded, GroupFormed, GroupSupervisionHeld, GroupSupervisionMissed, GroupSupervisionScheduled } from './events.js';
import { groupDecider } from './group.js';

const given = specify(groupDecider);
const { organisationId, siteId, supporterId, supervisorId } = testIds;
const groupId = uuidOf('test-new', 'form-group', 'group');
const second = uuidOf('test', 'second-supporter');
const supporterIds = [supporterId, second];
const timeZone = 'Europe/London';
const formed = GroupFormed({ organisationId, siteId, groupId, supervisorId, supporterIds, name: 'Tuesday' });
const disbanded = GroupDisbanded({ groupId, disbandedOn: '2026-03-01', supporterIds });

describe('a group', () => {
  const form = (more = {}) => commanding('form-group', { organisationId, siteId, supervisorId, isSupervisor: true, supporterIds, unknownSupporterIds: [], name: 'Tuesday', ...more });
  test('is formed', () => given().when(form()).then(formed));
  test('is formed once', () => given(formed).when(form()).refused('group-exists'));
  test('is of supporters who are known', () => given().when(form({ unknownSupporterIds: [second] })).invalid('supporterIds.1'));
  test('is led by a supervisor', () => given().when(form({ isSupervisor: false })).refused('not-a-supervisor'));

  const change = (more = {}) => commanding('change-group', { isSupervisor: true, unknownSupporterIds: [], ...more });
  test('has other members', () => given(formed).when(change({ supporterIds: [second] })).then(GroupChanged({ groupId, supervisorId, supporterIds: [second] })));
  test('with the same members is the same', () => given(formed).when(change({ supporterIds: [second, supporterId] })).nothing());
  test('has members who are known', () => given(formed).when(change({ supporterIds: [second], unknownSupporterIds: [second] })).invalid('supporterIds.0'));
  test('is led by a supervisor from then on', () => given(formed).when(change({ supervisorId: second, isSupervisor: false })).refused('not-a-supervisor'));

  test('is disbanded once', () => {
    const disband = commanding('disband-group', { timeZone });
    given(formed).when(disband).then(GroupDisbanded({ groupId, disbandedOn: '2026-03-02', supporterIds }));
    given(formed, disbanded).when(disband).nothing();
  });

  const date = '2026-03-10T18:00:00.000Z';
  test('has a date for each member', () => {
    const scheduled = GroupSupervisionScheduled({ groupId, scheduledFor: date, supporterIds });
    given(formed).when(commanding('schedule-supervision', { scheduledFor: date })).then(scheduled);
    given(formed, scheduled).when(commanding('schedule-supervision', { scheduledFor: date })).nothing();
    given(formed).when(commanding('schedule-supervision', { scheduledFor: '2026-03-01T18:00:00.000Z' })).invalid('scheduledFor');
  });
  const record = (more = {}) => commanding('record-supervision', { attended: [second], timeZone, ...more });
  test('meets: who came and who did not', () => {
    const sessionId = uuidOf('test-new', 'record-supervision', 'session');
    given(formed).when(record()).then(GroupSupervisionHeld({ groupId, sessionId, heldOn: '2026-03-02', attended: [second], absent: [supporterId], supervisorId }));
    given(formed).when(record({ attended: [uuidOf('stranger')] })).invalid('attended.0');
    given(formed).when(record({ heldOn: '2026-03-03' })).invalid('heldOn');
  });
  test('does not meet', () =>
    given(formed)
      .when(commanding('record-missed-supervision', { reason: 'illness', timeZone }))
      .then(GroupSupervisionMissed({ groupId, missedOn: '2026-03-02', reason: 'illness', supporterIds, supervisorId })));
  test.each([
    ['change-group', { isSupervisor: true, unknownSupporterIds: [] }],
    ['schedule-supervision', { scheduledFor: date }],
    ['record-supervision', { attended: [second], timeZone }],
    ['record-missed-supervision', { reason: 'illness', timeZone }],
  ] as const)('that was disbanded meets no more: %s', (type, data) => {
    given(formed, disbanded).when(commanding(type, data) as never).refused('group-disbanded');
  });
});
