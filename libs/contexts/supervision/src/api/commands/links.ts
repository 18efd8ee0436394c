import { localMomentIn, safeContactRules } from '@alongside/contracts';
import { erased } from '@alongside/event-sourcing';
import { command, type CommandRoute } from '@alongside/service';
import { MenteeCheckedIn, RelationshipFeedbackReported, ServiceLinkMade, SignpostedDuringSupport } from '../../domain/support/link-events.js';
import { support as aggregate } from '../../domain/support/support.js';
import { byCoordinators, byTheirSupporter } from '../access.js';
import { CheckInWithMentee, RecordLink, ReportRelationshipFeedback, Signpost } from '../bodies/links.js';
import { serviceStanding, timeZoneOf } from '../lookups.js';
import { dataOf, given, journeyIn } from '../prepared.js';
import { liveRules } from './relationship.js';

export const linkCommands: readonly CommandRoute[] = [
  command({
    name: 'record-link',
    says: 'Writes down a bridge to professional help or to the community.',
    aggregate,
    access: byTheirSupporter,
    body: RecordLink,
    events: [ServiceLinkMade],
    rules: liveRules,
    prepare: async (request, state) => ({ ...dataOf(request.body), service: await serviceStanding(request, journeyIn(state).organisationId, request.body.serviceId) }),
    answer: given('linkId'),
  }),
  command({
    name: 'signpost',
    says: "Sends what is outside a peer supporter's remit to a service of the directory.",
    aggregate,
    access: byTheirSupporter,
    body: Signpost,
    events: [SignpostedDuringSupport],
    rules: liveRules,
    prepare: async (request, state) => ({ ...dataOf(request.body), service: await serviceStanding(request, journeyIn(state).organisationId, request.body.serviceId) }),
    answer: given('linkId'),
  }),
  command({
    name: 'report-relationship-feedback',
    says: "Tells how the relationship goes, in the supporter's eyes.",
    aggregate,
    access: byTheirSupporter,
    body: ReportRelationshipFeedback,
    events: [RelationshipFeedbackReported],
    rules: { ...liveRules, 'in-the-supporters-eyes': "It is the supporter's own view." },
    answer: given('feedbackId'),
  }),
  command({
    name: 'check-in-with-mentee',
    says: 'Writes down how the mentee says it goes, apart from the supporter, who does not see it.',
    aggregate,
    access: byCoordinators,
    body: CheckInWithMentee,
    events: [MenteeCheckedIn],
    rules: {
      ...safeContactRules,
      'independent-of-the-supporter': 'A supporter does not check in for their own mentee.',
      'person-erased': liveRules['person-erased'],
    },
    prepare: async (request, state) => {
      const { safeContact, organisationId, siteId } = journeyIn(state);
      const opened = safeContact === undefined ? undefined : await request.open({ safeContact });
      const safe = opened === undefined || opened.safeContact === erased ? undefined : opened.safeContact;
      return { ...dataOf(request.body), at: localMomentIn(await timeZoneOf(request, organisationId, siteId), request.occurredAt), ...(safe && { safe }) };
    },
    answer: given('checkInId'),
  }),
];
