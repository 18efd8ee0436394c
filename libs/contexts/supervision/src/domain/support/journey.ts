import type { CommandsOf, EventOf, EventsOf } from '@alongside/event-sourcing';
import { JourneyFactsHeard, JourneyStopped, SupervisorNamed, journeyEvents, type JourneyFacts, type Stop } from './journey-events.js';
import { endedBy } from './endings.js';
import type { RelationshipEnded } from './relationship-events.js';
import { changed, currentRelationship, firstHeard, liveRelationship, onKnown, supportPart, type Journey, type Support } from './state.js';

/** What other contexts tell; none of these come from a person. */
export type JourneyCommand = CommandsOf<{
  'hear-journey': JourneyFacts;
  'hear-stop': { readonly organisationId: string; readonly siteId?: string; readonly because: Stop; readonly today: string };
  'name-supervisor': { readonly supporterId: string; readonly supervisorId: string };
}>;

type JourneyEvent = EventsOf<typeof journeyEvents> | EventOf<typeof RelationshipEnded>;

export const journey = supportPart<JourneyCommand, JourneyEvent>({
  decide: {
    'hear-journey': ({ data }, state) => (sameJourney(mergeFacts(journeyOf(state, data.organisationId), data), state) ? [] : [JourneyFactsHeard(data)]),
    'hear-stop': ({ data }, state) => {
      if (state.status === 'known' && state.journey.stops.includes(data.because)) return [];
      const { today, ...stop } = data;
      const live = liveRelationship(state);
      return [JourneyStopped(stop), ...(live ? [endedBy(data.because, live, today)] : [])];
    },
    'name-supervisor': ({ data }, state) => {
      const current = state.status === 'known' ? currentRelationship(state) : undefined;
      return current?.supporterId === data.supporterId && current.supervisorId !== data.supervisorId ? [SupervisorNamed(data)] : [];
    },
  },
  evolve: {
    JourneyFactsHeard: (state, { data }) => {
      const known = state.status === 'known' ? state : firstHeard(data.organisationId);
      return { ...known, journey: mergeFacts(known.journey, data) };
    },
    JourneyStopped: (state, { data }) => {
      const known = state.status === 'known' ? state : firstHeard(data.organisationId);
      const site = known.journey.siteId ?? data.siteId;
      return { ...known, journey: { ...known.journey, ...(site !== undefined && { siteId: site }), stops: [...known.journey.stops, data.because] } };
    },
    SupervisorNamed: onKnown((state, { data }) =>
      state.currentId === undefined ? state : { ...state, relationships: changed(state.relationships, state.currentId, (each) => ({ ...each, supervisorId: data.supervisorId })) },
    ),
  },
});

const journeyOf = (state: Support, organisationId: string): Journey => (state.status === 'known' ? state.journey : firstHeard(organisationId).journey);

const sameJourney = (next: Journey, state: Support): boolean => state.status === 'known' && next === state.journey;

function withoutSafeContact({ safeContact: _safeContact, ...known }: Journey): Journey {
  return known;
}

/** The journey with every fact that is newer than what was known; the very same object when there is none. */
export function mergeFacts(known: Journey, facts: JourneyFacts): Journey {
  const at = facts.sourceRevision;
  const { heardAt } = known;
  const site = facts.siteId !== undefined && at > heardAt.site;
  const coordinator = facts.coordinatorId !== undefined && at > heardAt.coordinator;
  const safeContact = (facts.safeContact !== undefined || facts.safeContactTakenBack === true) && at > heardAt.safeContact;
  const knownAs = facts.knownAs !== undefined && at > heardAt.knownAs;
  const disclosure = facts.disclosure !== undefined && at > heardAt.disclosure;
  const person = facts.personId !== undefined && at > heardAt.person;
  const began = known.beganAt === undefined && facts.beganAt !== undefined;
  if (!site && !coordinator && !safeContact && !knownAs && !disclosure && !person && !began) return known;
  return {
    ...(safeContact ? withoutSafeContact(known) : known),
    ...(site && { siteId: facts.siteId }),
    ...(coordinator && { coordinatorId: facts.coordinatorId }),
    ...(safeContact && facts.safeContact !== undefined && { safeContact: facts.safeContact }),
    ...(knownAs && { knownAs: facts.knownAs }),
    ...(disclosure && { disclosure: facts.disclosure }),
    ...(person && { personId: facts.personId }),
    ...(began && { beganAt: facts.beganAt }),
    heardAt: {
      site: site ? at : heardAt.site,
      person: person ? at : heardAt.person,
      coordinator: coordinator ? at : heardAt.coordinator,
      safeContact: safeContact ? at : heardAt.safeContact,
      knownAs: knownAs ? at : heardAt.knownAs,
      disclosure: disclosure ? at : heardAt.disclosure,
    },
  };
}
