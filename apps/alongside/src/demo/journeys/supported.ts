import { agreeGroundRules, logSessions, match, setGoals, type Journey } from '../scenario/journey.js';
import type { Person } from '../scenario/person.js';
import type { World } from '../world.js';
import type { Begin } from './arriving.js';
import { untilSuitable, type Applicant } from './assessing.js';
import { afternoons, evenings, mornings, toldBriefly } from './mentees.js';

/** A match that both sides have been asked about; the supporter has said yes. */
export async function proposed(world: World, begin: Begin): Promise<void> {
  const journey = await untilSuitable(world, begin, 'proposed', 21, {
    name: 'Wanda Keelingham',
    telephone: '01632 960219',
    born: '1984-10-25',
    reason: 'Six months sober and bored.',
    site: 'riverside',
    told: toldBriefly('To stay where I am now.', 'A year on, with friends.', { challenges: ['alcohol'], interests: ['hiking', 'baking'], about: { gender: 'woman' }, availability: afternoons, area: 'East' }),
  });
  const { rosa } = world.supporters;
  await journey.does('matching', 'propose-match', [18, '10:00'], { supporterId: rosa.id, answerBy: journey.story.timeline.date(28), note: 'Both like to walk.' });
  await journey.does('matching', 'respond-to-match', [19, '18:00'], { side: 'supporter', answer: 'accepted' }, rosa);
}

/** From suitable to a relationship with ground rules and goals. */
export async function introduced(world: World, begin: Begin, key: string, daysAgo: number, applicant: Applicant, supporter: Person, goals: readonly { readonly title: string; readonly plan?: readonly string[] }[]): Promise<{ readonly journey: Journey; readonly goalIds: readonly string[] }> {
  const journey = await untilSuitable(world, begin, key, daysAgo, applicant);
  await match(journey, { supporter, proposed: [10, '10:00'], answered: [12, '12:00'], introduced: [14, '10:00'], firstMeeting: [16, '14:00'] });
  await agreeGroundRules(journey, supporter, [16, '16:00']);
  return { journey, goalIds: await setGoals(journey, supporter, [23, '16:00'], goals) };
}

const idris: Applicant = {
  name: 'Idris Holloway',
  telephone: '01632 960230',
  born: '1955-05-19',
  reason: 'Home from hospital, and the house is quiet.',
  site: 'hillside',
  told: toldBriefly('To cook for somebody again.', 'With people at the table.', {
    challenges: ['long-term-illness', 'loneliness'],
    interests: ['cooking', 'allotment'],
    about: { gender: 'man', ageBand: '60-69' },
    availability: mornings,
    area: 'West',
    accessNeeds: ['step-free'],
  }),
};

/** It goes well: sessions, a bridge to the community, a goal reviewed. */
export async function supportedWell(world: World, begin: Begin): Promise<void> {
  const { aisha } = world.supporters;
  const { journey, goalIds } = await introduced(world, begin, 'supported-well', 75, idris, aisha, [{ title: 'Cook for somebody once a week', plan: ['Ask the neighbour', 'Buy for two'] }, { title: 'Walk to the allotment' }]);
  await logSessions(journey, aisha, [
    { when: [16, '16:10'], note: 'We made soup and planned the next weeks.' },
    { when: [23, '16:10'], coreFunctions: ['social-and-emotional-support', 'help-with-daily-management'] },
    { when: [37, '16:00'], kind: 'accompanied-to-appointment', coreFunctions: ['links-to-professional-and-community-resources'], note: 'Went along to the clinic, as he had asked.' },
    { when: [51, '16:00'], coreFunctions: ['ongoing-support'] },
    { when: [70, '16:00'], minutes: 75, coreFunctions: ['social-and-emotional-support', 'ongoing-support'], note: 'The neighbour came too.' },
  ]);
  await journey.does('supervision', 'record-link', [52, '10:00'], { kind: 'community-resource', serviceId: world.services.walking, note: 'Went together the first time.' }, aisha);
  await journey.does('supervision', 'review-goal', [70, '17:00'], { goalId: goalIds[0], rating: 7, note: 'Twice last week.', by: 'mentee' }, aisha);
  await journey.does('supervision', 'report-relationship-feedback', [71, '09:00'], { course: 'going-well', note: 'We laugh a lot.' }, aisha);
  await journey.does('supervision', 'check-in-with-mentee', [64, '11:00'], { reached: true, channel: 'telephone', course: 'going-well', note: 'Looks forward to every session.' });
  await journey.does('supervision', 'raise-query', [72, '09:00'], { text: 'May my neighbour come along now and then?', by: 'mentee' });
}

