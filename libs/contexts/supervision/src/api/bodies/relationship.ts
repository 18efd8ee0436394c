import { DateOnly, ListOfCodes, ListOfText, LongText, MenteeCommandBody, Nested, OneOf, YesNo } from '@alongside/service';
import { pauseReasons, type PauseReason } from '../../domain/support/relationship-events.js';
import { decidedEndings } from '../../domain/support/relationship.js';

export class AgreeGroundRules extends MenteeCommandBody {
  @YesNo({ says: 'Both keep to themselves what they hear', example: true })
  mutualConfidentiality!: boolean;

  @ListOfText({ min: 1, max: 20, of: { max: 400 }, says: 'When it may be told on all the same', example: ['Danger to life'] })
  exceptions!: string[];

  @LongText({ says: 'What the two do and do not do', example: 'We meet in public places and lend each other no money.' })
  boundaries!: string;

  @LongText({ says: 'When and how they reach each other', example: 'Text messages between nine and six.' })
  contact!: string;
}

export class PauseRelationship extends MenteeCommandBody {
  @DateOnly({ optional: true, says: 'When somebody asks again; default: as the service standards say', example: '2035-05-04' })
  reviewOn?: string;

  @OneOf(pauseReasons, { example: 'away' })
  reason!: PauseReason;

  @LongText({ optional: true, example: 'With family until the end of April.' })
  note?: string;
}

export class ResumeRelationship extends MenteeCommandBody {
  @LongText({ optional: true, example: 'Back, and glad to go on.' })
  note?: string;
}

export class Goodbyes {
  @YesNo({ says: 'The mentee could say goodbye', example: true })
  mentee!: boolean;

  @YesNo({ says: 'The supporter could say goodbye', example: true })
  supporter!: boolean;
}

export class EndRelationship extends MenteeCommandBody {
  @OneOf(decidedEndings, { example: 'planned' })
  ending!: (typeof decidedEndings)[number];

  @YesNo({ says: 'The mentee would like another supporter: back to matching, else on to the evaluation', example: false })
  wantsAnother!: boolean;

  @DateOnly({ optional: true, says: 'Default: the day on which it happened', example: '2026-03-16' })
  endedOn?: string;

  @Nested(() => Goodbyes, { optional: true, says: 'A planned ending needs both' })
  goodbyes?: Goodbyes;

  @ListOfCodes({ optional: true, max: 20, unique: true, says: 'What the next match can learn from it', example: ['shared-interests-matter'] })
  lessons?: string[];

  @LongText({ optional: true, example: 'A last walk around the park.' })
  note?: string;
}

