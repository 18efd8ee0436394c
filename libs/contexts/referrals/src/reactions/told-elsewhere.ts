import { answerProblems, formStages, organisations, type FormAnswer, type FormField, type SafeContact } from '@alongside/contracts';
import type { Work } from '@alongside/service';
import { sameAnswer } from '../api/form-answers.js';
import { answersTold, safeContactTold } from '../domain/carrying-over.js';
import { answersOf, type Journey } from '../domain/state.js';
import type { Carried, ToldElsewhere } from '../domain/told.js';

export interface KnownJourney {
  readonly journeyId: string;
  readonly journey: Journey;
}

/** Fields by which somebody is reached: the latest answer is the one that helps. Any other stands as it was first told here. */
const renews = ({ name, type }: FormField): boolean => ['telephone', 'email', 'address'].includes(type) || name === 'postcode';

const latest = <T>(told: readonly Carried<T>[]): Carried<T> | undefined => told.reduce<Carried<T> | undefined>((before, each) => (before && before.toldAt >= each.toldAt ? before : each), undefined);

/**
 * How the person may be reached, as they told it last on any of these journeys; the first of them where it was at one moment.
 * Undefined: nothing that is not known here.
 */
export async function safeContactToldOn(work: Work, journey: Journey, others: readonly KnownJourney[]): Promise<Carried<SafeContact> | undefined> {
  const told = latest(others.flatMap((each) => (each.journey.erased ? [] : (safeContactTold(each.journeyId, each.journey) ?? []))));
  const known = safeContactTold('', journey);
  if (!told || !known || known.toldAt < told.toldAt) return told;
  // The same word at the same moment is no news; the same word since is: what was said in between holds no more.
  const [there, here] = (await work.open([told.value, known.value])) as readonly unknown[];
  return sameAnswer(there, here) ? undefined : told;
}

/** Fields of this journey's form that were answered on these journeys, each as it was told last, and otherwise than here. */
export async function answersToldOn(work: Work, journey: Journey, others: readonly KnownJourney[]): Promise<ToldElsewhere['answers']> {
  const form = await work.setting(organisations.ReferralFormConfigured, journey.organisationId, String(journey.formVersion));
  const told = new Map<string, Carried<FormAnswer>>();
  for (const each of others) {
    if (each.journey.erased) continue;
    for (const [name, answer] of Object.entries(answersTold(each.journeyId, each.journey))) {
      const before = told.get(name);
      if (!before || before.toldAt < answer.toldAt) told.set(name, answer);
    }
  }
  const known: Readonly<Record<string, unknown>> = await work.open(answersOf(journey) as Readonly<Record<string, unknown>>);
  const opened: Readonly<Record<string, unknown>> = await work.open(Object.fromEntries([...told].map(([name, { value }]) => [name, value])) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    [...told].flatMap(([name, answer]) => {
      const field = form?.fields.find((each) => each.name === name);
      const fits = field !== undefined && answerProblems({ [name]: opened[name] }, [field], formStages, 'form').length === 0;
      return fits && !sameAnswer(known[name], opened[name]) ? [[name, { ...answer, renews: renews(field) }]] : [];
    }),
  );
}