/** Nothing was logged for a month. */
export async function quiet(world: World, begin: Begin): Promise<void> {
  const { gwen } = world.supporters;
  const applicant: Applicant = {
    name: 'Jon Tiller',
    telephone: '01632 960231',
    born: '1971-11-02',
    reason: 'Wants to talk to somebody who has been there.',
    site: 'riverside',
    told: toldBriefly('To tell my brother.', 'Not hiding any more.', { challenges: ['hiv'], interests: ['cinema'], dislikes: ['crowds'], about: { gender: 'man', ageBand: '50-59' }, availability: evenings, area: 'East' }),
  };
  const { journey } = await introduced(world, begin, 'quiet', 68, applicant, gwen, [{ title: 'Tell my brother' }]);
  await logSessions(journey, gwen, [{ when: [16, '16:10'] }, { when: [30, '19:00'], channel: 'telephone' }]);
  await journey.does('supervision', 'record-missed-session', [37, '19:30'], { reason: 'mentee-cancelled', note: 'Too tired; will write.' }, gwen);
}

/** The supporter is worried, and has said so. */
export async function withOpenConcern(world: World, begin: Begin): Promise<void> {
  const { hanne } = world.supporters;
  const applicant: Applicant = {
    name: 'Petra Lyleson',
    telephone: '01632 960232',
    born: '1990-07-07',
    reason: 'Two years after the hostel, and still on the move.',
    site: 'riverside',
    told: toldBriefly('To stay in one place.', 'My own key.', { challenges: ['homelessness', 'depression'], interests: ['plants'], about: { gender: 'woman', ageBand: '30-39' }, availability: mornings, area: 'East', remote: false }),
  };
  const { journey } = await introduced(world, begin, 'open-concern', 54, applicant, hanne, [{ title: 'Keep the flat', plan: ['Open the letters together'] }]);
  await logSessions(journey, hanne, [{ when: [16, '16:10'] }, { when: [30, '11:00'] }, { when: [44, '11:00'], note: 'Quiet today.' }, { when: [51, '11:00'] }]);
  await journey.does('supervision', 'raise-concern', [51, '12:30'], { severity: 'high', safeguarding: true, text: 'Has not opened the door for two days, and says that letters from the landlord frighten her.' }, hanne);
  await journey.does('supervision', 'report-relationship-feedback', [51, '12:40'], { course: 'some-difficulty', note: 'I would like to talk it over.' }, hanne);
  await journey.story.step(hanne, `/api/supervision/supporters/${hanne.id}/record-wellbeing`, [51, '20:00'], { load: 4, strain: 4, reward: 3, note: 'It goes home with me.' });
}

/** Resting for some weeks, with a date by which somebody asks again. */
export async function paused(world: World, begin: Begin): Promise<void> {
  const { samuel } = world.supporters;
  const applicant: Applicant = {
    name: 'Frank Webberley',
    telephone: '01632 960233',
    born: '1963-01-28',
    reason: 'Since the diagnosis he stays in.',
    site: 'hillside',
    told: toldBriefly('To go out in the evening.', 'Singing again.', { challenges: ['hiv', 'loneliness'], interests: ['singing'], about: { gender: 'man', ageBand: '60-69' }, availability: [{ day: 'saturday', from: '09:00', to: '12:00' }], area: 'West' }),
  };
  const { journey } = await introduced(world, begin, 'paused', 61, applicant, samuel, [{ title: 'Sing in a choir' }]);
  await logSessions(journey, samuel, [{ when: [16, '16:10'] }, { when: [30, '11:00'] }, { when: [44, '11:00'] }]);
  await journey.does('supervision', 'pause-relationship', [50, '10:00'], { reason: 'away', reviewOn: journey.story.timeline.date(75), note: 'With his daughter by the sea.', by: 'mentee' });
}

