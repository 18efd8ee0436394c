import { contactChannels, type ContactChannel } from '@alongside/contracts';
import { Id, LongText, MenteeCommandBody, OneOf, Text, YesNo } from '@alongside/service';
import { courses, linkKinds, missedReaches, type Course, type LinkKind, type MissedReach } from '../../domain/support/link-events.js';
import { WordOf } from './word-of.js';

export class RecordLink extends MenteeCommandBody {
  @OneOf(linkKinds, { example: 'community-resource' })
  kind!: LinkKind;

  @Id({ optional: true, says: 'A service of the directory, where it is one' })
  serviceId?: string;

  @Text({ optional: true, says: 'Whom or what the mentee was brought together with; needed without a service', example: 'Painting group at the library' })
  linkedTo?: string;

  @LongText({ optional: true, max: 2000, example: 'Went together the first time.' })
  note?: string;
}

export class Signpost extends MenteeCommandBody {
  @Id({ says: 'A service of the directory' })
  serviceId!: string;

  @LongText({ optional: true, max: 2000, example: 'Questions about benefits.' })
  reason?: string;
}

@WordOf('supporter', { alone: true })
export class ReportRelationshipFeedback extends MenteeCommandBody {
  @OneOf(courses, { says: "How it goes, in the supporter's eyes", example: 'going-well' })
  course!: Course;

  @LongText({ optional: true, max: 2000, example: 'We laugh a lot.' })
  note?: string;
}

@WordOf('mentee')
export class CheckInWithMentee extends MenteeCommandBody {
  @YesNo({ says: 'Whether the mentee was reached', example: true })
  reached!: boolean;

  @OneOf(missedReaches, { optional: true, says: 'What came of it where the mentee was not reached: safe contact may rule a voicemail or a message out', example: 'no-answer' })
  outcome?: MissedReach;

  @OneOf(contactChannels, { says: 'One that is safe, at an hour that is safe, unless the mentee got in touch', example: 'telephone' })
  channel!: ContactChannel;

  @YesNo({ optional: true, says: 'The mentee got in touch', example: false })
  startedByMentee?: boolean;

  @OneOf(courses, { optional: true, says: "How it goes, in the mentee's eyes", example: 'going-well' })
  course?: Course;

  @LongText({ optional: true, example: 'Looks forward to every session.' })
  note?: string;
}
