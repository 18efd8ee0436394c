import { dateIn, type MatchingInformation } from '@alongside/contracts';
import type { Personal } from '@alongside/event-sourcing';
import type { Work } from '@alongside/service';
import type { Envelopes } from '../domain/considered.js';
import { barriersTo, type Barrier } from '../domain/eligibility.js';
import type { Connection, KnownMatching } from '../domain/matching-state.js';
import { nothingTold, type SupporterProfile } from '../domain/profile.js';
import type { MenteeInput, PastMatch, SuggestionInput, SupporterInput } from '../domain/suggestion.js';
import { standingOf, type KnownSupporter } from '../domain/supporter-state.js';
import { journeys } from '../read-models/journeys.js';
import { supporters } from '../read-models/supporters.js';
import { requiredOf, termsOf, timeZones, weightsOf } from './settings.js';

/** Everything that suggestions for one mentee follow from, opened, with the envelopes that it was opened from. */
export interface Considering {
  readonly input: SuggestionInput;
  readonly versions: { readonly weights: number; readonly terms: number };
  readonly envelopes: Envelopes;
  readonly register: ReadonlyMap<string, KnownSupporter>;
  readonly barriers: ReadonlyMap<string, readonly Barrier[]>;
}

async function wholeRegister(work: Work, organisationId: string, fresh: readonly KnownSupporter[]): Promise<ReadonlyMap<string, KnownSupporter>> {
  const register = new Map<string, KnownSupporter>();
  for await (const { id, document } of work.read(supporters).all({ organisationId })) register.set(id, document.supporter);
  // The stream is ahead of the read model.
  for (const each of fresh) register.set(each.supporterId, each);
  return register;
}

/** What journeys of the same person before this one have to say about supporters. */
interface Earlier {
  /** Whom they were no good fit with: a pair that failed is not suggested again, years later either. */
  readonly failed: readonly PastMatch[];
  /** Whom they know, as it was told last, where this journey tells nothing of it. */
  readonly connections: Readonly<Record<string, Connection>>;
}

export async function earlierJourneys(work: Work, journey: KnownMatching): Promise<Earlier> {
  if (journey.personId === undefined) return { failed: [], connections: {} };
  const own = new Set(journey.past.map(({ relationshipId }) => relationshipId));
  const failed: PastMatch[] = [];
  const connections = new Map<string, Connection>();
  for await (const { document } of work.read(journeys).all({ organisationId: journey.organisationId, where: { personId: journey.personId } })) {
    for (const { relationshipId, supporterId, ending } of document.journey.past) {
      if (ending === 'not-a-good-fit' && !own.has(relationshipId)) failed.push({ supporterId, ending, lessons: [] });
    }
    for (const [supporterId, connection] of Object.entries(document.journey.connections)) {
      const known = connections.get(supporterId);
      const isLater = known === undefined || known.declaredAt < connection.declaredAt;
      if (isLater && journey.connections[supporterId] === undefined) connections.set(supporterId, connection);
    }
  }
  return { failed, connections: Object.fromEntries(connections) };
}

/**
 * Gathers the whole register and opens it; undefined while nothing is known of what a good match needs, or when it was erased.
 * `fresh`: supporters as their own stream has them now.
 */
export async function consider(work: Work, journey: KnownMatching, at: string, fresh: readonly KnownSupporter[] = []): Promise<Considering | undefined> {
  const { organisationId } = journey;
  if (journey.information === undefined) return undefined;
  const [register, required, weights, terms, zoneOf] = await Promise.all([
    wholeRegister(work, organisationId, fresh),
    requiredOf(work, organisationId),
    weightsOf(work, organisationId),
    termsOf(work, organisationId),
    timeZones(work, organisationId),
  ]);
  const profiles = await work.open(Object.fromEntries([...register].map(([id, each]) => [id, profileOf(each) ?? nothingTold])));
  const input: SupporterInput[] = [];
  const barriers = new Map<string, readonly Barrier[]>();
  for (const [supporterId, supporter] of register) {
    const profile = profiles[supporterId] as SupporterProfile | 'erased' | undefined;
    // Nobody is left of whom anything could be said.
    if (profile === undefined || profile === 'erased') continue;
    const timeZone = zoneOf(supporter.siteId);
    const found = barriersTo(standingOf(supporter, timeZone), required, dateIn(timeZone, at));
    barriers.set(supporterId, found);
    input.push({ supporterId, profile, timeZone, barriers: found });
  }
  const mentee = await menteeInput(work, journey, zoneOf(journey.siteId), (id) => profiles[id] as SupporterProfile | 'erased' | undefined);
  if (mentee === undefined) return undefined;
  const { failed: before, connections } = await earlierJourneys(work, journey);
  const past = [...before, ...mentee.past];
  return {
    input: { mentee: { ...mentee, past, connections: [...mentee.connections, ...(await told(work, connections))] }, supporters: input, terms: terms.terms, weights: weights.weights, at },
    versions: { weights: weights.version, terms: terms.version },
    envelopes: {
      information: journey.information,
      lessons: [...before.map(() => []), ...journey.past.map((each) => each.lessons)],
      profileOf: (id) => profileOf(register.get(id)),
    },
    register,
    barriers,
  };
}

const profileOf = (supporter: KnownSupporter | undefined): Personal<SupporterProfile> | undefined =>
  supporter === undefined || supporter.status === 'candidate' ? undefined : supporter.profile;

/** Connections as suggestions stand on them; what was noted with them is not for these. */
async function told(work: Work, connections: KnownMatching['connections']): Promise<MenteeInput['connections']> {
  const kinds = await work.open(Object.fromEntries(Object.entries(connections).map(([supporterId, { kind }]) => [supporterId, kind])));
  return Object.entries(connections).map(([supporterId, { menteeAgrees }]) => ({ supporterId, kind: kinds[supporterId] ?? 'other', menteeAgrees }));
}

/** What is known of a mentee, opened. */
export async function menteeInput(
  work: Work,
  journey: KnownMatching,
  timeZone: string,
  opened: (supporterId: string) => SupporterProfile | 'erased' | undefined,
): Promise<MenteeInput | undefined> {
  const { information, lessons } = await work.open({ information: journey.information, lessons: journey.past.map((each) => each.lessons) });
  if (information === undefined || information === 'erased') return undefined;
  return {
    information: information as MatchingInformation,
    timeZone,
    past: journey.past.map(({ supporterId, ending }, index) => {
      const lesson = lessons[index] as readonly string[] | 'erased' | undefined;
      const profile = opened(supporterId);
      return { supporterId, ending, lessons: lesson === undefined || lesson === 'erased' ? [] : lesson, ...(profile !== undefined && profile !== 'erased' && { profile }) };
    }),
    turnedDown: journey.turnedDown,
    connections: await told(work, journey.connections),
  };
}