/** It did not fit, and another supporter is wanted: back on the waiting list. */
export async function waitingAgain(world: World, begin: Begin): Promise<void> {
  const { pavel } = world.supporters;
  const applicant: Applicant = {
    name: 'Lotte Haversham',
    telephone: '01632 960234',
    born: '1996-03-09',
    reason: 'Finds it hard to speak of how low it gets.',
    site: 'hillside',
    told: toldBriefly('To say how it is.', 'Two people whom I can call.', { challenges: ['depression'], interests: ['music'], about: { gender: 'woman', ageBand: '20-29' }, availability: mornings, area: 'West' }),
  };
  const { journey } = await introduced(world, begin, 'waiting-again', 47, applicant, pavel, [{ title: 'Find two people to call' }]);
  await logSessions(journey, pavel, [{ when: [16, '16:10'] }, { when: [30, '11:00'] }]);
  await journey.does('supervision', 'end-relationship', [36, '10:00'], { ending: 'not-a-good-fit', wantsAnother: true, lessons: ['different-gender', 'same-age-band'], note: 'Would rather talk to a woman.', by: 'mentee' });
}

const ending = { ending: 'planned', wantsAnother: false, goodbyes: { mentee: true, supporter: true }, by: 'mentee' } as const;

/** Ended as planned; the mentee has been invited to look back. */
export async function evaluationInvited(world: World, begin: Begin): Promise<void> {
  const { gwen } = world.supporters;
  const applicant: Applicant = {
    name: 'Nadia Corrinby',
    telephone: '01632 960235',
    born: '1989-11-16',
    reason: 'New in town, and low.',
    site: 'riverside',
    told: toldBriefly('To know three people here.', 'Feeling at home.', { challenges: ['mental-health', 'loneliness'], interests: ['books', 'film'], about: { gender: 'woman', ageBand: '30-39' }, availability: evenings, area: 'East' }),
  };
  const { journey, goalIds } = await introduced(world, begin, 'evaluation-invited', 110, applicant, gwen, [{ title: 'Know three people in town' }]);
  await journey.does('evaluation', 'record-response', [9, '11:00'], { occasion: 'baseline', channel: 'meeting', answers: { 'how-i-cope': 2, 'how-alone': 5 }, by: 'mentee' });
  await logSessions(journey, gwen, [{ when: [16, '16:10'] }, { when: [37, '19:00'] }, { when: [58, '19:00'] }, { when: [79, '19:00'] }, { when: [93, '19:00'], note: 'A last film, and ice cream.' }]);
  await journey.does('supervision', 'review-goal', [93, '20:30'], { goalId: goalIds[0], rating: 9, by: 'mentee' }, gwen);
  await journey.does('supervision', 'end-relationship', [94, '10:00'], ending);
  await journey.does('evaluation', 'invite', [95, '10:00'], { occasion: 'end', channel: 'email' });
}

/** The whole way: ended as planned, answered on both sides, closed. */
export async function completed(world: World, begin: Begin): Promise<void> {
  const { hanne } = world.supporters;
  const applicant: Applicant = {
    name: 'Owen Marshall-Dale',
    telephone: '01632 960236',
    born: '1975-04-04',
    reason: 'A year clean, and the first summer without the old friends.',
    site: 'riverside',
    told: toldBriefly('New habits for the evening.', 'Still clean, and not alone.', { challenges: ['drugs'], interests: ['gardening'], about: { gender: 'man', ageBand: '40-49' }, availability: mornings, area: 'East' }),
  };
  const { journey, goalIds } = await introduced(world, begin, 'completed', 190, applicant, hanne, [{ title: 'An evening in the week with people' }]);
  await journey.does('evaluation', 'record-response', [9, '11:00'], { occasion: 'baseline', channel: 'meeting', answers: { 'how-i-cope': 2, 'how-alone': 4 }, by: 'mentee' });
  await logSessions(journey, hanne, [{ when: [16, '16:10'] }, { when: [44, '11:00'] }, { when: [72, '11:00'] }, { when: [100, '11:00'] }, { when: [128, '11:00'] }]);
  await journey.does('supervision', 'review-goal', [128, '12:30'], { goalId: goalIds[0], rating: 8, by: 'mentee' }, hanne);
  await journey.does('supervision', 'end-relationship', [130, '10:00'], ending);
  await journey.does('evaluation', 'record-outcome', [131, '10:00'], { goals: [{ goalId: goalIds[0], outcome: 'achieved' }], view: 'Has found a gardening group of his own.' });
  await journey.does('evaluation', 'record-response', [132, '18:00'], { occasion: 'end', audience: 'supporter', answers: { 'how-it-went': 5, 'what-was-learnt': 'To wait.' } }, hanne);
  await journey.does('evaluation', 'record-response', [133, '11:00'], { occasion: 'end', channel: 'telephone', answers: { 'how-i-cope': 4, 'how-alone': 2, 'did-it-help': 'Yes', 'how-was-the-supporter': 'She never hurried me.' }, by: 'mentee' });
}
