import { aggregate, decider, menteeSubject, refuse, refuseUnless, supporterSubject, type CommandsOf } from '@alongside/event-sourcing';
import {
  JourneyAwaited,
  JourneyJoinedPerson,
  JourneyLeftPerson,
  JourneySetOut,
  PersonDeathCorrected,
  PersonDeathRecorded,
  PersonErasureCompleted,
  PersonErasureOrdered,
  SubjectJoinedPerson,
  personEvents,
  type PersonEvent,
} from './person-events.js';
import { isOutdated } from './state.js';
import type { ErasureReason, OverrideReason } from './words.js';

/** One person: a set of journeys, and of subjects under whose keys what is known of them is sealed. Linking changes the set. */
export interface Person {
  readonly organisationId?: string;
  readonly journeys: Readonly<Record<string, { readonly beganAt: string }>>;
  /** The one that this person id was issued with. */
  readonly firstJourneyId?: string;
  /** Journeys that are about to be linked to this person, and those that are about to leave it; each with its moment. */
  readonly awaited: Readonly<Record<string, { readonly fromPersonId: string; readonly at: string }>>;
  readonly setOut: Readonly<Record<string, string>>;
  /** Beside the mentee of each journey: the supporters whom they became. */
  readonly otherSubjects: readonly string[];
  readonly erasure?: { readonly subjects: readonly string[]; readonly reason: ErasureReason; readonly overrideReason?: OverrideReason };
  /** Journeys that were told that the person has died; none: they live, as far as anybody knows. */
  readonly toldOfDeath: readonly string[];
  readonly deathCorrectedAt?: string;
}

export type PersonCommand = CommandsOf<{
  join: { organisationId: string; personId: string; journeyId: string; beganAt: string };
  leave: { journeyId: string; toPersonId: string };
  /** `there`: the journeys that this person was found to have. */
  'await-journey': { journeyId: string; fromPersonId: string; there: readonly string[] };
  /** `open`: journeys of the set that are of this person and wait for something; `left`: those that are over, or another person's by now and about to leave it. */
  'set-out': { personId: string; journeyId: string; toPersonId: string; open: readonly string[]; left: readonly string[] };
  /** The link of a journey was a mistake. */
  'let-go': { journeyId: string; toPersonId: string };
  'add-subject': { personId: string; subject: string };
  /**
   * `there`: the journeys that this person was found to have; `supporterIds`: whom they became by these. `openConcernIds`: safeguarding concerns that are open on any journey of the person, or about them as a supporter; `aboutWhoAsks`:
   * there are more, about the very administrator who asks.
   */
  'order-erasure': { personId: string; there: readonly string[]; supporterIds: readonly string[]; reason: ErasureReason; overrideReason?: OverrideReason; openConcernIds: readonly string[]; aboutWhoAsks: boolean };
  'complete-erasure': { subjects: readonly string[] };
  /** `there`: the journeys that the person was found to have. `orderedAt`: when what is followed up was written down; what was corrected since is told no more. */
  'record-death': { toldOn: string; there: readonly string[]; orderedAt?: string };
  'correct-death': { toldOn: string };
}>;

/** Journeys of the person, the latest first. */
export const journeysOf = (person: Person): readonly string[] =>
  Object.entries(person.journeys)
    .sort(([one, { beganAt }], [other, { beganAt: otherBegan }]) => (beganAt > otherBegan ? -1 : beganAt < otherBegan ? 1 : one < other ? -1 : 1))
    .map(([journeyId]) => journeyId);

/** How long a reservation is minded by others, and, clocks differing a little, by how much sooner the link must be written: it takes milliseconds. */
const reservedMs = 60_000;
const toLinkMs = 20_000;

const isWithin = (milliseconds: number, at: string, now: string): boolean => Date.parse(now) - Date.parse(at) < milliseconds;

/** Whether what was reserved then still keeps others away for long enough. */
export const isStillReserved = (at: string, now: string): boolean => isWithin(toLinkMs, at, now);

