// Everything that the journeys take place among, made through the API.
import { setTimeout as pause } from 'node:timers/promises';
import { acceptInvitation, ask, bearer, registerOrganisation, signIn } from '../system.mjs';

const password = 'correct horse battery staple';
const today = () => new Date().toISOString().slice(0, 10);
const supporters = 3;

/** How long word may take to reach another context, in milliseconds. */
const patience = 30_000;

async function untilHeard(work) {
  for (const began = performance.now(); ; await pause(50)) {
    try {
      return await work();
    } catch (error) {
      const mayChange = error.status === 404 || error.status === 409 || error.status === 422 || error.status === 503;
      if (!mayChange || performance.now() - began > patience) throw error;
    }
  }
}

/** An organisation with a site, a coordinator, a supervisor, an auditor and supporters who may be matched. */
export async function setUp(system) {
  const base = system.url;
  const { organisationId, session, ...account } = await registerOrganisation(system);
  const administrator = { ...account, token: session.token };
  const post = (path, token, body) => untilHeard(() => ask(`${base}${path}`, { method: 'POST', headers: bearer(token), body }));
  const calendar = { timeZone: 'Europe/London', workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], holidays: [] };
  const { siteId } = await post(`/api/organisations/${organisationId}/open-site`, administrator.token, { name: 'Riverside', area: 'East', calendar });

  const staff = async (role, name, email) => {
    const added = await post(`/api/organisations/${organisationId}/add-staff-member`, administrator.token, { name, email, grants: [{ role, allSites: true }] });
    const { token } = await untilHeard(() => acceptInvitation(base, added.link, email, password));
    return { id: added.staffId, email, password, token };
  };
  const coordinator = await staff('coordinator', 'Tobin Farrowmere', 'coordinator@example.org');
  const supervisor = await staff('supervisor', 'Marit Oakenshield', 'supervisor@example.org');

  const auditor = await staff('auditor', 'Conrad Pellworthy', 'auditor@example.org');

  const register = [];
  for (let number = 1; number <= supporters; number += 1) register.push(await supporterOf({ base, post, siteId, coordinator, supervisor, number }));
  return { siteId, administrator, coordinator, supervisor, auditor, supporters: register };
}

async function supporterOf({ base, post, siteId, coordinator, supervisor, number }) {
  const email = `supporter-${number}@example.org`;
  const registered = await post('/api/supporters/register-supporter', coordinator.token, {
    siteId,
    name: `Rosa Lindqvist the ${['First', 'Second', 'Third'][number - 1]}`,
    email,
    capacity: 2,
    knownAs: 'Rosa',
    livedExperience: ['mental-health'],
    interests: ['walking'],
    dislikes: [],
    languages: ['en'],
    area: 'East',
    remote: true,
    availability: [{ day: 'monday', from: '09:00', to: '17:00' }],
    disclosure: { 'first-name': 'before-accepting', interests: 'before-accepting', contact: 'never' },
  });
  const { token } = await untilHeard(() => acceptInvitation(base, registered.link, email, password));
  const of = (command, body) => post(`/api/supporters/${registered.id}/${command}`, coordinator.token, body);
  await of('record-training', { training: 'peer-support-foundation', completedOn: today() });
  await of('record-check', { check: 'background-check', checkedOn: today(), outcome: 'passed' });
  await of('confirm-recovery', { note: 'Steady.' });
  await of('sign-supporter-agreement', { version: 1, how: 'on-paper' });
  const supervision = (command, by, body) => post(`/api/supervision/supporters/${registered.id}/${command}`, by.token, body);
  await supervision('assign-supervisor', coordinator, { supervisorId: supervisor.id });
  await supervision('agree-supervision', supervisor, { form: 'one-to-one' });
  await supervision('record-supervision', supervisor, { form: 'one-to-one', minutes: 50 });
  return { id: registered.id, email, password, token };
}

/** Tokens last minutes only. */
export async function renewToken(base, person) {
  person.token = (await signIn(base, person.email, person.password)).token;
}

export async function signInAgain(base, { administrator, coordinator, supervisor, auditor, supporters: register }) {
  for (const person of [administrator, coordinator, supervisor, auditor, ...register]) await renewToken(base, person);
}
