import { Id, LongText, MenteeCommandBody, OneOf, YesNo } from '@alongside/service';
import { concernSubjects, resolutions, severities, type ConcernSubject, type Resolution, type Severity } from '../../domain/support/concern-events.js';
import { complaintOutcomes, complaintSubjects, ownedMatters, type ComplaintOutcome, type ComplaintSubject, type OwnedMatter } from '../../domain/support/query-events.js';
import { WordOf } from './word-of.js';

const whom = 'Which supporter or staff member, where it is about one; default for a supporter: the one of this relationship. They never see it';

export class RaiseConcern extends MenteeCommandBody {
  @OneOf(severities, { example: 'medium' })
  severity!: Severity;

  @YesNo({ says: 'Somebody may come to harm: alerts at once, and few may see it', example: false })
  safeguarding!: boolean;

  @OneOf(concernSubjects, { optional: true, says: 'Default: the mentee', example: 'mentee' })
  about?: ConcernSubject;

  @Id({ optional: true, says: whom })
  aboutId?: string;

  @LongText({ example: 'Has not left the house since last week.' })
  text!: string;
}

export class EscalateConcern extends MenteeCommandBody {
  @Id()
  concernId!: string;

  @OneOf(severities, { optional: true, says: 'Never lower than before', example: 'high' })
  severity?: Severity;

  @YesNo({ optional: true, says: 'Once it is about safeguarding it stays so', example: true })
  safeguarding?: boolean;

  @Id({ optional: true, says: 'Who sees to it from now on' })
  ownerId?: string;

  @LongText({ optional: true, max: 2000, example: 'The second time this month.' })
  reason?: string;
}

export class OpenConcern extends MenteeCommandBody {
  @Id()
  concernId!: string;
}

export class ResolveConcern extends MenteeCommandBody {
  @Id()
  concernId!: string;

  @OneOf(resolutions, { example: 'resolved' })
  resolution!: Resolution;

  @LongText({ optional: true, example: 'A place in the shelter was found.' })
  note?: string;
}

export class RaiseQuery extends MenteeCommandBody {
  @LongText({ example: 'May my sister come along once?' })
  text!: string;
}

export class AnswerQuery extends MenteeCommandBody {
  @Id()
  queryId!: string;

  @LongText({ example: 'Yes, when both of you agree on it beforehand.' })
  answer!: string;
}

@WordOf('mentee')
export class MakeComplaint extends MenteeCommandBody {
  @OneOf(complaintSubjects, { optional: true, says: 'Default: the service', example: 'service' })
  about?: ComplaintSubject;

  @Id({ optional: true, says: whom })
  aboutId?: string;

  @LongText({ example: 'I waited an hour and nobody rang.' })
  text!: string;
}

export class ResolveComplaint extends MenteeCommandBody {
  @Id()
  complaintId!: string;

  @OneOf(complaintOutcomes, { example: 'upheld' })
  outcome!: ComplaintOutcome;

  @LongText({ optional: true, example: 'We apologised and changed how we ring.' })
  note?: string;
}

export class TakeOver extends MenteeCommandBody {
  @OneOf(ownedMatters, { example: 'query' })
  matter!: OwnedMatter;

  @Id({ says: 'Of the concern, query or complaint' })
  matterId!: string;

  @Id({ optional: true, says: 'Who sees to it from now on; default: oneself' })
  ownerId?: string;
}
