import { CommandBody, DateOnly, Id, Instant, ListOf, LongText, MenteeCommandBody, OneOf, Text, YesNo } from '@alongside/service';
import { connectionKinds, type Answering, type ConnectionKind } from '../domain/matching-events.js';

const supporterId = '00000000-0000-4000-8000-000000000031';

export class Override {
  @Text({ says: 'The must that is broken, as the refusal and the suggestions name it: `<side>-<about>`', pattern: /^(mentee|supporter)-[a-z-]+$/, example: 'mentee-gender' })
  must!: string;

  @LongText({ example: 'Talked through; the shared language matters more.' })
  reason!: string;
}

export class ProposeMatch extends MenteeCommandBody {
  @Id({ example: supporterId })
  supporterId!: string;

  @DateOnly({ optional: true, says: 'The last day for an answer; default: by the service standards', example: '2099-12-31' })
  answerBy?: string;

  @ListOf(() => Override, { optional: true, max: 20, says: 'Musts that are broken, each with the reason why' })
  overrides?: Override[];

  @LongText({ optional: true, example: 'Both like long walks.' })
  note?: string;
}

export class RespondToMatch extends MenteeCommandBody {
  @OneOf(['mentee', 'supporter'], { optional: true, says: 'Whose answer it is; a signed-in supporter answers for themselves, staff for the mentee unless told otherwise', example: 'mentee' })
  side?: Answering;

  @OneOf(['accepted', 'turned-down'], { example: 'accepted' })
  answer!: 'accepted' | 'turned-down';

  @LongText({ optional: true, says: 'Never asked for', example: 'Would like somebody nearer.' })
  reason?: string;
}

/** What the mentee sends by the link. */
export class RespondByLink extends CommandBody {
  @OneOf(['accepted', 'turned-down'], { example: 'accepted' })
  answer!: 'accepted' | 'turned-down';

  @LongText({ optional: true, says: 'Never asked for', example: 'Would like somebody nearer.' })
  reason?: string;
}

export class WithdrawProposal extends MenteeCommandBody {
  @LongText({ optional: true, example: 'The hours did not work out.' })
  reason?: string;
}

export class Introduce extends MenteeCommandBody {
  @Id({ says: 'Whom both turn to with a question or a worry: a coordinator or supervisor at the site', example: '00000000-0000-4000-8000-000000000052' })
  contactPersonId!: string;

  @Instant({ says: 'The first meeting, after the introduction', example: '2099-02-20T14:00:00.000Z' })
  firstMeetingAt!: string;

  @Text({ optional: true, max: 500, example: 'The library café' })
  firstMeetingPlace?: string;
}

export class LeaveWaitingList extends MenteeCommandBody {
  @OneOf(['left', 'withdrawn', 'unreachable', 'moved-away', 'other'], { example: 'left' })
  reason!: 'left' | 'withdrawn' | 'unreachable' | 'moved-away' | 'other';

  @LongText({ optional: true, example: 'Found a group nearby.' })
  note?: string;
}

export class ReturnToAssessment extends MenteeCommandBody {
  @LongText({ example: 'A new diagnosis comes first.' })
  reason!: string;
}

abstract class Connection extends MenteeCommandBody {
  @OneOf(connectionKinds, { example: 'know-each-other' })
  kind!: ConnectionKind;

  @YesNo({ optional: true, says: 'The mentee agrees to be matched all the same; default: no', example: false })
  menteeAgrees?: boolean;

  @LongText({ optional: true, example: 'They sang in one choir.' })
  note?: string;
}

export class DeclareConnection extends Connection {
  @Id({ example: supporterId })
  supporterId!: string;
}

export class DeclareConnectionToMentee extends Connection {
  @Id({ says: "The mentee's journey", example: '00000000-0000-4000-8000-000000000021' })
  journeyId!: string;
}
