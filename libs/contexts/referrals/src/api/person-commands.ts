import { InvalidField } from '@alongside/event-sourcing';
import { command, type CommandRoute, type Request } from '@alongside/service';
import { PersonDied, PersonErased } from '../domain/events.js';
import { journeysOf, personAggregate } from '../domain/person.js';
import { referralAggregate as aggregate } from '../domain/referral.js';
import { openSafeguardingConcerns, type Journey, type Referral } from '../domain/state.js';
import { erase, erasureOf, joinPerson, personOf, type ErasureOrder } from '../reactions/erasure.js';
import { ErasePerson, RecordDeath } from './bodies.js';
import { current, dataOf, journeyOf } from './request.js';
import { dateAt } from './settings.js';

async function concernsOf(request: Request, journeyIds: readonly string[]): Promise<readonly string[]> {
  const journeys = await Promise.all(journeyIds.map((each) => journeyOf(request, each)));
  return journeys.flatMap((each) => (each ? openSafeguardingConcerns(each) : []));
}

/** The order, once it stands in the log; of a person who was erased before, what was ordered then. */
async function orderErasure(request: Request<ErasePerson>, journeyId: string, journey: Journey): Promise<ErasureOrder> {
  const { personId } = journey;
  await joinPerson(request, journeyId, journey);
  const journeyIds = journeysOf((await personOf(request, personId)) ?? { journeys: {}, otherSubjects: [], toldOfDeath: [] });
  const { reason, overrideReason } = request.body;
  const asked = { personId, reason, ...(overrideReason !== undefined && { overrideReason }) };
  await request.execute(personAggregate, personId, 'order-erasure', { ...asked, openConcernIds: await concernsOf(request, journeyIds) }, { occurredAt: request.now });
  const person = await personOf(request, personId);
  return { ...asked, ...person?.erasure, subjects: person?.erasure?.subjects ?? [], journeyIds: person ? journeysOf(person) : [journeyId] };
}

export const personCommands: readonly CommandRoute[] = [
  command<ErasePerson, Referral>({
    name: 'erase-person',
    says: 'Erases the person for good: every subject of theirs, in every context. Answers when all is done.',
    aggregate,
    access: { roles: ['administrator'] },
    body: ErasePerson,
    tellsOfNobody: true,
    events: [PersonErased],
    rules: { 'unknown-referral': 'There is no such referral.', 'open-safeguarding-concern': 'A safeguarding concern is open: an administrator may override it with a reason.' },
    run: async (request) => {
      const journeyId = request.params['id'] ?? '';
      const order = await orderErasure(request, journeyId, current(await journeyOf(request, journeyId)));
      // Here first, so that it stands in the log as theirs who asked for it, and not as done by the process that finishes what a crash left.
      const executed = await request.execute(aggregate, journeyId, 'erase-person', erasureOf(order));
      await erase(request, order, journeyId);
      return executed;
    },
  }),
  command<RecordDeath, Referral>({
    name: 'record-death',
    says: 'Writes down that the person has died: everything to come is cancelled, on every journey of theirs.',
    aggregate,
    access: { roles: ['coordinator'] },
    body: RecordDeath,
    events: [PersonDied],
    rules: { 'unknown-referral': 'There is no such referral.', 'person-erased': 'The person was erased.' },
    run: async (request) => {
      const journeyId = request.params['id'] ?? '';
      const journey = current(await journeyOf(request, journeyId));
      const data = dataOf(request);
      const today = await dateAt(request, journey.organisationId, journey.siteId, request.occurredAt);
      if (data.diedOn !== undefined && data.diedOn > today) throw new InvalidField([{ path: 'diedOn', code: 'in-the-future' }]);
      const executed = await request.execute(aggregate, journeyId, 'record-death', data);
      await joinPerson(request, journeyId, journey);
      await request.execute(personAggregate, journey.personId, 'record-death', { toldOn: journeyId }, { occurredAt: request.now });
      for (const other of journeysOf((await personOf(request, journey.personId)) ?? { journeys: {}, otherSubjects: [], toldOfDeath: [] })) {
        if (other !== journeyId) await request.execute(aggregate, other, 'record-death', data, { as: `death/${other}`, occurredAt: request.now });
      }
      return executed;
    },
  }),
];
