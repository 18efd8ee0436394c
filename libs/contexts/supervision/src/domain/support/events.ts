import type { EventsOf } from '@alongside/event-sourcing';
import { concernEvents } from './concern-events.js';
import { goalEvents } from './goal-events.js';
import { journeyEvents } from './journey-events.js';
import { linkEvents } from './link-events.js';
import { queryEvents } from './query-events.js';
import { relationshipEvents } from './relationship-events.js';
import { sessionEvents } from './session-events.js';
import { sharingEvents } from './sharing-events.js';

/** Every event of `support-<journeyId>`. */
export const supportEvents = [
  ...journeyEvents,
  ...relationshipEvents,
  ...sessionEvents,
  ...goalEvents,
  ...linkEvents,
  ...concernEvents,
  ...queryEvents,
  ...sharingEvents,
] as const;

export type SupportEvent = EventsOf<typeof supportEvents>;
