import { DateOnly, Id, ListOfOneOf, LongText, MenteeCommandBody, OneOf, Text } from '@alongside/service';
import { harmException, sharedCategories, type SharedCategory } from '../../domain/support/sharing-events.js';
import { WordOf } from './word-of.js';

@WordOf('mentee', { alone: true })
export class AuthoriseSharing extends MenteeCommandBody {
  @Text({ says: 'Who may be told', example: 'Dr Okafor, Elm Street Surgery' })
  recipient!: string;

  @LongText({ max: 1000, says: 'What for', example: 'To plan the next appointment.' })
  purpose!: string;

  @ListOfOneOf(sharedCategories, { min: 1, unique: true, says: 'What may be told, no more than needed', example: ['goals'] })
  categories!: SharedCategory[];

  @DateOnly({ optional: true, says: 'The last day on which it holds', example: '2035-12-31' })
  until?: string;
}

@WordOf('mentee')
export class WithdrawAuthorisation extends MenteeCommandBody {
  @Id()
  authorisationId!: string;
}

export class Disclose extends MenteeCommandBody {
  @Id({ optional: true, says: 'By which authorisation' })
  authorisationId?: string;

  @OneOf([harmException], { optional: true, says: 'The one reason to tell without an authorisation; needs a reason, and is flagged' })
  exception?: typeof harmException;

  @ListOfOneOf(sharedCategories, { min: 1, unique: true, example: ['goals'] })
  categories!: SharedCategory[];

  @Text({ optional: true, says: 'Who was told; needed for the exception', example: 'Emergency services' })
  recipient?: string;

  @LongText({ says: 'What was told', example: 'The two goals and how far they are.' })
  what!: string;

  @LongText({ optional: true, says: 'Needed for the exception', example: 'Said goodbye on the telephone and did not answer again.' })
  reason?: string;
}

export class ReviewDisclosure extends MenteeCommandBody {
  @Id()
  disclosureId!: string;

  @LongText({ optional: true, max: 2000, example: 'Right in the situation.' })
  note?: string;
}
