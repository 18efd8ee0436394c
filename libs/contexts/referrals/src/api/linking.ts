import { coordinates, type Executed, type Request } from '@alongside/service';
import { ReferralLinkedToPerson } from '../domain/events.js';
import { journeysOf, nobody, personAggregate, type Person } from '../domain/person.js';
import { referralAggregate } from '../domain/referral.js';
import { isOpen, type Journey } from '../domain/state.js';
import type { ToldElsewhere } from '../domain/told.js';
import { joinPerson, moveToPerson, personOf, type Move } from '../reactions/erasure.js';
import { answersToldOn, safeContactToldOn, type KnownJourney } from '../reactions/told-elsewhere.js';
import { unlinkPastReferrals } from '../reactions/past-referrals.js';
import type { LinkToPerson, UnlinkFromPerson } from './bodies.js';
import { current, dataOf, journeyOf } from './request.js';

interface Found {
  readonly personId: string;
  readonly person: Person;
  readonly journeys: readonly KnownJourney[];
  /** Of the set still, and another person's by now. */
  readonly elsewhere: readonly string[];
}

async function found(request: Request, personId: string): Promise<Found> {
  const person = (await personOf(request, personId)) ?? nobody;
  const journeys: KnownJourney[] = [];
  const elsewhere: string[] = [];
  for (const journeyId of journeysOf(person)) {
    const journey = await journeyOf(request, journeyId);
    if (journey?.personId === personId) journeys.push({ journeyId, journey });
    else elsewhere.push(journeyId);
  }
  return { personId, person, journeys, elsewhere };
}

interface Target extends Found {
  /** The journey by which they were known as another person. */
  readonly by?: string;
}

/** Whom a person id stands for: where its own journey was linked to somebody meanwhile, that one. */
async function whoIs(request: Request, personId: string, organisationId: string): Promise<Target> {
  const seen = [personId];
  let by: string | undefined;
  for (;;) {
    const asked = await found(request, seen.at(-1) ?? personId);
    const own = asked.person.firstJourneyId;
    const journey = own === undefined || asked.person.organisationId !== organisationId ? undefined : await journeyOf(request, own);
    if (own === undefined || journey?.ownPersonId !== asked.personId || (journey.personId !== asked.personId && seen.includes(journey.personId))) return { ...asked, ...(by !== undefined && { by }) };
    if (journey.personId === asked.personId) {
      // Of the set before it is decided upon: a link that was taken back just now.
      if (!(own in asked.person.journeys)) await joinPerson(request, own, journey);
      return { ...(await found(request, asked.personId)), ...(by !== undefined && { by }) };
    }
    by ??= own;
    seen.push(journey.personId);
  }
}

/** A person that was raised as a possible duplicate, or has a journey at a site of the coordinator's. */
async function isKnown(request: Request<LinkToPerson>, { organisationId, duplicates }: Journey, { person, journeys, by }: Target): Promise<boolean> {
  if (person.organisationId !== organisationId || person.erasure || journeys.length === 0) return false;
  const asked = by === undefined ? undefined : await journeyOf(request, by);
  return duplicates[request.body.personId] !== undefined || [...journeys.map(({ journey }) => journey), ...(asked ? [asked] : [])].some(({ siteId }) => coordinates(request.user, siteId));
}

/** What the person told on their journeys so far. */
async function toldBefore(request: Request, journey: Journey, journeys: readonly KnownJourney[]): Promise<ToldElsewhere> {
  const others = journeys.filter(({ journeyId }) => journeyId !== request.params['id']);
  const safeContact = await safeContactToldOn(request, journey, others);
  // Nobody comes to see a record of another site by linking to it; how not to harm somebody is for all to know.
  const seen = others.filter((each) => coordinates(request.user, each.journey.siteId));
  return { ...(safeContact && { safeContact }), answers: await answersToldOn(request, journey, seen) };
}

/**
 * Both persons are asked, so that of two links that cannot both hold, one is refused: the one that is linked to awaits the journey and
 * goes to nobody meanwhile; then the other lets it go, and takes nobody in. A reservation that nothing follows upon ends by itself. Answers
 * since when it is reserved.
 */
