import { integrationEvent } from '@alongside/messaging';
import { Type } from 'typebox';
import type { Disclosure, MatchingInformation } from './shapes.js';
import { date, id, instant, personal } from './shapes.js';

const context = 'assessment';

export const InitialMeetingArranged = integrationEvent({
  context,
  name: 'InitialMeetingArranged',
  version: 1,
  says: 'The initial meeting has a date (again).',
  schema: Type.Object({ journeyId: id(), meetingAt: instant() }),
});

export const InitialMeetingHeld = integrationEvent({
  context,
  name: 'InitialMeetingHeld',
  version: 1,
  says: 'The initial meeting took place.',
  schema: Type.Object({ journeyId: id(), heldOn: date() }),
});

export const MatchingInformationRecorded = integrationEvent({
  context,
  name: 'MatchingInformationRecorded',
  version: 1,
  says: 'What a good match needs, the latest; may come before or after the mentee waits.',
  schema: Type.Object({ journeyId: id(), information: personal<MatchingInformation>(), disclosure: personal<Disclosure>() }),
});

export const AgreementChanged = integrationEvent({
  context,
  name: 'AgreementChanged',
  version: 1,
  says: 'The confidentiality agreement was signed or withdrawn; withdrawn, nobody is introduced.',
  schema: Type.Object({ journeyId: id(), status: Type.Union([Type.Literal('signed'), Type.Literal('withdrawn')]), version: Type.Optional(Type.Integer()) }),
});

export const FoundSuitable = integrationEvent({
  context,
  name: 'FoundSuitable',
  version: 1,
  says: 'Peer support fits now: the mentee waits for a match, and a baseline can be taken.',
  schema: Type.Object({
    journeyId: id(),
    personId: id(),
    siteId: id(),
    beganAt: instant(),
    coordinatorId: Type.Optional(id()),
    knownAs: Type.Optional(personal<string>()),
  }),
});

export const SupportDeferred = integrationEvent({
  context,
  name: 'SupportDeferred',
  version: 1,
  says: 'Not now: with a date by which somebody is asked again.',
  schema: Type.Object({ journeyId: id(), reviewOn: date() }),
});

export const AssessmentReopened = integrationEvent({
  context,
  name: 'AssessmentReopened',
  version: 1,
  says: 'The assessment goes on where it stopped; who waited for a match waits no longer.',
  schema: Type.Object({ journeyId: id(), from: Type.Union([Type.Literal('deferred'), Type.Literal('suitable')]) }),
});

export const AssessmentEnded = integrationEvent({
  context,
  name: 'AssessmentEnded',
  version: 1,
  says: 'The journey ended in assessment: it closes at once, or after the final evaluation where there was a relationship.',
  schema: Type.Object({
    journeyId: id(),
    personId: id(),
    siteId: id(),
    beganAt: instant(),
    outcome: Type.Union([
      Type.Literal('signposted'),
      Type.Literal('declined'),
      Type.Literal('withdrawn'),
      Type.Literal('unreachable'),
      Type.Literal('moved-away'),
      Type.Literal('closed-other'),
    ]),
    /** Relationships that the mentee was in before: their ends are waited for, in whatever order they are heard. */
    relationshipIds: Type.Optional(Type.Array(id())),
  }),
});
