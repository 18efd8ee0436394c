import { addDays, dateIn } from '@alongside/contracts';
import { AfterQuery, ListQuery, query, type QueryRequest, type QueryRoute } from '@alongside/service';
import { liveRelationship, type Support } from '../../domain/support/state.js';
import { support } from '../../domain/support/support.js';
import { supportModel, type SupportDocument } from '../../read-models/support.js';
import { byEverybodyInvolved, byStaff } from '../access.js';
import { staffOf, timeZoneOf, type Settings } from '../lookups.js';
import { disclosedNow } from '../disclosed-now.js';
import { concernsFor, concernsShown, viewFor } from './journey-view.js';

/** A weekly session is usual; who has logged none for longer is asked. */
const sessionReminderDays = 7;

/** The owner who reads a concern has been alerted. */
async function markOpened(request: QueryRequest<AfterQuery, Support>, only?: string): Promise<void> {
  const journeyId = request.params['id'];
  if (request.state.status !== 'known' || journeyId === undefined || request.as.every((role) => role === 'supporter')) return;
  for (const concern of concernsFor(request.state, request.user.id)) {
    const unread = concern.status === 'open' && concern.ownerId === request.user.id && !concern.openedBy.includes(request.user.id);
    if (unread && (only === undefined || only === concern.concernId)) {
      await request.execute(support, journeyId, 'open-concern', { concernId: concern.concernId }, { as: `open-concern/${concern.concernId}` });
    }
  }
}

/** The name of whom both turn to: supporters see no list of staff. */
async function namedContact(work: Settings, organisationId: string, contactPersonId: string | undefined) {
  const contact = contactPersonId === undefined ? undefined : (await staffOf(work, organisationId)).get(contactPersonId);
  return contact?.status === 'active' ? { contactPersonName: contact.name } : {};
}

const supportRecord: QueryRoute = query<AfterQuery, Support>({
  path: '/api/supervision/:id',
  says: "A journey's support: for coordinators everything, for the supervisor how it goes and what worries, for the supporter their own relationship. Opening it as owner of a concern ends the alert.",
  access: byEverybodyInvolved,
  query: AfterQuery,
  reads: [supportModel],
  record: { aggregate: support, what: 'support of a mentee', opened: (request) => markOpened(request) },
  answer: async (request) => {
    const { params, state, as, user } = request;
    if (state.status === 'unknown') return undefined;
    const live = liveRelationship(state);
    const known = { ...(await disclosedNow(request, live?.disclosed, state.journey)), ...(await namedContact(request, user.organisationId, live?.contactPersonId)) };
    return viewFor(as, params['id'] ?? '', state, user.id, known);
  },
});

const concernRecord: QueryRoute = query<AfterQuery, Support>({
  path: '/api/supervision/:id/concerns/:concernId',
  says: 'One concern, never to whom it is about; one about safeguarding whole to its owner, the named coordinator and the supervisor, to who raised it that it stands. Opening it as its owner ends the alert.',
  access: byStaff,
  query: AfterQuery,
  reads: [supportModel],
  record: { aggregate: support, param: 'id', what: 'concern', opened: (request) => markOpened(request, request.params['concernId']) },
  answer: ({ params, state, user }) => {
    const concern = state.status === 'unknown' ? undefined : concernsShown(state, user.id).find((each) => each.concernId === params['concernId']);
    return concern && { id: concern.concernId, journeyId: params['id'], ...concern };
  },
});

async function sessionsToLog(request: QueryRequest, { relationship, siteId, organisationId }: SupportDocument) {
  if (!relationship || relationship.status === 'paused') return [];
  const timeZone = await timeZoneOf(request, organisationId, siteId);
  const today = dateIn(timeZone, request.now);
  const last = relationship.recentSessions[0]?.heldOn;
  const firstMeetingOn = relationship.firstMeetingAt === undefined ? undefined : dateIn(timeZone, relationship.firstMeetingAt);
  if (last === undefined && firstMeetingOn !== undefined) return firstMeetingOn <= today ? [{ kind: 'first-meeting', dueOn: firstMeetingOn }] : [];
  const dueOn = addDays(last ?? relationship.openedOn, sessionReminderDays);
  return dueOn <= today ? [{ kind: 'session', dueOn, ...(last !== undefined && { lastSessionOn: last }) }] : [];
}

const mine: QueryRoute = query<ListQuery>({
  path: '/api/supervision/mine',
  says: "A supporter's own mentees: when and where they meet first, whom to turn to, what each allowed them to know, how to reach them without harm, and the sessions to log.",
  access: { roles: ['supporter'] },
  query: ListQuery,
  reads: [supportModel],
  answer: async (request) => {
    const { organisationId, id: supporterId } = request.user;
    const { limit, cursor } = request.query;
    const page = await request.read(supportModel).find({ organisationId, where: { supporterId }, ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) });
    const items = await Promise.all(
      page.items.map(async ({ document }) => {
        const { journeyId, relationship } = document;
        if (!relationship) return [];
        const { relationshipId, status, openedOn, firstMeetingAt, firstMeetingPlace, contactPersonId, disclosed, groundRulesAgreed, sessions, recentSessions, reviewOn } = relationship;
        return [
          {
            journeyId,
            relationshipId,
            status,
            openedOn,
            firstMeetingAt,
            firstMeetingPlace,
            reviewOn,
            contactPersonId,
            ...(await namedContact(request, organisationId, contactPersonId)),
            ...(await disclosedNow(request, disclosed, document.journey)),
            groundRulesAgreed,
            sessions,
            lastSessionOn: recentSessions[0]?.heldOn,
            sessionsToLog: await sessionsToLog(request, document),
          },
        ];
      }),
    );
    return { items: items.flat(), ...(page.next !== undefined && { next: page.next }) };
  },
});

const flaggedDisclosures: QueryRoute = query<ListQuery>({
  path: '/api/supervision/disclosures',
  says: 'Disclosures that were made without authorisation, for the auditor: which journey, when and by whom, never what was told.',
  access: { roles: ['auditor'] },
  query: ListQuery,
  reads: [supportModel],
  answer: async (request) => {
    const { limit, cursor } = request.query;
    const { organisationId } = request.user;
    const page = await request.read(supportModel).find({ organisationId, where: { flagged: true }, ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) });
    const items = page.items.flatMap(({ document: { journeyId, siteId, disclosures } }) =>
      disclosures.map(({ id: disclosureId, at: disclosedAt, by: disclosedBy, reviewed }) => ({ journeyId, siteId, disclosureId, disclosedAt, disclosedBy, reviewed })),
    );
    return { items, ...(page.next !== undefined && { next: page.next }) };
  },
});

export const journeyQueries: readonly QueryRoute[] = [mine, flaggedDisclosures, supportRecord, concernRecord];
