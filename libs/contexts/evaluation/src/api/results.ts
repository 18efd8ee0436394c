import { addDays, addMonths, dateIn } from '@alongside/contracts';
import type { Filter } from '@alongside/read-models';
import { query, type QueryRequest, type QueryRoute } from '@alongside/service';
import { InvalidField } from '@alongside/event-sourcing';
import { resultOf, type Answered } from '../domain/results.js';
import { evaluations } from '../read-models/evaluations.js';
import { responses, type ResponseDocument } from '../read-models/responses.js';
import { questionnaires } from '../read-models/questionnaires.js';
import { ResultsQuery } from './bodies.js';
import { timeZoneOf } from './prepare.js';

// A coordinator may open each of these answers in the record of its journey, and so sees every figure that is made of them; of what
// they may not open nothing is counted.
//
// Answers are personal, so no document holds a figure made of them: they are opened here, after the access check, for as long
// as it takes to count them. A period bounds how many that is.

interface Group {
  readonly questionnaireId: string;
  readonly siteId?: string;
  readonly month?: string;
  readonly given: Answered[];
}

function period({ from, to }: ResultsQuery, today: string): { readonly from: string; readonly to: string } {
  const until = to ?? (from !== undefined && from > today ? from : today);
  const since = from ?? addMonths(until, -12);
  if (since > until) throw new InvalidField([{ path: 'to', code: 'before-from' }]);
  if (since < addMonths(until, -60)) throw new InvalidField([{ path: 'from', code: 'too-long-a-period' }]);
  return { from: since, to: until };
}

/** Whether the reader may open a journey's record now: it may have moved on from the site at which it was answered. */
function readable(request: QueryRequest, sites: readonly string[] | 'all'): (journeyId: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  const ask = async (journeyId: string): Promise<boolean> => {
    const found = await request.read(evaluations).get(journeyId);
    return found !== undefined && (found.siteId === undefined || sites.includes(found.siteId));
  };
  return async (journeyId) => {
    if (sites === 'all') return true;
    const answer = known.get(journeyId) ?? ask(journeyId);
    known.set(journeyId, answer);
    return answer;
  };
}

async function groupsOf(request: QueryRequest<ResultsQuery>, { from, to }: ReturnType<typeof period>): Promise<readonly Group[]> {
  const { audience, by, occasion, questionnaireId, siteId } = request.query;
  const sites = request.sites('coordinator');
  const visible: Filter<ResponseDocument> = sites === 'all' ? {} : { siteId: { in: sites } };
  // A day more on either side: the calendar of the site decides.
  const where: Filter<ResponseDocument> = {
    complete: true,
    at: { gte: `${addDays(from, -1)}T00:00:00.000Z`, lt: `${addDays(to, 2)}T00:00:00.000Z` },
    ...(questionnaireId !== undefined && { questionnaireId }),
    ...(occasion !== undefined && { occasion }),
    ...(audience !== undefined && { audience }),
    allOf: [visible, ...(siteId === undefined ? [] : [{ siteId }])],
  };
  const isOpenTo = readable(request, sites);
  const zones = new Map<string, string>();
  const groups = new Map<string, Group>();
  for await (const { document } of request.read(responses).all({ organisationId: request.user.organisationId, where })) {
    const zone = zones.get(document.siteId) ?? (await timeZoneOf(request, request.user.organisationId, document.siteId));
    zones.set(document.siteId, zone);
    const day = dateIn(zone, document.at);
    if (day < from || day > to || !(await isOpenTo(document.journeyId))) continue;
    const key = { questionnaireId: document.questionnaireId, ...(by === 'site' && { siteId: document.siteId }), ...(by === 'month' && { month: day.slice(0, 7) }) };
    const name = JSON.stringify(key);
    const group = groups.get(name) ?? { ...key, given: [] };
    groups.set(name, group);
    const { answers } = await request.open({ answers: document.answers });
    group.given.push({ journeyId: document.journeyId, answers });
  }
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
}

export const resultsQuery: QueryRoute = query<ResultsQuery>({
  path: '/api/evaluation/results',
  says: 'What people said, by questionnaire, and by site or month where asked: counts, means and quartiles, of all the answers that the reader may open.',
  access: { roles: ['coordinator'] },
  query: ResultsQuery,
  reads: [responses, questionnaires, evaluations],
  answer: async (request) => {
    const range = period(request.query, dateIn('UTC', request.now));
    const groups = await groupsOf(request, range);
    const items = await Promise.all(
      groups.map(async ({ given, ...group }) => {
        const questionnaire = await request.read(questionnaires).get(group.questionnaireId);
        const about = { ...group, name: questionnaire?.name, occasion: questionnaire?.occasion, audience: questionnaire?.audience };
        return { ...about, responses: given.length, questions: (questionnaire?.questions ?? []).map((question) => resultOf(question, given)) };
      }),
    );
    return { ...range, items };
  },
});
