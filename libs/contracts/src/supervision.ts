import { integrationEvent } from '@alongside/messaging';
import { Type } from 'typebox';
import type { RelationshipEnding } from './shapes.js';
import { date, id, instant, personal, typed } from './shapes.js';

const context = 'supervision';

export const RelationshipEnded = integrationEvent({
  context,
  name: 'RelationshipEnded',
  version: 1,
  says: 'A relationship ended: the place is free, and the mentee goes back to matching or on to the evaluation.',
  schema: Type.Object({
    journeyId: id(),
    personId: id(),
    siteId: id(),
    beganAt: instant(),
    relationshipId: id(),
    supporterId: id(),
    ending: typed<RelationshipEnding>(),
    wantsAnother: Type.Boolean(),
    endedOn: date(),
    /** Coded lessons for the next match, e.g. `shared-interests-matter`, `different-gender`. */
    lessons: personal<readonly string[]>(),
  }),
});

export const GoalsSet = integrationEvent({
  context,
  name: 'GoalsSet',
  version: 1,
  says: "The mentee's own goals, the whole latest list.",
  schema: Type.Object({ journeyId: id(), goals: typed<readonly { readonly goalId: string; readonly title: unknown }[]>() }),
});

export const ConcernChanged = integrationEvent({
  context,
  name: 'ConcernChanged',
  version: 1,
  says: 'A concern is open or resolved, and from whom it is to be kept. Says nothing of what it says.',
  schema: Type.Object({
    journeyId: id(),
    concernId: id(),
    status: Type.Union([Type.Literal('open'), Type.Literal('resolved')]),
    safeguarding: Type.Boolean(),
    /** The supporter or staff member whom it is about: nobody tells them that there is one. */
    aboutId: Type.Optional(id()),
  }),
});

export const SupervisionChanged = integrationEvent({
  context,
  name: 'SupervisionChanged',
  version: 1,
  says: "What a supporter's next supervision date follows from: due = `basisOn` + `everyWeeks` (else the standards' weeks); overdue blocks a new match.",
  schema: Type.Object({
    supporterId: id(),
    supervisorId: Type.Optional(id()),
    /** The last session held, else the registration. */
    basisOn: date(),
    /** Agreed for this supporter; absent: the service standards'. */
    everyWeeks: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
});

