import { InvalidField, refuseUnless } from '@alongside/event-sourcing';
import { command, type CommandRoute, type Request } from '@alongside/service';
import { concernedAggregate, openConcernsAbout } from '../domain/concerned.js';
import { DeathCorrected, PersonDied, PersonErased, ReferrerErased } from '../domain/events.js';
import { personAggregate } from '../domain/person.js';
import { referralAggregate as aggregate } from '../domain/referral.js';
import { openSafeguardingConcerns, type OpenConcern, type Referral } from '../domain/state.js';
import { erase, erasureOf, joinPerson, personOf, type ErasureOrder } from '../reactions/erasure.js';
import { eraseReferrer, referrerErasure } from '../reactions/referrers.js';
import type { KnownJourney } from '../reactions/told-elsewhere.js';
import { supportersAmong, wholePerson } from '../reactions/whole-person.js';
import { CorrectDeath, ErasePerson, EraseReferrer, RecordDeath } from './bodies.js';
import { current, dataOf, journeyOf } from './request.js';
import { dateAt } from './settings.js';

/** Safeguarding concerns that are open on any journey of the person, or about them where they are a supporter too. */
async function concernsOf(request: Request, journeys: readonly KnownJourney[]): Promise<readonly OpenConcern[]> {
  const about = await Promise.all(supportersAmong(journeys).map(async (id) => openConcernsAbout(id, (await request.load(concernedAggregate, id))?.state ?? { concerns: {} })));
  return [...journeys.flatMap(({ journey }) => openSafeguardingConcerns(journey)), ...about.flat()];
}

/** The order, once it stands in the log; of a person who was erased before, what was ordered then. */
async function orderErasure(request: Request<ErasePerson>, journeyId: string): Promise<ErasureOrder> {
  const { personId, journeys } = await wholePerson(request, journeyId);
  mustBeOneOf(journeys, journeyId);
  const { reason, overrideReason } = request.body;
  const asked = { personId, reason, ...(overrideReason !== undefined && { overrideReason }) };
  const concerns = await concernsOf(request, journeys);
  const openConcernIds = concerns.filter(({ aboutId }) => aboutId !== request.actor.id).map(({ concernId }) => concernId);
  const found = { there: journeys.map((each) => each.journeyId), supporterIds: supportersAmong(journeys), openConcernIds, aboutWhoAsks: openConcernIds.length < concerns.length };
  await request.execute(personAggregate, personId, 'order-erasure', { ...asked, ...found }, { occurredAt: request.now });
  const person = await personOf(request, personId);
  return { ...asked, ...person?.erasure, subjects: person?.erasure?.subjects ?? [], journeyIds: found.there };
}

/** Whoever is asked for is one of the person: unless it was decided just now that they are not. */
const mustBeOneOf = (journeys: readonly KnownJourney[], asked: string): void => refuseUnless(journeys.some(({ journeyId }) => journeyId === asked), 'link-under-way');

const voiced = ({ body: { by } }: Request<ErasePerson | EraseReferrer>) => (by === undefined ? {} : { by });

const underWay = { 'link-under-way': 'A referral is being linked to the person, or unlinked, at this moment: look again, and repeat it if it is still right.' };
const confirmed = { 'unknown-referral': 'There is no such referral.' };

