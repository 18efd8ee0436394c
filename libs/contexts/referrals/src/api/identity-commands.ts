import { command, type CommandRoute } from '@alongside/service';
import {
  DuplicateDismissed,
  DuplicateSettled,
  IdentityConfirmed,
  IdentityNotConfirmed,
  PastReferralUnlinkedFromPerson,
  ReferralAnswersCarriedOver,
  ReferralLinkedToPerson,
  ReferralUnlinkedFromPerson,
  SafeContactCarriedOver,
} from '../domain/events.js';
import { JourneyAwaited, JourneySetOut } from '../domain/person-events.js';
import { referralAggregate as aggregate } from '../domain/referral.js';
import type { Referral } from '../domain/state.js';
import { ConfirmIdentity, DismissDuplicate, LinkToPerson, UnlinkFromPerson } from './bodies.js';
import { link, unlink } from './linking.js';
import { untilAccepted, whileOngoing } from './rules.js';

const coordinators = { roles: ['coordinator'] } as const;

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
    says: 'Decides that the referral is of a person who is known already. Where that person turned out to be another meanwhile, it is linked to that one. What they told before is not asked again: how they may be reached, and, from journeys of the sites of whoever links it, the form.',
    aggregate,
    access: coordinators,
    body: LinkToPerson,
    events: [JourneyAwaited, JourneySetOut, ReferralLinkedToPerson, DuplicateSettled, SafeContactCarriedOver, ReferralAnswersCarriedOver],
    rules: {
      ...whileOngoing,
      'linked-to-another-person': 'Unlink it first.',
      'others-linked-to-this-person': 'Other open referrals are linked to the person of this one: link the other one to it instead, or unlink them first.',
      'link-under-way': 'One of the two is being linked to somebody at this moment: look again, and repeat it if it is still right.',
      'linked-person-died': 'It stands written that this person has died: correct that first, or it is somebody else.',
    },
    run: link,
  }),
  command<UnlinkFromPerson, Referral>({
    name: 'unlink-from-person',
    says: 'Takes a link back: the referral is of a person of its own again.',
    aggregate,
    access: coordinators,
    body: UnlinkFromPerson,
    events: [JourneySetOut, ReferralUnlinkedFromPerson, PastReferralUnlinkedFromPerson],
    rules: { ...whileOngoing, 'not-linked': 'It is linked to nobody.', 'link-under-way': 'It took too long until the person was told: repeat it.' },
    run: unlink,
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
