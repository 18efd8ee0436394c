import { integrationEvent } from '@alongside/messaging';
import { Type } from 'typebox';
import type { DisclosedToSupporter } from './shapes.js';
import { date, id, instant, personal } from './shapes.js';

const context = 'matching';

export const SupporterChanged = integrationEvent({
  context,
  name: 'SupporterChanged',
  version: 1,
  says: 'A supporter was registered, or their name, address, site or standing changed. Feeds supervision and the accounts.',
  schema: Type.Object({
    supporterId: id(),
    siteId: id(),
    name: personal<string>(),
    email: Type.Optional(personal<string>()),
    status: Type.Union([Type.Literal('candidate'), Type.Literal('active'), Type.Literal('paused'), Type.Literal('retiring'), Type.Literal('retired')]),
    /** When the supporter was registered: the first supervision is due from then. */
    registeredAt: instant(),
  }),
});

export const SupporterErased = integrationEvent({
  context,
  name: 'SupporterErased',
  version: 1,
  says: 'A supporter was erased: nothing that is theirs can be read, and nothing more is written about them.',
  schema: Type.Object({ supporterId: id(), siteId: Type.Optional(id()) }),
});

export const TrainingCompleted = integrationEvent({
  context,
  name: 'TrainingCompleted',
  version: 1,
  says: 'A supporter completed a training: it answers an agreed training need of that code.',
  schema: Type.Object({ supporterId: id(), training: Type.String(), completedOn: date() }),
});

export const MatchIntroduced = integrationEvent({
  context,
  name: 'MatchIntroduced',
  version: 2,
  says: 'Mentee and supporter are introduced: a relationship opens.',
  schema: Type.Object({
    journeyId: id(),
    personId: id(),
    siteId: id(),
    beganAt: instant(),
    relationshipId: id(),
    supporterId: id(),
    coordinatorId: Type.Optional(id()),
    /** Whom both turn to with a question or a worry (staff id). */
    contactPersonId: id(),
    firstMeetingAt: Type.Optional(instant()),
    /** Where they meet first; since version 2. */
    firstMeetingPlace: Type.Optional(personal<string>()),
    disclosed: personal<DisclosedToSupporter>(),
    knownAs: Type.Optional(personal<string>()),
  }),
});

export const WaitingEnded = integrationEvent({
  context,
  name: 'WaitingEnded',
  version: 1,
  says: 'The mentee left the waiting list; after a relationship the final evaluation still opens.',
  schema: Type.Object({
    journeyId: id(),
    personId: id(),
    siteId: id(),
    beganAt: instant(),
    afterRelationship: Type.Boolean(),
    reason: Type.Union([Type.Literal('left'), Type.Literal('withdrawn'), Type.Literal('unreachable'), Type.Literal('moved-away'), Type.Literal('other')]),
  }),
});

export const ReturnedToAssessment = integrationEvent({
  context,
  name: 'ReturnedToAssessment',
  version: 1,
  says: 'The assessment is to look again: things have changed.',
  schema: Type.Object({ journeyId: id() }),
});