async function reserve(request: Request, journeyId: string, journey: Journey, to: Found): Promise<string | undefined> {
  await joinPerson(request, journeyId, journey);
  const from = await found(request, journey.personId);
  const setOut = { personId: from.personId, journeyId, toPersonId: to.personId, open: from.journeys.flatMap((each) => (isOpen(each.journey) ? [each.journeyId] : [])), left: [...from.elsewhere, ...from.journeys.flatMap((each) => (isOpen(each.journey) ? [] : [each.journeyId]))] };
  // Whatever else would refuse it is asked before anything is reserved.
  personAggregate.decider.decide['set-out']({ type: 'set-out', data: setOut, actor: request.actor, occurredAt: request.now, now: request.now, newId: request.newId }, from.person);
  // A repeat of a request that stopped half-way reserves anew.
  const as = (step: string) => ({ as: `${step}/${journeyId}/${to.personId}/${request.now}`, occurredAt: request.now });
  const awaited = await request.execute(personAggregate, to.personId, 'await-journey', { journeyId, fromPersonId: from.personId, there: to.journeys.map((each) => each.journeyId) }, as('await'));
  await request.execute(personAggregate, from.personId, 'set-out', setOut, as('set-out'));
  return awaited.events[0]?.metadata.recordedAt;
}

/** Answers since when nobody is erased where the journey is about to leave. */
async function letGo(request: Request, journeyId: string, journey: Journey, { personId, fromPersonId }: Move): Promise<string | undefined> {
  await joinPerson(request, journeyId, journey);
  const { events } = await request.execute(personAggregate, fromPersonId, 'let-go', { journeyId, toPersonId: personId }, { as: `let-go/${journeyId}/${request.now}`, occurredAt: request.now });
  return events[0]?.metadata.recordedAt;
}

/**
 * The person is told before it is taken back, so that nobody is erased who is somebody else by then. What a crash leaves undone is
 * finished by the process `keep-persons`.
 */
export async function unlink(request: Request<UnlinkFromPerson>): Promise<Executed> {
  const journeyId = request.params['id'] ?? '';
  const journey = current(await journeyOf(request, journeyId));
  const move = { personId: journey.ownPersonId, fromPersonId: journey.personId };
  const isLinked = isOpen(journey) && !journey.erased && !journey.died && move.personId !== move.fromPersonId;
  const reservedAt = isLinked ? await letGo(request, journeyId, journey, move) : undefined;
  const executed = await request.execute(referralAggregate, journeyId, 'unlink-from-person', { ...dataOf(request), ...(reservedAt !== undefined && { reservedAt }) });
  if (isLinked) {
    await moveToPerson(request, journeyId, journey, move);
    await unlinkPastReferrals(request, journeyId, move);
  }
  return executed;
}

/** What a crash leaves between link and set is finished by the process `keep-persons`. */
export async function link(request: Request<LinkToPerson>): Promise<Executed> {
  const journeyId = request.params['id'] ?? '';
  const journey = current(await journeyOf(request, journeyId));
  const to = await whoIs(request, request.body.personId, journey.organisationId);
  const known = await isKnown(request, journey, to);
  const data = {
    ...dataOf(request),
    personId: to.personId,
    ...(to.by !== undefined && { found: { personId: request.body.personId, journeyId: to.by } }),
    known,
    died: to.person.toldOfDeath.length > 0,
    ...(known && { told: await toldBefore(request, journey, to.journeys) }),
  };
  const command = { type: 'link-to-person' as const, data, actor: request.actor, occurredAt: request.occurredAt, now: request.now, newId: request.newId };
  const links = referralAggregate.decider.decide['link-to-person'](command, journey).some(({ type }) => type === ReferralLinkedToPerson.type);
  const reservedAt = links ? await reserve(request, journeyId, journey, to) : undefined;
  const executed = await request.execute(referralAggregate, journeyId, command.type, { ...data, ...(reservedAt !== undefined && { reservedAt }) });
  if (links) await joinPerson(request, journeyId, { ...journey, personId: to.personId });
  return executed;
}
