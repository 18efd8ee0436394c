import { integrationEvent } from '@alongside/messaging';
import { Type } from 'typebox';
import type { JourneyOutcome } from './shapes.js';
import { date, id, typed } from './shapes.js';

const context = 'evaluation';

export const JourneyClosed = integrationEvent({
  context,
  name: 'JourneyClosed',
  version: 1,
  says: 'The journey is closed, with an outcome. Closes what is still open elsewhere, concerns excepted.',
  schema: Type.Object({ journeyId: id(), personId: id(), siteId: id(), outcome: typed<JourneyOutcome>(), closedOn: date() }),
});