/** Who is erased stays erased: what joins later, by a link that was on its way, is erased as well. */
function alsoErased(person: Person, personId: string, subject: string, journeyIds: readonly string[]): readonly PersonEvent[] {
  const { erasure } = person;
  if (!erasure || erasure.subjects.includes(subject)) return [];
  return [PersonErasureOrdered({ personId, subjects: [subject], journeyIds, reason: erasure.reason, ...(erasure.overrideReason !== undefined && { overrideReason: erasure.overrideReason }) })];
}

/** A journey that turns out to be of somebody who has died is told so, too. */
function alsoDead({ toldOfDeath }: Person, journeyId: string): readonly PersonEvent[] {
  const [toldOn] = toldOfDeath;
  return toldOn === undefined || toldOfDeath.includes(journeyId) ? [] : [PersonDeathRecorded({ journeyIds: [journeyId], toldOn })];
}

export const nobody: Person = { journeys: {}, awaited: {}, setOut: {}, otherSubjects: [], toldOfDeath: [] };

const without = <Value>(record: Readonly<Record<string, Value>>, name: string): Readonly<Record<string, Value>> => Object.fromEntries(Object.entries(record).filter(([each]) => each !== name));

/** Where a journey is again, or is no more, nothing of it is reserved. */
function arrived(state: Person, journeyId: string): Person {
  return { ...state, awaited: without(state.awaited, journeyId), setOut: without(state.setOut, journeyId) };
}

/** Whether somebody is on their way to this person or from it: whose a journey is, is being decided elsewhere at this moment. */
const isOnTheWay = ({ awaited, setOut }: Person, now: string): boolean => [...Object.values(awaited).map(({ at }) => at), ...Object.values(setOut)].some((at) => isWithin(reservedMs, at, now));

