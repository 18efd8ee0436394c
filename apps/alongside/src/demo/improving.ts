import type { Begin } from './journeys/arriving.js';
import type { World } from './world.js';

// What belongs to no one journey: supporters supervised together, and what the service learnt from its users.

/** Two supporters of Riverside meet their supervisor together; the next date stands. */
export async function supervisedTogether({ sites, staff, supporters }: World, begin: Begin): Promise<void> {
  const told = begin('group', 60);
  const { supervisor } = staff;
  const { hanne, gwen } = supporters;
  const { groupId } = await told.step(supervisor, '/api/supervision/groups/form-group', [0, '17:00'], { siteId: sites.riverside, name: 'The first Tuesday', supporterIds: [hanne.id, gwen.id] });
  const group = (command: string): string => `/api/supervision/groups/${String(groupId)}/${command}`;
  await told.step(supervisor, group('record-missed-supervision'), [22, '19:00'], { reason: 'supervisor-cancelled', note: 'A burst pipe in the rooms: moved to next month.' });
  await told.step(supervisor, group('record-supervision'), [50, '19:30'], { attended: [hanne.id, gwen.id], minutes: 90, notes: 'On saying goodbye, and on what to do with presents.' });
  await told.step(supervisor, group('schedule-supervision'), [51, '09:00'], { scheduledFor: told.timeline.instant([85, '18:00']) });
}

/** One thing that users asked for and were told the outcome of, and one that was said lately. */
export async function learntFromUsers({ sites, staff }: World, begin: Begin): Promise<void> {
  const told = begin('improvements', 120);
  const { riverside } = staff;
  const propose = (when: readonly [number, string], body: object) => told.step(riverside, '/api/evaluation/improvements/propose-improvement', when, body);
  const { id } = await propose([0, '11:00'], { title: 'Meet in the evening', said: 'Several people work in the day and could not come.', siteId: sites.riverside, question: 'what-to-change' });
  const improvement = (command: string): string => `/api/evaluation/improvements/${String(id)}/${command}`;
  await told.step(riverside, improvement('adopt-improvement'), [21, '11:00'], { plan: 'Open the rooms on Tuesday evenings.', reportBackOn: told.timeline.date(80) });
  await told.step(riverside, improvement('report-back'), [77, '11:00'], { to: ['mentees', 'supporters'], done: 'The rooms are open on Tuesday evenings since last month.' });
  await propose([112, '11:00'], { title: 'Say sooner who is going to call', said: 'Two people did not answer because they did not know the number.', siteId: sites.riverside });
}
