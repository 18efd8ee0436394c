import { addWorkingDays, dateIn, daysBetween, journeyOutcomes, type JourneyOutcome, type WorkingCalendar } from '@alongside/contracts';
import { goalOutcomes, type GoalOutcome, type Journey } from '../domain/journey.js';
import { stages, type Stage } from '../domain/stage.js';

export const durations = ['firstContact', 'meeting', 'match', 'ending'] as const;
/** Days from the referral to the first contact, the initial meeting, the first introduction and the end of the last relationship. */
export type Duration = (typeof durations)[number];

export const promises = ['firstContact', 'firstMeeting'] as const;
export type Promised = (typeof promises)[number];

/** What is reckoned with at one site. */
export interface SiteReckoning extends WorkingCalendar {
  readonly name?: string;
  readonly timeZone: string;
}

export interface Reckoning {
  readonly now: string;
  readonly siteOf: (siteId: string) => SiteReckoning;
  /** Working days from the referral, as they are in force now; absent: nothing was promised. */
  readonly standards: { readonly firstContactDays: number; readonly firstMeetingDays: number } | undefined;
}

/** Counts and days of a group of journeys. */
export interface Tally {
  journeys: number;
  readonly stages: Record<Stage, number>;
  readonly outcomes: Record<JourneyOutcome, number>;
  readonly goals: Record<GoalOutcome, number>;
  readonly days: Readonly<Record<Duration, number[]>>;
  readonly standards: Readonly<Record<Promised, { kept: number; missed: number }>>;
}

const zeros = <Key extends string>(keys: readonly Key[]): Record<Key, number> => Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;

export const emptyTally = (): Tally => ({
  journeys: 0,
  stages: zeros(stages),
  outcomes: zeros(journeyOutcomes),
  goals: zeros(goalOutcomes),
  days: { firstContact: [], meeting: [], match: [], ending: [] },
  standards: { firstContact: { kept: 0, missed: 0 }, firstMeeting: { kept: 0, missed: 0 } },
});

/** Kept: it happened by the date. Missed: it happened later, or has not although the date is past. Neither: there is time left, or the journey was over first. */
function promiseKept(due: string, happenedOn: string | undefined, over: string): boolean | undefined {
  if (happenedOn !== undefined) return happenedOn <= due;
  return over > due ? false : undefined;
}

export const receivedOn = (journey: Journey, reckoning: Reckoning): string => dateIn(reckoning.siteOf(journey.siteId).timeZone, journey.receivedAt);

/** Adds a journey to a tally; days are calendar days at its site. */
export function count(tally: Tally, journey: Journey, reckoning: Reckoning): void {
  const site = reckoning.siteOf(journey.siteId);
  const dateOf = (instant: string | undefined): string | undefined => (instant === undefined ? undefined : dateIn(site.timeZone, instant));
  const received = dateIn(site.timeZone, journey.receivedAt);
  tally.journeys += 1;
  tally.stages[journey.stage] += 1;
  if (journey.outcome !== undefined) tally.outcomes[journey.outcome] += 1;
  for (const outcome of Object.values(journey.goals)) tally.goals[outcome] += 1;

  const isOver = journey.stage === 'evaluation' || journey.stage === 'closed';
  const happened: Record<Duration, string | undefined> = {
    firstContact: dateOf(journey.contactedAt),
    meeting: dateOf(journey.metAt),
    match: dateOf(journey.matchedAt),
    ending: isOver ? journey.endedOn : undefined,
  };
  for (const duration of durations) {
    const on = happened[duration];
    if (on !== undefined) tally.days[duration].push(daysBetween(received, on));
  }

  const { standards } = reckoning;
  if (!standards) return;
  // Over: the day from which nothing could be kept any more, today for a journey that goes on.
  const over = dateOf(isOver ? journey.stageSince : reckoning.now) ?? received;
  const due: Record<Promised, number> = { firstContact: standards.firstContactDays, firstMeeting: standards.firstMeetingDays };
  for (const promise of promises) {
    const kept = promiseKept(addWorkingDays(received, due[promise], site), happened[promise === 'firstMeeting' ? 'meeting' : promise], over);
    if (kept !== undefined) tally.standards[promise][kept ? 'kept' : 'missed'] += 1;
  }
}
