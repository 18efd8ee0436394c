import { organisations } from '@alongside/contracts';
import { DateOnly, Id, ListQuery, OneOf, query, type QueryRequest, type QueryRoute } from '@alongside/service';
import { supportModel, type SupportDocument } from '../../read-models/support.js';
import { supportersModel, type SupporterDocument } from '../../read-models/supporters.js';
import { byStaff } from '../access.js';
import { canSeeTo, holds, staffOf, standardsOf } from '../lookups.js';
import { coordinatorsFilter, reachedAsCoordinator, reachedAsSupervisor, supervisorsFilter } from './reach.js';
import {
  coordinatorItems,
  supervisorItems,
  supervisorNeeded,
  supporterItems,
  worklistKinds,
  worklistPage,
  type Reading,
  type WorklistItem,
  type WorklistKind,
  type WorklistPage,
} from './worklist-items.js';
import type { Filter } from '@alongside/read-models';

export class WorklistQuery extends ListQuery {
  @DateOnly({ optional: true, says: 'What falls due until then; default: today', example: '2026-03-16' })
  dueBy?: string;

  @Id({ optional: true, says: 'Only of this site' })
  siteId?: string;

  @OneOf(worklistKinds, { optional: true, says: 'Only these', example: 'concern' })
  kind?: WorklistKind;
}

async function worklist(request: QueryRequest<WorklistQuery>): Promise<WorklistPage> {
  const { user, now, query: asked } = request;
  const { organisationId } = user;
  const [standards, sites, staff] = await Promise.all([
    standardsOf(request, organisationId),
    request.settings(organisations.SiteChanged, organisationId),
    staffOf(request, organisationId),
  ]);
  const reading: Reading = {
    userId: user.id,
    dueBy: asked.dueBy,
    now,
    standards,
    timeZone: (siteId) => (siteId === undefined ? undefined : sites.get(siteId)?.timeZone) ?? 'UTC',
    present: (staffId, siteId, supervisorId) => {
      const member = staff.get(staffId);
      return member !== undefined && canSeeTo(member, siteId, supervisorId);
    },
  };
  const anyOf = [...coordinatorsFilter(request), ...supervisorsFilter(request)];
  const items: WorklistItem[] = [];
  for await (const { document } of request.read(supportModel).all({ organisationId, where: { attention: true, anyOf: anyOf as readonly Filter<SupportDocument>[] } })) {
    if (reachedAsSupervisor(request, document)) items.push(...supervisorItems(document, reading));
    // Said last, and so kept: a coordinator is shown the name, too.
    if (reachedAsCoordinator(request, document)) items.push(...coordinatorItems(document, reading));
  }
  for await (const { document } of request.read(supportersModel).all({ organisationId, where: { anyOf: anyOf as readonly Filter<SupporterDocument>[] } })) {
    if (reachedAsSupervisor(request, document)) items.push(...supporterItems(document, reading));
    if (reachedAsCoordinator(request, document)) items.push(...supervisorNeeded(document, reading, (staffId) => holds(staff.get(staffId), 'supervisor', document.siteId)));
  }
  const { kind, siteId } = asked;
  const wanted = items.filter((item) => (kind === undefined || item.kind === kind) && (siteId === undefined || item.siteId === siteId));
  return worklistPage(wanted, asked);
}

export const worklistQuery: QueryRoute = query<WorklistQuery>({
  path: '/api/supervision/worklist',
  says: 'What has to be seen to: for coordinators quiet relationships, worries, check-ins and reviews; for supervisors supervision, wellbeing, debriefs, disclosures and concerns.',
  access: byStaff,
  query: WorklistQuery,
  reads: [supportModel, supportersModel],
  answer: worklist,
  example: {
    items: [{ kind: 'check-in-due', key: 'check-in-due/00000000-0000-4000-8000-000000000005', alert: false, dueOn: '2026-03-16', journeyId: '00000000-0000-4000-8000-000000000003' }],
    counts: { items: 1, alerts: 0, byKind: { 'check-in-due': 1 } },
  },
});
