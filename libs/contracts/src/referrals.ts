import { integrationEvent } from '@alongside/messaging';
import { Type } from 'typebox';
import type { SafeContact } from './shapes.js';
import { id, instant, personal } from './shapes.js';

const context = 'referrals';

export const ReferralReceived = integrationEvent({
  context,
  name: 'ReferralReceived',
  version: 1,
  says: 'A referral came in and a journey began.',
  schema: Type.Object({ journeyId: id(), personId: id(), siteId: id(), referrerId: Type.Optional(id()), purpose: Type.Union([Type.Literal('peer-support'), Type.Literal('training')]) }),
});

export const ReferralAccepted = integrationEvent({
  context,
  name: 'ReferralAccepted',
  version: 1,
  says: 'The referral is complete: the initial meeting comes next.',
  schema: Type.Object({
    journeyId: id(),
    personId: id(),
    siteId: id(),
    /** When the referral came: nothing of the journey occurred before. */
    beganAt: instant(),
    coordinatorId: Type.Optional(id()),
    /** Version of the referral form that this referral began with. */
    formVersion: Type.Integer({ minimum: 1 }),
    /** Journeys of the same person before this one, the latest first. */
    earlierJourneyIds: Type.Array(id()),
    /** First name as the person wishes to be called, for what a supporter may be told. */
    knownAs: Type.Optional(personal<string>()),
    safeContact: Type.Optional(personal<SafeContact>()),
  }),
});

export const SafeContactSet = integrationEvent({
  context,
  name: 'SafeContactSet',
  version: 1,
  says: 'How the mentee may be reached without harm.',
  schema: Type.Object({ journeyId: id(), safeContact: personal<SafeContact>() }),
});

export const SafeContactTakenBack = integrationEvent({
  context,
  name: 'SafeContactTakenBack',
  version: 1,
  says: 'What was known of safe contact was told by somebody else: the link to them was a mistake. Nothing is known of how the mentee may be reached until they say so.',
  schema: Type.Object({ journeyId: id() }),
});

export const CoordinatorAssigned = integrationEvent({
  context,
  name: 'CoordinatorAssigned',
  version: 1,
  says: 'The journey has a (new) named contact.',
  schema: Type.Object({ journeyId: id(), coordinatorId: id() }),
});

export const JourneyMoved = integrationEvent({
  context,
  name: 'JourneyMoved',
  version: 1,
  says: 'Another site accepted the journey; it belongs there from now on.',
  schema: Type.Object({ journeyId: id(), fromSiteId: id(), toSiteId: id() }),
});

export const JourneyLinkedToPerson = integrationEvent({
  context,
  name: 'JourneyLinkedToPerson',
  version: 1,
  says: 'The journey turned out to be of a person who is known already; or that was a mistake, and it is of the one of before.',
  schema: Type.Object({ journeyId: id(), personId: id() }),
});

export const ReferralEnded = integrationEvent({
  context,
  name: 'ReferralEnded',
  version: 1,
  says: 'The journey ended before it was accepted: it closes at once.',
  schema: Type.Object({
    journeyId: id(),
    personId: id(),
    siteId: id(),
    beganAt: instant(),
    outcome: Type.Union([Type.Literal('not-taken-forward'), Type.Literal('withdrawn'), Type.Literal('directed-to-training'), Type.Literal('merged')]),
  }),
});

export const ReferralWithdrawn = integrationEvent({
  context,
  name: 'ReferralWithdrawn',
  version: 1,
  says: 'The person leaves after acceptance: the stage that the journey is in records the leaving.',
  schema: Type.Object({ journeyId: id() }),
});

export const ReferralMerged = integrationEvent({
  context,
  name: 'ReferralMerged',
  version: 1,
  says: 'A second referral joined a journey that is open; a deferred one is reopened by it.',
  schema: Type.Object({ journeyId: id(), intoJourneyId: id() }),
});

export const CandidacyOpened = integrationEvent({
  context,
  name: 'CandidacyOpened',
  version: 1,
  says: 'Somebody who was referred wants to become a peer supporter.',
  schema: Type.Object({ journeyId: id(), personId: id(), siteId: id(), supporterId: id(), name: Type.Optional(personal<string>()), email: Type.Optional(personal<string>()), telephone: Type.Optional(personal<string>()) }),
});

export const PersonDied = integrationEvent({
  context,
  name: 'PersonDied',
  version: 1,
  says: 'The mentee has died: everything to come is cancelled.',
  schema: Type.Object({ journeyId: id(), personId: id(), siteId: id(), beganAt: instant() }),
});

export const DeathCorrected = integrationEvent({
  context,
  name: 'DeathCorrected',
  version: 1,
  says: 'The death was written down by mistake: the mentee lives. What it ended stays ended, and is not called a death any more.',
  schema: Type.Object({ journeyId: id(), personId: id(), siteId: id(), beganAt: instant() }),
});

export const PersonErased = integrationEvent({
  context,
  name: 'PersonErased',
  version: 1,
  says: 'The person asked to be erased: open journeys stop and close. Published once for each journey.',
  schema: Type.Object({ journeyId: id(), personId: id(), siteId: id(), beganAt: instant(), subjects: Type.Array(Type.String()) }),
});