export const person = decider<Person, PersonCommand, PersonEvent>({
  initial: nobody,
  decide: {
    join({ data }, state) {
      if (state.journeys[data.journeyId]) return [];
      return [JourneyJoinedPerson(data), ...alsoDead(state, data.journeyId), ...alsoErased(state, data.personId, menteeSubject(data.journeyId), [data.journeyId])];
    },
    leave: ({ data }, state) => (state.journeys[data.journeyId] ? [JourneyLeftPerson(data)] : []),
    // A link is of two persons: the one awaits it, then the other lets go. So nobody is linked to a person whose own journey has gone.
    'await-journey'({ data: { journeyId, fromPersonId, there }, now }, { journeys, setOut, erasure }) {
      const isThere = there.length > 0 && there.every((each) => each in journeys);
      const isLeaving = there.some((each) => setOut[each] !== undefined && isWithin(reservedMs, setOut[each], now));
      return isThere && !isLeaving && !erasure ? [JourneyAwaited({ journeyId, fromPersonId })] : refuse('link-under-way');
    },
    'set-out'({ data: { personId, journeyId, toPersonId, open, left }, now }, { journeys, awaited, erasure }) {
      refuseUnless(!erasure, 'person-erased');
      const others = Object.keys(journeys).filter((each) => each !== journeyId && !left.includes(each));
      refuseUnless(!others.some((each) => open.includes(each)), 'others-linked-to-this-person');
      // Come since it was looked.
      refuseUnless(others.length === 0, 'link-under-way');
      // Of two that are linked to each other at the same moment, it is the one that both can tell.
      const inTheWay = Object.entries(awaited).some(
        ([each, { fromPersonId, at }]) => each !== journeyId && isWithin(reservedMs, at, now) && !(fromPersonId === toPersonId && personId < toPersonId),
      );
      return inTheWay ? refuse('link-under-way') : [JourneySetOut({ journeyId, toPersonId })];
    },
    'let-go'({ data }, { journeys, erasure }) {
      if (!journeys[data.journeyId]) return [];
      refuseUnless(!erasure?.subjects.includes(menteeSubject(data.journeyId)), 'person-erased');
      return [JourneySetOut(data)];
    },
    'add-subject'({ data: { personId, subject } }, state) {
      if (state.organisationId === undefined || state.otherSubjects.includes(subject)) return [];
      return [SubjectJoinedPerson({ subject }), ...alsoErased(state, personId, subject, [])];
    },
    'order-erasure'({ data: { personId, there, supporterIds, reason, overrideReason, openConcernIds, aboutWhoAsks }, now }, state) {
      const subjects = [...Object.keys(state.journeys).map(menteeSubject), ...supporterIds.map(supporterSubject)].filter((each) => !state.erasure?.subjects.includes(each));
      if (subjects.length === 0) return [];
      // Nobody is erased by halves, and nobody who is somebody else.
      const isThere = there.length === Object.keys(state.journeys).length && there.every((each) => each in state.journeys);
      refuseUnless(isThere && !isOnTheWay(state, now), 'link-under-way');
      refuseUnless(openConcernIds.length === 0 || overrideReason !== undefined, 'open-safeguarding-concern', { concernIds: openConcernIds });
      // That there is one about them is not for them to know, and not theirs to override.
      refuseUnless(!aboutWhoAsks, 'not-ready-to-erase');
      return [PersonErasureOrdered({ personId, subjects, journeyIds: journeysOf(state), reason, ...(overrideReason !== undefined && { overrideReason }) })];
    },
    'complete-erasure': ({ data }) => [PersonErasureCompleted(data)],
    'record-death'({ data }, state) {
      if (isOutdated(data.orderedAt, state.deathCorrectedAt)) return [];
      const journeyIds = journeysOf(state).filter((each) => data.there.includes(each) && !state.toldOfDeath.includes(each));
      return journeyIds.length === 0 ? [] : [PersonDeathRecorded({ journeyIds, toldOn: data.toldOn })];
    },
    'correct-death': ({ data }, { toldOfDeath }) => (toldOfDeath.length === 0 ? [] : [PersonDeathCorrected({ journeyIds: toldOfDeath, toldOn: data.toldOn })]),
  },
  evolve: {
    JourneyJoinedPerson: (state, { data: { organisationId, journeyId, beganAt } }) => ({
      ...arrived(state, journeyId),
      organisationId,
      firstJourneyId: state.firstJourneyId ?? journeyId,
      journeys: { ...state.journeys, [journeyId]: { beganAt } },
    }),
    JourneyLeftPerson: (state, { data: { journeyId } }) => ({ ...arrived(state, journeyId), journeys: without(state.journeys, journeyId) }),
    JourneyAwaited: (state, { data: { journeyId, fromPersonId }, metadata }) => ({ ...state, awaited: { ...state.awaited, [journeyId]: { fromPersonId, at: metadata.recordedAt } } }),
    JourneySetOut: (state, { data, metadata }) => ({ ...state, setOut: { ...state.setOut, [data.journeyId]: metadata.recordedAt } }),
    SubjectJoinedPerson: (state, { data }) => ({ ...state, otherSubjects: [...state.otherSubjects, data.subject] }),
    PersonErasureOrdered: (state, { data }) => ({
      ...state,
      erasure: {
        subjects: [...(state.erasure?.subjects ?? []), ...data.subjects],
        reason: data.reason,
        ...(data.overrideReason !== undefined && { overrideReason: data.overrideReason }),
      },
    }),
    PersonDeathCorrected: (state, { metadata }) => ({ ...state, toldOfDeath: [], deathCorrectedAt: metadata.recordedAt }),
    PersonDeathRecorded: (state, { data }) => ({ ...state, toldOfDeath: [...state.toldOfDeath, ...data.journeyIds] }),
  },
});

export const personAggregate = aggregate({
  category: 'person',
  events: personEvents,
  decider: person,
  belonging: ({ organisationId }: Person) => (organisationId === undefined ? undefined : { organisationId }),
});
