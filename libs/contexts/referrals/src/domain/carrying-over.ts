import type { FormAnswer, SafeContact } from '@alongside/contracts';
import { CarriedOverTakenBack, ReferralAnswersCarriedOver, SafeContactCarriedOver } from './events.js';
import { answersOf, isOpen, safeContactOf, type CarriedOver, type Decisions, type Details } from './state.js';
import type { Carried, ToldElsewhere } from './told.js';

export interface CarryingOverBodies {
  /**
   * What was told on another journey of the person (`personId`: whoever it is of meanwhile, it is theirs alone) since, or on one that joined this one. `prevails`: that one came later, so that
   * it is newer also where both were told at the same moment.
   */
  'carry-over': { personId: string; told: ToldElsewhere; prevails?: true };
  /** Those journeys are of somebody else after all; `told`: what the journeys say that are of this person still. */
  'take-back-carried': { fromJourneyIds: readonly string[]; told: ToldElsewhere };
}

/** What was carried over from any journey but these. */
export function carriedFromOthersThan(journeyIds: readonly string[], { carriedAnswers, carriedSafeContact }: CarriedOver): CarriedOver {
  const isFromAnother = ({ fromJourneyId }: Carried<unknown>): boolean => !journeyIds.includes(fromJourneyId);
  return {
    carriedAnswers: Object.fromEntries(Object.entries(carriedAnswers).filter(([, each]) => isFromAnother(each))),
    ...(carriedSafeContact && isFromAnother(carriedSafeContact) && { carriedSafeContact }),
  };
}

/** Every journey that something was carried over from. */
export const carriedFrom = ({ carriedAnswers, carriedSafeContact }: CarriedOver): readonly string[] =>
  [...new Set([...Object.values(carriedAnswers), ...(carriedSafeContact ? [carriedSafeContact] : [])].map(({ fromJourneyId }) => fromJourneyId))];

/** A journey as it is without what these told. */
export function withoutCarriedFrom<Known extends Details>(journeyIds: readonly string[], details: Known): Known {
  const { carriedAnswers, carriedSafeContact, ...rest } = details;
  return { ...rest, ...carriedFromOthersThan(journeyIds, { carriedAnswers, ...(carriedSafeContact && { carriedSafeContact }) }) } as Known;
}

/** Since when what is known of a field is known; undefined: it is not. */
const answeredAt = ({ answered, carriedAnswers }: Details, name: string): string | undefined => carriedAnswers[name]?.toldAt ?? answered[name]?.at;

/** How the person may be reached, as it was told last; undefined: nobody has said anything. */
export function safeContactTold(journeyId: string, details: Details): Carried<SafeContact> | undefined {
  const value = safeContactOf(details);
  const at = details.carriedSafeContact?.toldAt ?? details.safeContactTold?.at;
  if (value === undefined || at === undefined) return undefined;
  return { value, fromJourneyId: details.carriedSafeContact?.fromJourneyId ?? journeyId, toldAt: at };
}

/** Answers of the form as they were told last, by field. */
export function answersTold(journeyId: string, details: Details): Readonly<Record<string, Carried<FormAnswer>>> {
  return Object.fromEntries(
    Object.entries(answersOf(details)).map(([name, value]) => [
      name,
      { value, fromJourneyId: details.carriedAnswers[name]?.fromJourneyId ?? journeyId, toldAt: answeredAt(details, name) ?? details.beganAt },
    ]),
  );
}

const isNewer = (toldAt: string, known: string, prevails: boolean): boolean => toldAt > known || (prevails && toldAt === known);

/** What a journey takes over of what was told elsewhere: what it does not know, and what is newer. What was told here since stands. */
export function safeContactCarriedOver(details: Details, { safeContact }: ToldElsewhere, prevails = false): readonly ReturnType<typeof SafeContactCarriedOver>[] {
  const known = safeContactTold('', details)?.toldAt;
  if (!safeContact || (known !== undefined && !isNewer(safeContact.toldAt, known, prevails))) return [];
  const { value, fromJourneyId, toldAt } = safeContact;
  return [SafeContactCarriedOver({ safeContact: value, fromJourneyId, toldAt })];
}

export function answersCarriedOver(details: Details, { answers }: ToldElsewhere, prevails = false): readonly ReturnType<typeof ReferralAnswersCarriedOver>[] {
  const carried = Object.entries(answers).filter(([name, { renews, toldAt }]) => {
    const known = answeredAt(details, name);
    return known === undefined ? !(name in details.answers) : renews && isNewer(toldAt, known, prevails);
  });
  if (carried.length === 0) return [];
  return [
    ReferralAnswersCarriedOver({
      answers: Object.fromEntries(carried.map(([name, { value }]) => [name, value])),
      told: Object.fromEntries(carried.map(([name, { fromJourneyId, toldAt }]) => [name, { fromJourneyId, toldAt }])),
    }),
  ];
}

export const carryingOver: Decisions<CarryingOverBodies> = {
  'carry-over'({ data: { personId, told, prevails } }, state) {
    if (state.status === 'none' || state.erased || state.died || state.personId !== personId) return [];
    // A form that is over asks nothing more; who is reached after it, is reached safely.
    return [...safeContactCarriedOver(state, told, prevails), ...(isOpen(state) ? answersCarriedOver(state, told, prevails) : [])];
  },
  'take-back-carried'({ data: { fromJourneyIds, told } }, state) {
    if (state.status === 'none' || state.erased) return [];
    const carried = [...carriedFrom(state), ...(state.carriedBeforeLink ? carriedFrom(state.carriedBeforeLink) : [])];
    const takenBack = fromJourneyIds.filter((each) => carried.includes(each)).map((fromJourneyId) => CarriedOverTakenBack({ fromJourneyId }));
    // At once, so that nobody is reached out to in between as if nothing had been said.
    return state.died ? takenBack : [...takenBack, ...safeContactCarriedOver(withoutCarriedFrom(fromJourneyIds, state), told)];
  },
};
