import type { JourneyOutcome, RelationshipEnding } from '@alongside/contracts';
import type { RecordedEvent } from '@alongside/event-sourcing';
import { nextStage, stageSteps, type Stage } from './stage.js';
import { categoryOf, journeyCategories, type JourneyCategory } from './stream-names.js';

export const goalOutcomes = ['achieved', 'partly', 'not'] as const;
export type GoalOutcome = (typeof goalOutcomes)[number];

/**
 * One journey in coded fields and dates, for lists and figures: nothing that tells who somebody is. Times are RFC 3339 and say
 * when it happened, dates are calendar dates at the site.
 */
export interface Journey {
  readonly organisationId: string;
  /** The site that holds it now. */
  readonly siteId: string;
  readonly stage: Stage;
  readonly stageSince: string;
  readonly purpose: string;
  readonly source: string;
  readonly channel: string;
  readonly receivedAt: string;
  /** The first time that the person was reached, or reached us. */
  readonly contactedAt?: string;
  readonly acceptedAt?: string;
  readonly metAt?: string;
  readonly suitableAt?: string;
  /** The first introduction to a supporter. */
  readonly matchedAt?: string;
  readonly relationships: number;
  readonly sessions: number;
  /** How and when the last relationship ended; absent while one goes on. */
  readonly ending?: RelationshipEnding;
  readonly endedOn?: string;
  readonly outcome?: JourneyOutcome;
  readonly closedOn?: string;
  readonly closedAt?: string;
  /** By goal. */
  readonly goals: Readonly<Record<string, GoalOutcome>>;
  readonly erased: boolean;
}

type Data = RecordedEvent['data'];
type Learn = (journey: Journey, data: Data, occurredAt: string) => Partial<Journey>;

/** Times of one thing may be told out of order: the earliest counts. */
const earliest = (known: string | undefined, occurredAt: string): string => (known === undefined || occurredAt < known ? occurredAt : known);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function goalsOf({ goals }: Data): Journey['goals'] {
  const told = goals as readonly { readonly goalId: string; readonly outcome: GoalOutcome }[];
  return Object.fromEntries(told.map(({ goalId, outcome }) => [goalId, outcome]));
}

/** What each event tells beside the stage, by stream category and event type. */
const learning: Readonly<Record<JourneyCategory, Readonly<Record<string, Learn>>>> = {
  referral: {
    ContactMade: (journey, _data, at) => ({ contactedAt: earliest(journey.contactedAt, at) }),
    ReferralAccepted: (_journey, _data, at) => ({ acceptedAt: at }),
    TransferAccepted: (_journey, { toSiteId }) => ({ siteId: text(toSiteId) }),
    PersonErased: () => ({ erased: true }),
  },
  assessment: {
    InitialMeetingHeld: (journey, { heldAt }) => ({ metAt: earliest(journey.metAt, text(heldAt)) }),
    FoundSuitable: (journey, _data, at) => ({ suitableAt: earliest(journey.suitableAt, at) }),
  },
  matching: {
    MatchIntroduced: (journey, _data, at) => ({ matchedAt: earliest(journey.matchedAt, at) }),
  },
  support: {
    RelationshipOpened: ({ relationships }) => ({ relationships: relationships + 1 }),
    SessionLogged: ({ sessions }) => ({ sessions: sessions + 1 }),
    RelationshipEnded: (_journey, { ending, endedOn }) => ({ ending: ending as RelationshipEnding, endedOn: text(endedOn) }),
  },
  evaluation: {
    OutcomeRecorded: ({ goals }, data) => ({ goals: { ...goals, ...goalsOf(data) } }),
    EvaluationDeathCorrectionHeard: ({ outcome }) => (outcome === 'died' ? { outcome: 'closed-other' } : {}),
    JourneyClosed: (_journey, { outcome, closedOn }, at) => ({ outcome: outcome as JourneyOutcome, closedOn: text(closedOn), closedAt: at }),
  },
};

/** Types of events that change the picture, by category: what the read model listens to, and what must exist. */
export const tellingEvents: readonly { readonly category: JourneyCategory; readonly type: string }[] = journeyCategories.flatMap((category) =>
  [...new Set([...Object.keys(stageSteps[category]), ...Object.keys(learning[category])])].map((type) => ({ category, type })),
);

const isJourneyCategory = (category: string): category is JourneyCategory => (journeyCategories as readonly string[]).includes(category);

function begun({ data, metadata }: RecordedEvent): Journey {
  return {
    organisationId: metadata.organisationId,
    siteId: text(data['siteId']),
    stage: 'referral',
    stageSince: metadata.occurredAt,
    purpose: text(data['purpose']),
    source: text(data['source']),
    channel: text(data['channel']),
    receivedAt: metadata.occurredAt,
    relationships: 0,
    sessions: 0,
    goals: {},
    erased: false,
  };
}

/** The picture after an event of one of the five streams, in the order of the log. A journey begins with its referral. */
export function pictured(journey: Journey | undefined, event: RecordedEvent): Journey | undefined {
  const category = categoryOf(event.stream);
  if (!isJourneyCategory(category)) return journey;
  if (!journey) return category === 'referral' && event.type === 'ReferralReceived' ? begun(event) : undefined;
  const { occurredAt } = event.metadata;
  const stage = nextStage(journey.stage, category, event);
  const learnt = { ...journey, ...learning[category][event.type]?.(journey, event.data, occurredAt), stage, stageSince: stage === journey.stage ? journey.stageSince : occurredAt };
  if (category !== 'support' || event.type !== 'RelationshipOpened') return learnt;
  const { ending: _ending, endedOn: _endedOn, ...goingOn } = learnt;
  return goingOn;
}

/** The picture that events, in the order of the log, make. */
export const picture = (events: readonly RecordedEvent[]): Journey | undefined => events.reduce<Journey | undefined>(pictured, undefined);
