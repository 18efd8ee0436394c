import { administrator, services, siteFacts, staff, supporterEmail, supporters, type ServiceKey, type Sites, type StaffKey, type SupporterFacts, type SupporterKey } from './people.js';
import { addStaff, makeReady, registerOrganisation, registerSupporter, type Organisation, type Stage, type Supporter } from './scenario/cast.js';
import type { Person } from './scenario/person.js';
import { story, type Story } from './scenario/story.js';
import type { Timeline } from './scenario/timeline.js';

/** Everybody and everything that the journeys of a scenario take place among. */
export interface World {
  readonly organisation: Organisation;
  readonly sites: Sites;
  readonly staff: Readonly<Record<StaffKey, Person>>;
  readonly supporters: Readonly<Record<SupporterKey, Supporter>>;
  readonly services: Readonly<Record<ServiceKey, string>>;
}

const calendar = { timeZone: 'Europe/London', workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], holidays: [] };

/** An organisation of two sites with its staff, its directory, its questionnaires and everybody in the register. */
export async function setUpWorld(stage: Stage, timeline: Timeline, days: Days): Promise<World> {
  const organisation = await registerOrganisation(stage, timeline, { name: 'Riverbank Peer Support', administrator });
  const begun = story({ name: 'beginnings', timeline, ...(stage.signal && { signal: stage.signal }) });
  const sites = await openSites(begun, organisation);
  const people = await hireStaff(stage, begun, organisation, sites);
  const listed = await listServices(begun, organisation);
  await publishQuestionnaires(begun, people.riverside);
  const register = await fillRegister(stage, timeline, { sites, staff: people }, days);
  return { organisation, sites, staff: people, supporters: register, services: listed };
}

async function openSites(told: Story, { id, administrator: by }: Organisation): Promise<Sites> {
  const open = async (facts: { readonly name: string; readonly area: string }): Promise<string> => (await told.step(by, `/api/organisations/${id}/open-site`, [0, '10:00'], { ...facts, calendar })).siteId as string;
  return { riverside: await open(siteFacts.riverside), hillside: await open(siteFacts.hillside) };
}

async function hireStaff(stage: Stage, told: Story, organisation: Organisation, sites: Sites): Promise<World['staff']> {
  const hired: [string, Person][] = [];
  for (const [key, member] of Object.entries(staff)) hired.push([key, await addStaff(stage, told, organisation, member(sites))]);
  return Object.fromEntries(hired) as unknown as World['staff'];
}

async function listServices(told: Story, { id, administrator: by }: Organisation): Promise<World['services']> {
  const listed: [string, string][] = [];
  for (const [key, service] of Object.entries(services)) {
    const { serviceId } = await told.step(by, `/api/organisations/${id}/list-service`, [2, '11:00'], { ...service, status: 'active' });
    listed.push([key, serviceId as string]);
  }
  return Object.fromEntries(listed) as unknown as World['services'];
}

const coping = { name: 'how-i-cope', label: 'How well do you cope with everyday life?', type: 'scale', min: 1, max: 5, labels: { '1': 'Not at all', '5': 'Very well' }, required: true };
const alone = { name: 'how-alone', label: 'How alone do you feel?', type: 'scale', min: 1, max: 5, labels: { '1': 'Not at all', '5': 'Very' } };

export const questionnaires = [
  { name: 'At the beginning', occasion: 'baseline', audience: 'mentee', questions: [coping, alone] },
  {
    name: 'Looking back',
    occasion: 'end',
    audience: 'mentee',
    questions: [
      coping,
      alone,
      { name: 'did-it-help', label: 'Did it help?', type: 'choice', options: ['Yes', 'A little', 'No'], required: true },
      { name: 'how-was-the-supporter', label: 'How was your supporter?', type: 'text' },
      { name: 'what-to-change', label: 'What should we do better?', type: 'text' },
    ],
  },
  { name: 'The supporter looks back', occasion: 'end', audience: 'supporter', questions: [{ name: 'how-it-went', label: 'How did it go?', type: 'scale', min: 1, max: 5, required: true }, { name: 'what-was-learnt', label: 'What did you learn?', type: 'text' }] },
] as const;

async function publishQuestionnaires(told: Story, coordinator: Person): Promise<void> {
  for (const questionnaire of questionnaires) await told.step(coordinator, '/api/evaluation/questionnaires/configure-questionnaire', [3, '11:00'], questionnaire);
}

/** Days of the world's story on which supporters were made ready and were last supervised. */
export interface Days {
  readonly registered: number;
  readonly supervised: readonly number[];
}

async function fillRegister(stage: Stage, timeline: Timeline, world: Pick<World, 'sites' | 'staff'>, days: Days): Promise<World['supporters']> {
  const register: [string, Supporter][] = [];
  for (const [key, facts] of Object.entries(supporters) as [SupporterKey, SupporterFacts][]) {
    const told = story({ name: `supporter-${key}`, timeline, ...(stage.signal && { signal: stage.signal }) });
    const { name, capacity, profile } = facts;
    const coordinator = world.staff[facts.site];
    const supporter = await registerSupporter(stage, told, coordinator, { name, capacity, profile, email: supporterEmail(key), siteId: world.sites[facts.site] }, days.registered);
    await makeReady(told, { coordinator, supervisor: world.staff.supervisor, supporter }, readinessOf(facts, days));
    if (facts.standing === 'paused') await told.step(coordinator, `/api/supporters/${supporter.id}/pause-supporter`, [(days.supervised.at(-1) ?? 0) + 1, '12:00'], { reason: 'Some weeks with the family.' });
    register.push([key, supporter]);
  }
  return Object.fromEntries(register) as unknown as World['supporters'];
}

function readinessOf({ standing }: SupporterFacts, { registered, supervised }: Days) {
  const whole = { trainedOn: registered + 9, checkedOn: registered + 14, recoveryConfirmedOn: registered + 15, agreementSignedOn: registered + 16, supervisedOn: supervised };
  switch (standing) {
    case 'in-training':
      return { checkedOn: whole.checkedOn };
    case 'check-expired':
      return { ...whole, checkExpiresOn: (supervised.at(-1) ?? 0) - 3 };
    case 'supervision-overdue':
      return { ...whole, supervisedOn: supervised.slice(0, 1) };
    default:
      return whole;
  }
}