export const personCommands: readonly CommandRoute[] = [
  command<ErasePerson, Referral>({
    name: 'erase-person',
    says: 'Erases the person for good: every subject of theirs, in every context. Answers when all is done.',
    aggregate,
    access: { roles: ['administrator'] },
    body: ErasePerson,
    tellsOfNobody: true,
    events: [PersonErased],
    rules: {
      ...confirmed,
      'open-safeguarding-concern': 'A safeguarding concern is open: an administrator may override it with a reason.',
      ...underWay,
      'not-ready-to-erase': 'Something has to be reviewed first: another administrator can say more.',
    },
    run: async (request) => {
      const journeyId = request.params['id'] ?? '';
      const order = await orderErasure(request, journeyId);
      // Here first, so that it stands in the log as theirs who asked for it, and not as done by the process that finishes what a crash left.
      const executed = await request.execute(aggregate, journeyId, 'erase-person', { ...erasureOf(order), ...voiced(request) });
      await erase(request, order, journeyId);
      return executed;
    },
  }),
  command<EraseReferrer, Referral>({
    name: 'erase-referrer',
    says: 'Erases who referred, for good, here and on every other referral that named them alike. Answers when all is done.',
    aggregate,
    access: { roles: ['administrator'] },
    body: EraseReferrer,
    tellsOfNobody: true,
    events: [ReferrerErased],
    rules: {
      ...confirmed,
      'no-referrer': 'Nobody else referred them.',
      'referrer-signs-in': 'They are on the list of staff: remove and erase them there.',
    },
    run: async (request) => {
      const journeyId = request.params['id'] ?? '';
      const order = await referrerErasure(request, journeyId, current(await journeyOf(request, journeyId)), request.body.reason);
      const executed = await request.execute(aggregate, journeyId, 'erase-referrer', { ...order, ...voiced(request) });
      await eraseReferrer(request, order, journeyId);
      return executed;
    },
    answer: (_request, { events }) => ({ journeyIds: events.flatMap(({ data }) => (data as unknown as { readonly journeyIds: readonly string[] }).journeyIds) }),
  }),
  command<RecordDeath, Referral>({
    name: 'record-death',
    says: 'Writes down that the person has died: everything to come is cancelled, on every journey of theirs.',
    aggregate,
    access: { roles: ['coordinator'] },
    body: RecordDeath,
    events: [PersonDied],
    rules: { ...confirmed, ...underWay, 'person-erased': 'The person was erased.' },
    run: async (request) => {
      const journeyId = request.params['id'] ?? '';
      const journey = current(await journeyOf(request, journeyId));
      const data = dataOf(request);
      const today = await dateAt(request, journey.organisationId, journey.siteId, request.occurredAt);
      if (data.diedOn !== undefined && data.diedOn > today) throw new InvalidField([{ path: 'diedOn', code: 'in-the-future' }]);
      const { personId, journeys } = await wholePerson(request, journeyId);
      mustBeOneOf(journeys, journeyId);
      const executed = await request.execute(aggregate, journeyId, 'record-death', data);
      await request.execute(personAggregate, personId, 'record-death', { toldOn: journeyId, there: journeys.map((each) => each.journeyId) }, { occurredAt: request.now });
      for (const { journeyId: other } of journeys) {
        if (other !== journeyId) await request.execute(aggregate, other, 'record-death', data, { as: `death/${other}`, occurredAt: request.now });
      }
      return executed;
    },
  }),
  command<CorrectDeath, Referral>({
    name: 'correct-death',
    says: 'Takes back a death that was written down by mistake, on every journey of the person. What it ended stays ended; they may come anew.',
    aggregate,
    access: { roles: ['coordinator'] },
    body: CorrectDeath,
    events: [DeathCorrected],
    rules: { ...confirmed, 'person-erased': 'The person was erased.', 'death-not-recorded': 'Nobody has written down that they have died.' },
    run: async (request) => {
      const journeyId = request.params['id'] ?? '';
      const journey = current(await journeyOf(request, journeyId));
      const executed = await request.execute(aggregate, journeyId, 'correct-death', dataOf(request));
      await joinPerson(request, journeyId, journey);
      const told = (await personOf(request, journey.personId))?.toldOfDeath ?? [];
      await request.execute(personAggregate, journey.personId, 'correct-death', { toldOn: journeyId }, { occurredAt: request.now });
      for (const other of told) {
        if (other !== journeyId) await request.execute(aggregate, other, 'note-death-corrected', {}, { as: `death-corrected/${other}`, occurredAt: request.now });
      }
      return executed;
    },
  }),
];
