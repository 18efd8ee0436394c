import { contactChannels, type ContactChannel } from '@alongside/contracts';
import { DateOnly, Id, ListOf, ListOfOneOf, LongText, MenteeCommandBody, OneOf, Text, WholeNumber } from '@alongside/service';
import { coreFunctions, missedReasons, sessionKinds, type CoreFunction, type MissedReason, type SessionKind } from '../../domain/support/session-events.js';
import { WordOf } from './word-of.js';

const ofRelationship = 'Which relationship; a former supporter who logs late names theirs, once another one has begun. Default: the latest';

export class LogSession extends MenteeCommandBody {
  @Id({ optional: true, says: ofRelationship })
  relationshipId?: string;

  @DateOnly({ optional: true, says: 'Default: the day on which it happened', example: '2026-03-16' })
  heldOn?: string;

  @WholeNumber({ min: 1, max: 1440, says: 'How long, in minutes', example: 60 })
  minutes!: number;

  @OneOf(contactChannels, { example: 'in-person' })
  channel!: ContactChannel;

  @OneOf(sessionKinds, { example: 'meeting' })
  kind!: SessionKind;

  @ListOfOneOf(coreFunctions, { min: 1, unique: true, says: 'Which of the four core functions it served', example: ['social-and-emotional-support', 'ongoing-support'] })
  coreFunctions!: CoreFunction[];

  @LongText({ optional: true, max: 2000, example: 'We walked, and talked about sleep.' })
  note?: string;

  @LongText({ optional: true, max: 1000, says: 'Why there are no ground rules yet; needed after the third session', example: 'Wanted to settle in before talking about rules.' })
  groundRulesReason?: string;
}

export class RecordMissedSession extends MenteeCommandBody {
  @Id({ optional: true, says: ofRelationship })
  relationshipId?: string;

  @DateOnly({ optional: true, says: 'Default: the day on which it happened', example: '2026-03-23' })
  missedOn?: string;

  @OneOf(missedReasons, { example: 'mentee-cancelled' })
  reason!: MissedReason;

  @LongText({ optional: true, max: 2000, example: 'Too tired today; next week as usual.' })
  note?: string;
}

export class CorrectSession extends MenteeCommandBody {
  @Id({ says: 'The session that was logged' })
  sessionId!: string;

  @DateOnly({ optional: true, says: 'What is left out stays as it was', example: '2026-03-17' })
  heldOn?: string;

  @WholeNumber({ optional: true, min: 1, max: 1440, example: 45 })
  minutes?: number;

  @OneOf(contactChannels, { optional: true, example: 'telephone' })
  channel?: ContactChannel;

  @OneOf(sessionKinds, { optional: true, example: 'meeting' })
  kind?: SessionKind;

  @ListOfOneOf(coreFunctions, { optional: true, min: 1, unique: true, example: ['help-with-daily-management'] })
  coreFunctions?: CoreFunction[];

  @LongText({ optional: true, max: 2000, example: 'We talked on the telephone about sleep.' })
  note?: string;

  @LongText({ max: 1000, says: 'Why it is put right', example: 'Looked it up in the diary.' })
  reason!: string;
}

export class NamedGoal {
  @Id({ optional: true, says: 'Of a goal that was set before' })
  goalId?: string;

  @Text({ max: 400, example: 'Go out on my own again' })
  title!: string;

  @ListOf('text', { optional: true, max: 30, says: 'The steps that the mentee wants to take', example: ['Walk to the corner shop', 'Take the bus to the library'] })
  plan?: string[];
}

@WordOf('mentee', { alone: true })
export class SetGoals extends MenteeCommandBody {
  @ListOf(() => NamedGoal, {
    min: 1,
    max: 20,
    says: 'The whole list, in the words of the mentee',
    example: [{ title: 'Go out on my own again', plan: ['Walk to the corner shop', 'Take the bus to the library'] }],
  })
  goals!: NamedGoal[];
}

@WordOf('mentee', { alone: true })
export class ReviewGoal extends MenteeCommandBody {
  @Id()
  goalId!: string;

  @WholeNumber({ min: 0, max: 10, says: 'How far, in the eyes of the mentee: 0 not at all, 10 fully there', example: 6 })
  rating!: number;

  @LongText({ optional: true, max: 2000, example: 'The bus still makes me nervous.' })
  note?: string;
}
