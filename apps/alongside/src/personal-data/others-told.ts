import { addStaff, makeReady, registerSupporter, type Stage, type Supporter } from '../demo/scenario/cast.js';
import { receive } from '../demo/scenario/journey.js';
import type { Person } from '../demo/scenario/person.js';
import type { Story } from '../demo/scenario/story.js';
import type { World } from '../demo/world.js';

// Whoever is no mentee: a supporter, somebody on the staff, those who refer. All that can be told of them, and what they write themselves.

export const odalys = { name: 'Odalys Tremlett', email: 'odalys.tremlett@example.org' } as const;
export const peregrine = { name: 'Peregrine Farthingale', email: 'peregrine.farthingale@example.org' } as const;
export const marguerite = { name: 'Marguerite Sedge', email: 'marguerite.sedge@example.org', agency: 'Sedge and Reed Surgery' } as const;
/** Named by Marguerite, who signs in; and one who writes letters, twice. */
const quince = { name: 'Doctor Quince Alder', agency: 'Alder House Practice', contact: '14 Alder House Lane' } as const;
const benedicta = { name: 'Sister Benedicta Moor', agency: 'Convent on the moor', contact: '01632 960995' } as const;

/** Words that only they have: of nobody else who is told of. */
export const wordsOfOthers = /\b(?:Odalys|Tremlett|bell founding|Peregrine|Farthingale|lamplighters|Marguerite|Sedge|Quince|Alder|Benedicta|Moor)\b/i;

export interface Others {
  readonly supporter: Supporter;
  readonly member: Person;
  readonly referrer: Person;
  /** Journeys by who sent them. */
  readonly sent: { readonly byReferrer: string; readonly named: string; readonly byLetter: readonly [string, string] };
}

export async function tellOfOthers(stage: Stage, world: World, story: Story): Promise<Others> {
  const { organisation, staff, sites } = world;
  const everywhere = (...roles: readonly string[]) => roles.map((role) => ({ role, allSites: true as const }));
  const member = await addStaff(stage, story, organisation, { ...peregrine, grants: everywhere('supervisor', 'coordinator') });
  const referrer = await addStaff(stage, story, organisation, { ...marguerite, grants: everywhere('referrer') });
  const profile = {
    telephone: '01632 960994',
    knownAs: 'Odalys',
    introduction: 'I found my way back by casting bells.',
    livedExperience: ['a long winter indoors'],
    interests: ['bell founding'],
    dislikes: ['talk over breakfast'],
    languages: ['en'],
    gender: 'a woman mostly',
    area: 'Behind the old mill',
    remote: true,
    availability: [{ day: 'tuesday', from: '13:00', to: '17:00' }],
    disclosure: {},
  };
  const supporter = await registerSupporter(stage, story, staff.riverside, { ...odalys, siteId: sites.riverside, capacity: 1, profile }, 1);
  await makeReady(story, { coordinator: staff.riverside, supervisor: member, supporter }, { trainedOn: 2, checkedOn: 2, recoveryConfirmedOn: 2, agreementSignedOn: 2, supervisedOn: [3] });
  await tellOfSupervision(story, member, supporter);
  await tellOfTheService(story, member, supporter, sites.riverside);
  return { supporter, member, referrer, sent: await sendReferrals(world, story, referrer) };
}

async function tellOfSupervision(story: Story, member: Person, supporter: Supporter): Promise<void> {
  const supervision = (command: string, body: object, by: Person = member) => story.step(by, `/api/supervision/supporters/${supporter.id}/${command}`, [4, '15:00'], body);
  await supervision('agree-supervision', { form: 'one-to-one', agreement: 'First the bells, then the people.' });
  await supervision('record-missed-supervision', { reason: 'illness', note: 'A fever of the founding kind.' });
  await supervision('record-wellbeing', { load: 3, strain: 5, reward: 4, note: 'The mill is loud at night.' }, supporter);
  await supervision('debrief', { notes: 'We spoke about the winter.' });
  await supervision('agree-training-need', { training: 'boundaries', note: 'Lends out the moulds.' });
  const register = (command: string, body: object) => story.step(member, `/api/supporters/${supporter.id}/${command}`, [5, '16:00'], body);
  await register('pause-supporter', { reason: 'Casting the big one.' });
  await register('resume-supporter', {});
}

async function tellOfTheService(story: Story, member: Person, supporter: Supporter, siteId: string): Promise<void> {
  const { groupId } = await story.step(member, '/api/supervision/groups/form-group', [4, '17:00'], { siteId, name: 'Circle of the lamplighters', supporterIds: [supporter.id] });
  const group = (command: string, body: object) => story.step(member, `/api/supervision/groups/${String(groupId)}/${command}`, [7, '17:00'], body);
  await group('record-missed-supervision', { reason: 'supervisor-cancelled', note: 'The lamplighters had no oil.' });
  await group('record-supervision', { attended: [supporter.id], notes: 'The lamplighters on lending things.' });
  const proposed = await story.step(member, '/api/evaluation/improvements/propose-improvement', [7, '18:00'], { title: 'Lamps for the lamplighters', said: 'It is dark where the lamplighters meet.', siteId });
  const improvement = (command: string, body: object) => story.step(member, `/api/evaluation/improvements/${String(proposed.id)}/${command}`, [8, '18:00'], body);
  await improvement('adopt-improvement', { plan: 'Buy lamps for the lamplighters.', reportBackOn: story.timeline.date(60) });
  await improvement('report-back', { to: ['supporters'], done: 'The lamplighters have lamps.' });
}

async function sendReferrals({ sites, staff }: World, story: Story, referrer: Person): Promise<Others['sent']> {
  const form = (name: string) => ({ name, email: `${name.split(' ')[0]?.toLowerCase() ?? ''}@example.org` });
  const send = async (name: string, more: object, by?: Person): Promise<string> => {
    const journey = await receive(story, staff.riverside, [9, '10:00'], { siteId: sites.riverside, source: 'gp', channel: 'letter', form: form(name), ...more }, by);
    return journey.id;
  };
  return {
    byReferrer: await send('Ottilie Ferrars', {}, referrer),
    named: await send('Barnaby Whitlock', { referrer: quince }, referrer),
    byLetter: [await send('Lettice Penrose', { referrer: benedicta }), await send('Ambrose Tindall', { referrer: benedicta })],
  };
}
