import { addDays, dateIn, endOf, localMomentIn, organisations, type ContactChannel } from '@alongside/contracts';
import { InvalidField } from '@alongside/event-sourcing';
import type { Request, Work } from '@alongside/service';
import { questionnaireAggregate, versionOf, type QuestionnaireVersion } from '../domain/questionnaire.js';
import { verdictOn, type ContactVerdict } from '../domain/safe-sending.js';
import { answersProblems, type Answer, type Answers, type Audience, type Occasion } from '../domain/questions.js';
import type { Evaluation } from '../domain/state.js';
import { questionnaires } from '../read-models/questionnaires.js';

/** What deciding needs besides the body: settings of the organisation, what is sealed, the local date. */

export const knownOf = (state: Evaluation | undefined) => (state === undefined || state.status === 'unknown' ? undefined : state.known);

export async function timeZoneOf(work: Work, organisationId: string, siteId: string | undefined): Promise<string> {
  const site = siteId === undefined ? undefined : await work.setting(organisations.SiteChanged, organisationId, siteId);
  return site?.timeZone ?? 'UTC';
}

const zoneOf = (work: Work, state: Evaluation | undefined): Promise<string> => timeZoneOf(work, knownOf(state)?.organisationId ?? '', knownOf(state)?.siteId);

/** The calendar date of what happens, at the site that holds the journey. */
export async function todayOf(request: Request, state: Evaluation | undefined): Promise<string> {
  return dateIn(await zoneOf(request, state), request.occurredAt);
}

export async function sendingOf(request: Request, state: Evaluation | undefined, channel: ContactChannel) {
  const zone = await zoneOf(request, state);
  const set = await request.setting(organisations.ServiceStandardsSet, knownOf(state)?.organisationId ?? '');
  const today = dateIn(zone, request.occurredAt);
  const expiresOn = addDays(today, set?.standards.invitationDays ?? 28);
  return { channel, contact: await contactVerdict(request, state, channel, zone), expiresAt: endOf(expiresOn, zone), expiresOn, today };
}

/** Nothing said about safe contact: nothing is ruled out. */
async function contactVerdict(request: Request, state: Evaluation | undefined, channel: ContactChannel, zone: string): Promise<ContactVerdict> {
  const sealed = knownOf(state)?.safeContact;
  if (sealed === undefined) return 'safe';
  const { contact } = await request.open({ contact: sealed });
  // Of an erased person the decider refuses for that.
  return contact === 'erased' ? 'safe' : verdictOn(contact, channel, localMomentIn(zone, request.occurredAt));
}

export interface QuestionnaireRef {
  readonly questionnaireId: string;
  readonly version: number;
}

/** The questionnaire named, or the one published last that asks this of them; undefined where there is none. */
export async function questionnaireFor(work: Work, organisationId: string, occasion: Occasion, audience: Audience, questionnaireId: string | undefined): Promise<QuestionnaireRef | undefined> {
  const id = questionnaireId ?? (await latestQuestionnaire(work, organisationId, occasion, audience));
  if (id === undefined) return undefined;
  const state = (await work.load(questionnaireAggregate, id))?.state;
  if (state?.status !== 'published' || state.organisationId !== organisationId) throw new InvalidField([{ path: 'questionnaireId', code: 'unknown' }]);
  if (state.occasion !== occasion || state.audience !== audience) throw new InvalidField([{ path: 'questionnaireId', code: 'asks-something-else' }]);
  return { questionnaireId: id, version: state.versions.length };
}

async function latestQuestionnaire(work: Work, organisationId: string, occasion: Occasion, audience: Audience): Promise<string | undefined> {
  const { items } = await work.read(questionnaires).find({ organisationId, where: { occasion, audience }, sort: { field: 'publishedAt', direction: 'descending' }, limit: 1 });
  return items[0]?.id;
}

/** A questionnaire as it was asked. */
export async function asAsked(work: Work, { questionnaireId, version }: QuestionnaireRef): Promise<QuestionnaireVersion | undefined> {
  return versionOf((await work.load(questionnaireAggregate, questionnaireId))?.state, version);
}

/**
 * Answers checked against the version that was asked. What was kept of an earlier, partial answer goes with them, so that
 * what is handed in is whole.
 */
export async function checkedAnswers(work: Work, ref: QuestionnaireRef, kept: unknown, sent: Readonly<Record<string, unknown>>, complete: boolean): Promise<{ readonly answers: Answers; readonly answered: readonly string[]; readonly complete: boolean }> {
  const questions = (await asAsked(work, ref))?.questions ?? [];
  const { before } = await work.open({ before: kept as Answers | undefined });
  const whole: Readonly<Record<string, unknown>> = { ...(typeof before === 'object' && before !== null ? before : {}), ...sent };
  const problems = answersProblems(whole, questions, complete);
  if (problems.length > 0) throw new InvalidField(problems);
  const answers = Object.fromEntries(Object.entries(whole).map(([name, value]) => [name, (typeof value === 'string' ? value.trim() : value) as Answer]));
  return { answers, answered: Object.keys(answers), complete };
}

export async function knownSite(work: Work, organisationId: string, siteId: string): Promise<void> {
  if ((await work.setting(organisations.SiteChanged, organisationId, siteId)) === undefined) throw new InvalidField([{ path: 'siteId', code: 'unknown' }]);
}
