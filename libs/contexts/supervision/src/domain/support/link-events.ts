import type { ContactChannel } from '@alongside/contracts';
import { event, mentee, unchanged, type Personal } from '@alongside/event-sourcing';
import { exampleIds } from '../example-ids.js';
import type { Voice } from '../voice.js';

export const linkKinds = ['professional-help', 'community-resource'] as const;
export type LinkKind = (typeof linkKinds)[number];

export const ServiceLinkMade = event('ServiceLinkMade').of<{
  readonly linkId: string;
  readonly relationshipId: string;
  readonly kind: LinkKind;
  readonly serviceId?: string;
  readonly by: Voice;
  readonly details: Personal<{ readonly linkedTo?: string; readonly note?: string }>;
}>({
  personal: { details: mentee },
  says: 'The supporter built a bridge to professional help or to the community.',
  example: {
    linkId: exampleIds.linkId,
    relationshipId: exampleIds.relationshipId,
    kind: 'community-resource',
    serviceId: exampleIds.serviceId,
    by: 'supporter',
    details: { linkedTo: 'Painting group at the library', note: 'Went together the first time.' },
  },
});

export const SignpostedDuringSupport = event('SignpostedDuringSupport').of<{
  readonly linkId: string;
  readonly relationshipId: string;
  readonly serviceId: string;
  readonly by: Voice;
  readonly reason?: Personal<string>;
}>({
  personal: { reason: mentee },
  says: "What is outside a peer supporter's remit went to a service of the directory.",
  example: { linkId: exampleIds.linkId, relationshipId: exampleIds.relationshipId, serviceId: exampleIds.serviceId, by: 'supporter', reason: 'Questions about benefits.' },
});

export const courses = ['going-well', 'some-difficulty', 'not-working'] as const;
export type Course = (typeof courses)[number];

export const RelationshipFeedbackReported = event('RelationshipFeedbackReported').of<{
  readonly feedbackId: string;
  readonly relationshipId: string;
  readonly course: Course;
  readonly by: Voice;
  readonly note?: Personal<string>;
}>({
  personal: { note: mentee },
  says: "How the relationship goes, in the supporter's eyes.",
  example: { feedbackId: exampleIds.feedbackId, relationshipId: exampleIds.relationshipId, course: 'some-difficulty', by: 'supporter', note: 'We find little to talk about.' },
});

/** What came of trying, where the mentee was not reached. */
export const missedReaches = ['no-answer', 'left-voicemail', 'left-message', 'message-sent', 'not-delivered'] as const;
export type MissedReach = (typeof missedReaches)[number];

export const MenteeCheckedIn = event('MenteeCheckedIn').of<{
  readonly checkInId: string;
  readonly relationshipId?: string;
  readonly reached: boolean;
  /** Since version 2. */
  readonly outcome?: MissedReach;
  readonly channel: ContactChannel;
  /** The mentee got in touch; since version 2. */
  readonly startedByMentee?: boolean;
  readonly by: Voice;
  readonly report?: Personal<{ readonly course?: Course; readonly note?: string }>;
}>({
  version: 2,
  personal: { report: mentee },
  upcast: { 1: unchanged },
  says: 'The coordinator asked the mentee how it goes, apart from the supporter, who does not see it.',
  example: {
    checkInId: exampleIds.checkInId,
    relationshipId: exampleIds.relationshipId,
    reached: true,
    channel: 'telephone',
    by: 'mentee',
    report: { course: 'going-well', note: 'Looks forward to every session.' },
  },
});

export const linkEvents = [ServiceLinkMade, SignpostedDuringSupport, RelationshipFeedbackReported, MenteeCheckedIn] as const;
