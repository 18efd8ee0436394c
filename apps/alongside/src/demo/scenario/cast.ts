import { anybody, signedIn, type Person } from './person.js';
import { StepRefused, story, until, type Story } from './story.js';
import type { Timeline } from './timeline.js';
import type { Transport } from './transport.js';

/** What a scenario is played on: the way in, the one-time set-up token, a prefix for its keys. */
export interface Stage {
  readonly transport: Transport;
  readonly setUpToken: string;
  /** Of everybody in the scenario. */
  readonly password: string;
  readonly signal?: AbortSignal;
}

export interface Organisation {
  readonly id: string;
  readonly administrator: Person;
}

/** Everybody asks from an address of their own: limits count for each of them. */
const addressOf = (email: string): string => {
  const sum = [...email].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 65_536, 7);
  return `10.84.${sum >> 8}.${sum & 255}`;
};

/** Sets the password by the one-time link; a link that was used already has set it. */
export async function accept(stage: Stage, link: string, { id, email }: { readonly id: string; readonly email: string }): Promise<Person> {
  const path = new URL(link).pathname;
  const visitor = anybody(stage.transport, addressOf(email));
  const answer = await until(() => visitor.post(path, { password: stage.password }), ({ status }) => status !== 503, stage.signal);
  if (answer.status >= 300 && answer.body?.code !== 'invitation-spent') throw new StepRefused('/api/session/invitations/:token', answer);
  return signedIn(stage.transport, { id, email, password: stage.password }, addressOf(email));
}

/** Somebody from outside, each visitor from another address. */
export const visitor = (stage: Stage, name: string): Person => anybody(stage.transport, addressOf(name));

export async function registerOrganisation(
  stage: Stage,
  timeline: Timeline,
  { name, administrator }: { readonly name: string; readonly administrator: { readonly name: string; readonly email: string } },
): Promise<Organisation> {
  const setUp = story({ name: 'set-up', timeline, ...(stage.signal && { signal: stage.signal }) });
  const registered = await setUp.step(visitor(stage, 'set-up'), '/api/organisations/register-organisation', [0, '09:00'], { setUpToken: stage.setUpToken, name, administrator });
  const person = await accept(stage, registered.link as string, { id: registered.administratorId as string, email: administrator.email });
  return { id: registered.id as string, administrator: person };
}

export interface StaffMember {
  readonly name: string;
  readonly email: string;
  readonly agency?: string;
  readonly grants: readonly { readonly role: string; readonly allSites?: true; readonly sites?: readonly string[] }[];
}

export async function addStaff(stage: Stage, told: Story, { id, administrator }: Organisation, member: StaffMember): Promise<Person> {
  const added = await told.step(administrator, `/api/organisations/${id}/add-staff-member`, [1, '10:00'], member);
  return accept(stage, added.link as string, { id: added.staffId as string, email: member.email });
}

export interface SupporterTraits {
  readonly name: string;
  readonly email: string;
  readonly siteId: string;
  readonly capacity: number;
  readonly profile: object;
}

export interface Supporter extends Person {
  readonly name: string;
}

/** Registers somebody as a peer supporter, with an account of their own. */
export async function registerSupporter(stage: Stage, told: Story, coordinator: Person, { profile, ...facts }: SupporterTraits, day = 0): Promise<Supporter> {
  const registered = await told.step(coordinator, '/api/supporters/register-supporter', [day, '11:00'], { ...facts, ...profile });
  const person = await accept(stage, registered.link as string, { id: registered.id as string, email: facts.email });
  return { ...person, name: facts.name };
}

/** What makes somebody eligible. Days are those of the story; what is not named is not done. */
export interface Readiness {
  readonly trainedOn?: number;
  readonly recoveryConfirmedOn?: number;
  readonly agreementSignedOn?: number;
  readonly checkedOn?: number;
  /** As the document says; else it follows from the requirements. */
  readonly checkExpiresOn?: number;
  readonly supervisedOn?: readonly number[];
}

export async function makeReady(told: Story, { coordinator, supervisor, supporter }: { readonly coordinator: Person; readonly supervisor: Person; readonly supporter: Person }, done: Readiness): Promise<void> {
  const { timeline } = told;
  const of = (command: string): string => `/api/supporters/${supporter.id}/${command}`;
  const supervision = (command: string): string => `/api/supervision/supporters/${supporter.id}/${command}`;
  const { trainedOn, recoveryConfirmedOn, agreementSignedOn, checkedOn, checkExpiresOn, supervisedOn = [] } = done;
  if (trainedOn !== undefined) await told.step(coordinator, of('record-training'), [trainedOn, '16:00'], { training: 'peer-support-foundation', completedOn: timeline.date(trainedOn) });
  if (checkedOn !== undefined)
    await told.step(coordinator, of('record-check'), [checkedOn, '16:10'], {
      check: 'background-check',
      checkedOn: timeline.date(checkedOn),
      ...(checkExpiresOn !== undefined && { expiresOn: timeline.date(checkExpiresOn) }),
      outcome: 'passed',
    });
  if (recoveryConfirmedOn !== undefined) await told.step(coordinator, of('confirm-recovery'), [recoveryConfirmedOn, '16:20'], { note: 'Steady, and knows when to ask for help.' });
  if (agreementSignedOn !== undefined) await told.step(coordinator, of('sign-supporter-agreement'), [agreementSignedOn, '16:30'], { version: 1, how: 'on-paper' });
  if (supervisedOn.length === 0) return;
  await told.step(coordinator, supervision('assign-supervisor'), [supervisedOn[0] ?? 0, '09:00'], { supervisorId: supervisor.id });
  await told.step(supervisor, supervision('agree-supervision'), [supervisedOn[0] ?? 0, '09:30'], { form: 'one-to-one' });
  for (const day of supervisedOn) await told.step(supervisor, supervision('record-supervision'), [day, '10:00'], { form: 'one-to-one', minutes: 50, notes: 'How the last weeks went, and what they asked of them.' });
}
