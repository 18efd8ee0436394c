import { command, type CommandRoute, type Request } from '@alongside/service';
import {
  DuplicateDismissed,
  IdentityConfirmed,
  IdentityNotConfirmed,
  ReferralAnswersCarriedOver,
  ReferralLinkedToPerson,
  ReferralUnlinkedFromPerson,
  SafeContactCarriedOver,
} from '../domain/events.js';
import { journeysOf, nobody } from '../domain/person.js';
import { referralAggregate as aggregate } from '../domain/referral.js';
import type { Journey, Referral } from '../domain/state.js';
import type { ToldElsewhere } from '../domain/told.js';
import { personOf } from '../reactions/erasure.js';
import { answersToldOn, safeContactToldOn } from '../reactions/told-elsewhere.js';
import { ConfirmIdentity, DismissDuplicate, LinkToPerson, UnlinkFromPerson } from './bodies.js';
import { coordinates, current, dataOf, journeyOf } from './request.js';
import { untilAccepted, whileOngoing } from './rules.js';

const coordinators = { roles: ['coordinator'] } as const;

/** A person that was raised as a possible duplicate, or has a journey at a site of the coordinator's. */
async function isKnown(request: Request, { organisationId, duplicates }: Journey, personId: string): Promise<boolean> {
  const person = await personOf(request, personId);
  if (!person || person.organisationId !== organisationId || person.erasure) return false;
  if (duplicates[personId]) return true;
  for (const journeyId of Object.keys(person.journeys)) {
    const journey = await journeyOf(request, journeyId);
    if (journey && coordinates(request.user, journey.siteId)) return true;
  }
  return false;
}

/** What the person told on their journeys so far. */
async function toldBefore(request: Request, journey: Journey, personId: string): Promise<ToldElsewhere> {
  const ids = journeysOf((await personOf(request, personId)) ?? nobody);
  const found = await Promise.all(ids.map(async (journeyId) => ({ journeyId, journey: await journeyOf(request, journeyId) })));
  const others = found.flatMap(({ journeyId, journey: other }) => (other && journeyId !== request.params['id'] ? [{ journeyId, journey: other }] : []));
  const safeContact = await safeContactToldOn(request, journey, others);
  // Nobody comes to see a record of another site by linking to it; how not to harm somebody is for all to know.
  const seen = others.filter((each) => coordinates(request.user, each.journey.siteId));
  return { ...(safeContact && { safeContact }), answers: await answersToldOn(request, journey, seen) };
}

export const identityCommands: readonly CommandRoute[] = [
  command<ConfirmIdentity, Referral>({
    name: 'confirm-identity',
    says: 'Writes down by which method it was confirmed, or not, who the person is. Never what they answered.',
    aggregate,
    access: coordinators,
    body: ConfirmIdentity,
    events: [IdentityConfirmed, IdentityNotConfirmed],
    rules: { ...untilAccepted, 'no-referrer': 'Nobody else referred them who could vouch.' },
  }),
  command<LinkToPerson, Referral>({
    name: 'link-to-person',
    says: 'Decides that the referral is of a person who is known already. What they told before is not asked again: how they may be reached, and, from journeys of the sites of whoever links it, the form.',
    aggregate,
    access: coordinators,
    body: LinkToPerson,
    events: [ReferralLinkedToPerson, SafeContactCarriedOver, ReferralAnswersCarriedOver],
    rules: {
      ...whileOngoing,
      'linked-to-another-person': 'Unlink it first.',
      'linked-person-died': 'It stands written that this person has died: correct that first, or it is somebody else.',
    },
    prepare: async (request, state) => {
      const journey = current(state);
      const known = await isKnown(request, journey, request.body.personId);
      return {
        ...dataOf(request),
        known,
        died: ((await personOf(request, request.body.personId))?.toldOfDeath.length ?? 0) > 0,
        ...(known && { told: await toldBefore(request, journey, request.body.personId) }),
      };
    },
  }),
  command<UnlinkFromPerson, Referral>({
    name: 'unlink-from-person',
    says: 'Takes a link back: the referral is of a person of its own again.',
    aggregate,
    access: coordinators,
    body: UnlinkFromPerson,
    events: [ReferralUnlinkedFromPerson],
    rules: { ...whileOngoing, 'not-linked': 'It is linked to nobody.' },
  }),
  command<DismissDuplicate, Referral>({
    name: 'dismiss-duplicate',
    says: 'Decides that these are two people; it is not raised again.',
    aggregate,
    access: coordinators,
    body: DismissDuplicate,
    events: [DuplicateDismissed],
    rules: { ...whileOngoing, 'linked-to-this-person': 'It is linked to this person: unlink it first.' },
  }),
];
