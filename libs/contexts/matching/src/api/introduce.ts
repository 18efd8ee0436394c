import { dateIn, type Disclosure, type DisclosedToSupporter, type MatchingInformation, type SafeContact } from '@alongside/contracts';
import { Refusal } from '@alongside/event-sourcing';
import { RevisionConflict } from '@alongside/event-store';
import { command, type CommandRoute, type Executed, type Request, type Work } from '@alongside/service';
import { menteeAsTold } from '../domain/disclosure.js';
import { IntroductionAbandoned, MatchIntroduced } from '../domain/matching-events.js';
import { wasIntroduced, type KnownMatching, type Matching } from '../domain/matching-state.js';
import { matchingAggregate } from '../domain/matching.js';
import { mustBeNoFormerPair, readyToIntroduce } from '../domain/proposing.js';
import { PlaceTaken } from '../domain/supporter-events.js';
import { supporterAggregate } from '../domain/supporter.js';
import { barriersToAsked } from './asked.js';
import { earlierJourneys } from './considering.js';
import { Introduce } from './matching-bodies.js';
import { mayNotBeMatched, noFormerPair } from './proposal-commands.js';
import { knownContact, requiredOf, timeZoneOf } from './settings.js';

/** News that arrives just now (a safe contact, another coordinator) moves the stream; whether it still may be is asked again. */
const mostAttempts = 5;

/** What the mentee allowed their supporter to know, from what was told last. */
async function disclosedBy(work: Work, state: KnownMatching): Promise<DisclosedToSupporter> {
  const told = await work.open({
    information: state.information,
    disclosure: state.disclosure,
    safeContact: state.safeContact,
    knownAs: 'knownAs' in state ? state.knownAs : undefined,
  });
  const { information, disclosure, safeContact, knownAs } = told as {
    readonly information?: MatchingInformation | 'erased';
    readonly disclosure?: Disclosure | 'erased';
    readonly safeContact?: SafeContact | 'erased';
    readonly knownAs?: string;
  };
  if (information === undefined || information === 'erased' || disclosure === undefined || disclosure === 'erased') return {};
  return menteeAsTold(information, disclosure, true, { knownAs, safeContact: safeContact === 'erased' ? undefined : safeContact });
}

/** The place that a stopped introduction holds is freed, but only once nobody can be introduced by it any more. */
export async function abandon(work: Work, journeyId: string, introduction: { readonly proposalId: string; readonly relationshipId: string; readonly supporterId: string }): Promise<void> {
  await work.execute(matchingAggregate, journeyId, 'abandon-introduction', introduction);
  const { supporterId, relationshipId } = introduction;
  await work.execute(supporterAggregate, supporterId, 'release-place', { relationshipId, cause: 'introduction-abandoned' });
}

/**
 * A place is scarce and has a stream of its own: it is taken first, then the introduction is written at exactly the revision that
 * was read. What a crash leaves between the two is finished by the process `finish-introduction`.
 */
async function introduce(request: Request<Introduce>): Promise<Executed> {
  const journeyId = request.params['id'] ?? '';
  const { contactPersonId, firstMeetingAt, firstMeetingPlace, by } = request.body;
  const relationshipId = request.newId('relationship');
  const data = {
    relationshipId,
    contactPersonId,
    firstMeetingAt,
    ...(firstMeetingPlace !== undefined && { firstMeetingPlace }),
    ...(by !== undefined && { by }),
  };
  for (let attempt = 1; ; attempt += 1) {
    const loaded = await request.load<Matching>(matchingAggregate, journeyId);
    const state: Matching = loaded?.state ?? { status: 'none' };
    // A repeat: its event is found again, or nothing follows.
    if (wasIntroduced(state, relationshipId)) return request.execute(matchingAggregate, journeyId, 'introduce', { ...data, proposalId: '', disclosed: {} });
    const { proposalId, supporterId } = readyToIntroduce(state, undefined, await barriersToAsked(request, state, request.occurredAt));
    const known = state as KnownMatching;
    // The person may have turned out to be another since it was proposed.
    const earlier = await earlierJourneys(request, known);
    mustBeNoFormerPair(known, supporterId, { past: earlier.failed, connections: Object.entries(earlier.connections).map(([id, { menteeAgrees }]) => ({ supporterId: id, menteeAgrees })) });
    await knownContact(request, known.organisationId, known.siteId, contactPersonId, 'contactPersonId');
    const introduction = { ...data, proposalId, disclosed: await disclosedBy(request, known) };
    // Whatever else would refuse it is asked before a place is taken.
    matchingAggregate.decider.decide.introduce({ type: 'introduce', data: introduction, actor: request.actor, occurredAt: request.occurredAt, now: request.now, newId: request.newId }, state);
    await takePlace(request, known.organisationId, { journeyId, supporterId, relationshipId, proposalId });
    try {
      const expectedRevision = loaded?.revision ?? 'no-stream';
      return await request.execute(matchingAggregate, journeyId, 'introduce', introduction, { expectedRevision });
    } catch (error) {
      const lost = error instanceof Refusal || error instanceof RevisionConflict;
      if (!lost) throw error;
      const again = error instanceof RevisionConflict && attempt < mostAttempts && (await standsStill(request, journeyId, proposalId));
      if (again) continue;
      await abandon(request, journeyId, { proposalId, relationshipId, supporterId });
      // Says which rule it is that refuses now.
      const now: Matching = (await request.load<Matching>(matchingAggregate, journeyId))?.state ?? { status: 'none' };
      readyToIntroduce(now, proposalId, await barriersToAsked(request, now, request.occurredAt));
      throw error;
    }
  }
}

async function standsStill(request: Request, journeyId: string, proposalId: string): Promise<boolean> {
  try {
    readyToIntroduce((await request.load<Matching>(matchingAggregate, journeyId))?.state ?? { status: 'none' }, proposalId);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

async function takePlace(request: Request, organisationId: string, place: { readonly journeyId: string; readonly supporterId: string; readonly relationshipId: string; readonly proposalId: string }): Promise<void> {
  const { supporterId, ...taken } = place;
  const supporter = (await request.load(supporterAggregate, supporterId))?.state;
  const siteId = supporter === undefined || supporter.status === 'none' ? undefined : supporter.siteId;
  const timeZone = await timeZoneOf(request, organisationId, siteId);
  const required = await requiredOf(request, organisationId);
  await request.execute(supporterAggregate, supporterId, 'take-place', { ...taken, timeZone, required, today: dateIn(timeZone, request.occurredAt) }, { occurredAt: request.occurredAt });
}

export const introduceCommand: CommandRoute = command<Introduce, Matching>({
  name: 'introduce',
  says: "Introduces mentee and supporter: takes one of the supporter's places, names the contact person and the first meeting, opens the relationship.",
  aggregate: matchingAggregate,
  access: { roles: ['coordinator'] },
  body: Introduce,
  events: [PlaceTaken, MatchIntroduced, IntroductionAbandoned],
  rules: {
    ...mayNotBeMatched,
    'not-waiting': 'The mentee does not wait for a match.',
    'no-open-proposal': 'Nothing is proposed at the moment.',
    'agreement-withdrawn': 'The mentee has withdrawn the confidentiality agreement.',
    'not-accepted-by-both': 'One side, or both, have not accepted.',
    ...noFormerPair,
    'introduction-abandoned': 'This introduction was stopped half-way; introduce them anew.',
  },
  run: introduce,
  answer: (_request, { events }) => {
    const introduced = events.find((each) => each.type === MatchIntroduced.type);
    return introduced ? { relationshipId: introduced.data['relationshipId'] } : {};
  },
});
