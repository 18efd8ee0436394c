import { unsafeBecause, type ContactChannel, type LocalMoment, type SafeContact } from '@alongside/contracts';
import { InvalidField, refuse, refuseUnless, type CommandsOf, type EventsOf } from '@alongside/event-sourcing';
import { defined } from '../defined.js';
import { voiceOf, type Voice } from '../voice.js';
import {
  MenteeCheckedIn,
  RelationshipFeedbackReported,
  ServiceLinkMade,
  SignpostedDuringSupport,
  linkEvents,
  type Course,
  type LinkKind,
  type MissedReach,
} from './link-events.js';
import { isTheirSupporter, liveRelationship, mustBeLive, onKnown, supportPart, writable } from './state.js';

/** Whether a service is in the organisation's directory now; looked up beforehand. */
export type ServiceStanding = 'listed' | 'retired' | 'unknown';

export type LinkCommand = CommandsOf<{
  'record-link': {
    readonly relationshipId?: string;
    readonly by?: Voice;
    readonly kind: LinkKind;
    readonly serviceId?: string;
    readonly service?: ServiceStanding;
    readonly linkedTo?: string;
    readonly note?: string;
  };
  signpost: { readonly relationshipId?: string; readonly by?: Voice; readonly serviceId: string; readonly service: ServiceStanding; readonly reason?: string };
  'report-relationship-feedback': { readonly relationshipId?: string; readonly by?: Voice; readonly course: Course; readonly note?: string };
  'check-in-with-mentee': {
    readonly by?: Voice;
    readonly reached: boolean;
    /** Where they were not reached. */
    readonly outcome?: MissedReach;
    readonly channel: ContactChannel;
    /** The mentee got in touch: whatever way they chose is safe. */
    readonly startedByMentee?: boolean;
    /** How the mentee may be reached without harm; absent where nobody has said. */
    readonly safe?: SafeContact;
    /** When it happened, on the wall at the site. */
    readonly at: LocalMoment;
    readonly course?: Course;
    readonly note?: string;
  };
}>;

export const links = supportPart<LinkCommand, EventsOf<typeof linkEvents>>({
  decide: {
    'record-link': ({ data, actor, newId }, state) => {
      const live = mustBeLive(writable(state), data.relationshipId);
      if (data.serviceId === undefined && data.linkedTo === undefined) throw new InvalidField([{ path: 'linkedTo', code: 'required' }]);
      if (data.serviceId !== undefined) mustBeInDirectory(data.service);
      const { kind, serviceId, linkedTo, note } = data;
      return [
        ServiceLinkMade(
          defined({ linkId: newId('link'), relationshipId: live.relationshipId, kind, serviceId, by: voiceOf(actor, data.by), details: defined({ linkedTo, note }) }),
        ),
      ];
    },
    signpost: ({ data, actor, newId }, state) => {
      const live = mustBeLive(writable(state), data.relationshipId);
      mustBeInDirectory(data.service);
      const { serviceId, reason } = data;
      return [SignpostedDuringSupport(defined({ linkId: newId('link'), relationshipId: live.relationshipId, serviceId, by: voiceOf(actor, data.by), reason }))];
    },
    'report-relationship-feedback': ({ data, newId }, state) => {
      const live = mustBeLive(writable(state), data.relationshipId);
      refuseUnless(data.by === undefined || data.by === 'supporter', 'in-the-supporters-eyes');
      const { course, note } = data;
      return [RelationshipFeedbackReported(defined({ feedbackId: newId('feedback'), relationshipId: live.relationshipId, course, by: 'supporter' as const, note }))];
    },
    'check-in-with-mentee': ({ data, actor, newId }, state) => {
      const known = writable(state);
      refuseUnless(actor.role !== 'supporter' && !isTheirSupporter(known, actor.id), 'independent-of-the-supporter');
      const { reached, outcome, channel, startedByMentee = false, safe, at, course, note } = data;
      if (reached && outcome !== undefined) throw new InvalidField([{ path: 'outcome', code: 'was-reached' }]);
      const broken = safe && !startedByMentee ? unsafeBecause(safe, defined({ channel, outcome }), at) : undefined;
      if (broken !== undefined) refuse(broken, { channel });
      return [
        MenteeCheckedIn(
          defined({
            checkInId: newId('check-in'),
            relationshipId: liveRelationship(known)?.relationshipId,
            reached,
            outcome,
            channel,
            startedByMentee: startedByMentee || undefined,
            by: data.by ?? ('mentee' as const),
            report: course !== undefined || note !== undefined ? defined({ course, note }) : undefined,
          }),
        ),
      ];
    },
  },
  evolve: {
    ServiceLinkMade: onKnown((state, { data, metadata }) => {
      const { linkId, relationshipId, kind, serviceId, by, details } = data;
      return { ...state, links: [...state.links, defined({ linkId, relationshipId, kind, serviceId, by, details, madeAt: metadata.occurredAt })] };
    }),
    SignpostedDuringSupport: onKnown((state, { data, metadata }) => {
      const { linkId, relationshipId, serviceId, by, reason: details } = data;
      return { ...state, links: [...state.links, defined({ linkId, relationshipId, kind: 'signpost' as const, serviceId, by, details, madeAt: metadata.occurredAt })] };
    }),
    RelationshipFeedbackReported: onKnown((state, { data, metadata }) => {
      const { feedbackId, relationshipId, course, note } = data;
      return { ...state, feedback: [...state.feedback, defined({ feedbackId, relationshipId, course, note, reportedAt: metadata.occurredAt })] };
    }),
    MenteeCheckedIn: onKnown((state, { data, metadata }) => {
      const { startedByMentee = false, ...told } = data;
      return { ...state, checkIns: [...state.checkIns, { ...told, startedByMentee, at: metadata.occurredAt, checkedInBy: metadata.actor.id }] };
    }),
  },
});

function mustBeInDirectory(service: ServiceStanding | undefined): void {
  if (service !== 'listed') throw new InvalidField([{ path: 'serviceId', code: service === 'retired' ? 'retired' : 'unknown' }]);
}
