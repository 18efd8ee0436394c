import { dateIn, organisations } from '@alongside/contracts';
import type { Filter } from '@alongside/read-models';
import { pageOf, query, type QueryRequest, type QueryRoute } from '@alongside/service';
import { evaluations, type EvaluationDocument } from '../read-models/evaluations.js';
import { improvements, type ImprovementDocument } from '../read-models/improvements.js';
import { WorklistQuery } from './bodies.js';
import { timeZoneOf } from './prepare.js';

interface Item {
  readonly kind: string;
  readonly dueOn: string;
  readonly overdue: boolean;
  readonly journeyId?: string;
  readonly improvementId?: string;
  readonly invitationId?: string;
  readonly responseId?: string;
  readonly occasion?: string;
  readonly audience?: string;
}

/** Time zones of sites, asked once each. */
function zones(request: QueryRequest) {
  const known = new Map<string | undefined, Promise<string>>();
  return (siteId: string | undefined): Promise<string> => {
    const zone = known.get(siteId) ?? timeZoneOf(request, request.user.organisationId, siteId);
    known.set(siteId, zone);
    return zone;
  };
}

export const isDue = (dueOn: string, dueBy: string | undefined, today: string): boolean => dueOn <= (dueBy ?? today);

async function ofJourneys(request: QueryRequest<WorklistQuery>, zoneOf: ReturnType<typeof zones>): Promise<readonly Item[]> {
  const { organisationId } = request.user;
  const { siteId: asked, dueBy } = request.query;
  const sites = request.sites('coordinator');
  const visible: Filter<EvaluationDocument> = sites === 'all' ? {} : { siteId: { in: sites } };
  const staff = await request.settings(organisations.StaffMemberChanged, organisationId);
  const items: Item[] = [];
  const found = request.read(evaluations).all({ organisationId, where: { hasTodos: true, allOf: [visible, ...(asked === undefined ? [] : [{ siteId: asked }])] } });
  for await (const { id: journeyId, document } of found) {
    const { coordinatorId, siteId, todos } = document;
    const zone = await zoneOf(siteId);
    const today = dateIn(zone, request.now);
    const isGone = coordinatorId !== undefined && staff.get(coordinatorId)?.status === 'removed';
    for (const { kind, since, on, ...about } of todos) {
      const dueOn = on ?? dateIn(zone, since);
      if (!isDue(dueOn, dueBy, today)) continue;
      items.push({ kind, journeyId, ...(siteId !== undefined && { siteId }), ...(isGone ? { coordinatorGone: true } : coordinatorId !== undefined && { coordinatorId }), ...about, dueOn, overdue: dueOn < today });
    }
  }
  return items;
}

async function ofImprovements(request: QueryRequest<WorklistQuery>, zoneOf: ReturnType<typeof zones>): Promise<readonly Item[]> {
  const { siteId: asked, dueBy } = request.query;
  const sites = request.sites('coordinator');
  const visible: Filter<ImprovementDocument> = sites === 'all' ? {} : { anyOf: [{ siteId: { in: sites } }, { siteId: null }] };
  const items: Item[] = [];
  const found = request.read(improvements).all({ organisationId: request.user.organisationId, where: { status: 'adopted', allOf: [visible, ...(asked === undefined ? [] : [{ siteId: asked }])] } });
  for await (const { id: improvementId, document } of found) {
    const today = dateIn(await zoneOf(document.siteId ?? undefined), request.now);
    const dueOn = document.reportBackOn ?? today;
    if (isDue(dueOn, dueBy, today)) items.push({ kind: 'improvement-to-report-back', improvementId, ...(document.siteId !== null && { siteId: document.siteId }), dueOn, overdue: dueOn < today });
  }
  return items;
}

/** Of one journey there may be several of a kind: an invitation or a response each. */
const orderOf = ({ dueOn, journeyId = '', improvementId = '', invitationId = '', responseId = '', occasion = '', audience = '', kind }: Item): string =>
  [dueOn, journeyId || improvementId, kind, invitationId || responseId || `${occasion}/${audience}`].join(' ');

export const worklistQuery: QueryRoute = query<WorklistQuery>({
  path: '/api/evaluation/worklist',
  says: 'Baselines to take, evaluations to invite to, invitations about to expire or expired, answers to read, outcomes to record, journeys to close, improvements to report back.',
  access: { roles: ['coordinator'] },
  query: WorklistQuery,
  reads: [evaluations, improvements],
  answer: async (request) => {
    const zoneOf = zones(request);
    const items = [...(await ofJourneys(request, zoneOf)), ...(await ofImprovements(request, zoneOf))];
    return pageOf(items, orderOf, request.query);
  },
});
