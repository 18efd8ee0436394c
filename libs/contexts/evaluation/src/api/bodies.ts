import { contactChannels, type ContactChannel } from '@alongside/contracts';
import { AfterQuery, Code, CommandBody, DateOnly, Id, ListOf, ListOfOneOf, ListOfText, ListQuery, LongText, MenteeCommandBody, OneOf, RecordOf, Text, WholeNumber, YesNo } from '@alongside/service';
import { closingOutcomes, type ClosingOutcome } from '../domain/evaluation.js';
import { declineReasons, goalOutcomes, type DeclineReason, type GoalOutcome } from '../domain/events.js';
import { reportedTo, type ReportedTo } from '../domain/improvement.js';
import { audiences, occasions, questionTypes, type Audience, type Occasion, type QuestionType } from '../domain/questions.js';

const ids = {
  site: '00000000-0000-4000-8000-000000000002',
  questionnaire: '00000000-0000-4000-8000-000000000008',
  invitation: '00000000-0000-4000-8000-000000000009',
  response: '00000000-0000-4000-8000-000000000010',
  goal: '00000000-0000-4000-8000-000000000012',
};
const answers = { 'how-i-cope': 4, 'what-helped': ['Being heard'], 'what-to-change': 'Meet in the evening.' };

export class DraftQuestionFields {
  @Code({ says: 'Key of the answer; the same in two questionnaires pairs them', example: 'how-i-cope' })
  name!: string;

  @Text({ max: 400, says: 'What is asked', example: 'How well do you cope with everyday life?' })
  label!: string;

  @OneOf(questionTypes, { example: 'scale' })
  type!: QuestionType;

  @YesNo({ optional: true, says: 'Needed to hand in; default: no', example: true })
  required?: boolean;

  @WholeNumber({ optional: true, min: -100, max: 100, says: 'Of a scale', example: 1 })
  min?: number;

  @WholeNumber({ optional: true, min: -100, max: 100, says: 'Of a scale', example: 5 })
  max?: number;

  @RecordOf('text', { optional: true, max: 20, says: 'Of a scale: what some of its numbers mean', example: { '1': 'Not at all', '5': 'Very well' } })
  labels?: Record<string, string>;

  @ListOfText({ optional: true, max: 40, says: 'Of a choice', example: ['Too rarely', 'Just right', 'Too often'] })
  options?: string[];
}

export class ConfigureQuestionnaire extends CommandBody {
  @Text({ says: 'Name of the questionnaire', example: 'Looking back' })
  name!: string;

  @OneOf(occasions, { says: 'When it is asked', example: 'end' })
  occasion!: Occasion;

  @OneOf(audiences, { says: 'Whom it asks', example: 'mentee' })
  audience!: Audience;

  @ListOf(() => DraftQuestionFields, {
    min: 1,
    max: 60,
    example: [
      { name: 'how-i-cope', label: 'How well do you cope with everyday life?', type: 'scale', required: true, min: 1, max: 5, labels: { '1': 'Not at all', '5': 'Very well' } },
      { name: 'met-enough', label: 'Did you meet often enough?', type: 'choice', options: ['Too rarely', 'Just right', 'Too often'] },
      { name: 'what-helped', label: 'What helped?', type: 'choices', options: ['Being heard', 'Practical help', 'Meeting others'] },
      { name: 'what-to-change', label: 'What should we do better?', type: 'text' },
    ],
  })
  questions!: DraftQuestionFields[];
}

export class Invite extends MenteeCommandBody {
  @OneOf(occasions, { example: 'end' })
  occasion!: Occasion;

  @OneOf(audiences, { optional: true, says: 'Default: the mentee', example: 'mentee' })
  audience?: Audience;

  @OneOf(contactChannels, { says: 'How the link is sent', example: 'email' })
  channel!: ContactChannel;

  @Id({ optional: true, says: 'Default: the latest that asks this of them', example: ids.questionnaire })
  questionnaireId?: string;
}

export class ReissueInvitation extends MenteeCommandBody {
  @Id({ optional: true, says: 'Default: the latest that nobody answered', example: ids.invitation })
  invitationId?: string;

  @OneOf(contactChannels, { optional: true, says: 'Default: as before', example: 'text-message' })
  channel?: ContactChannel;
}

export class AnswerInvitation extends CommandBody {
  @RecordOf('json', { optional: true, max: 60, says: 'By name of the question', example: answers })
  answers?: Record<string, unknown>;

  @YesNo({ optional: true, says: 'Hands it in; `false` keeps it to go on with later. Default: true', example: true })
  complete?: boolean;

  @YesNo({ optional: true, says: 'Rather not answer', example: false })
  decline?: boolean;
}

export class RecordResponse extends MenteeCommandBody {
  @OneOf(occasions, { example: 'end' })
  occasion!: Occasion;

  @OneOf(audiences, { optional: true, says: 'Whose view it is. Default: the mentee', example: 'mentee' })
  audience?: Audience;

  @OneOf(['telephone', 'paper', 'meeting'], { optional: true, says: "How staff were told; left out by a supporter who gives their own view", example: 'telephone' })
  channel?: 'telephone' | 'paper' | 'meeting';

  @Id({ optional: true, says: 'Where nobody was invited. Default: the latest that asks this of them', example: ids.questionnaire })
  questionnaireId?: string;

  @RecordOf('json', { max: 60, says: 'By name of the question', example: answers })
  answers!: Record<string, unknown>;

  @YesNo({ optional: true, says: '`false` keeps partial answers to go on with later. Default: true', example: true })
  complete?: boolean;
}

export class MarkResponseRead extends MenteeCommandBody {
  @Id({ example: ids.response })
  responseId!: string;
}

export class DeclineEvaluation extends MenteeCommandBody {
  @OneOf(occasions, { optional: true, says: 'Default: the end', example: 'end' })
  occasion?: Occasion;

  @OneOf(audiences, { optional: true, says: 'Default: the mentee', example: 'mentee' })
  audience?: Audience;

  @OneOf(declineReasons, { optional: true, says: 'No reason is demanded. Default: does-not-want-to', example: 'does-not-want-to' })
  reason?: DeclineReason;
}

export class GoalOutcomeFields {
  @Id({ example: ids.goal })
  goalId!: string;

  @OneOf(goalOutcomes, { example: 'achieved' })
  outcome!: GoalOutcome;
}

export class RecordOutcome extends MenteeCommandBody {
  @ListOf(() => GoalOutcomeFields, { optional: true, max: 60, says: 'What became of the goals' })
  goals?: GoalOutcomeFields[];

  @LongText({ optional: true, says: "The coordinator's closing view", example: 'Goes out alone again and has joined a walking group.' })
  view?: string;
}

export class CloseJourney extends MenteeCommandBody {
  @OneOf(closingOutcomes, { optional: true, says: 'Where the ending was not as it looks. Default: what the ending says', example: 'completed' })
  outcome?: ClosingOutcome;
}

export class ProposeImprovement extends CommandBody {
  @Text({ example: 'Meet in the evening' })
  title!: string;

  @LongText({ says: 'What users said; name nobody', example: 'Several people work in the day and could not come.' })
  said!: string;

  @Id({ optional: true, says: 'Of one site; absent: of the whole organisation', example: ids.site })
  siteId?: string;

  @Id({ optional: true, says: 'The questionnaire that brought it up', example: ids.questionnaire })
  questionnaireId?: string;

  @Code({ optional: true, says: 'The question that brought it up', example: 'what-to-change' })
  question?: string;
}

export class AdoptImprovement extends CommandBody {
  @LongText({ says: 'What is going to be done', example: 'Open the rooms on Tuesday evenings.' })
  plan!: string;

  @DateOnly({ optional: true, says: 'By when users are told. Default: in three months', example: '2030-06-03' })
  reportBackOn?: string;
}

export class ReportBack extends CommandBody {
  @ListOfOneOf(reportedTo, { min: 1, unique: true, says: 'Who was told', example: ['mentees', 'supporters'] })
  to!: ReportedTo[];

  @LongText({ says: 'What was done', example: 'Rooms are open on Tuesday evenings since May.' })
  done!: string;
}

export class WorklistQuery extends ListQuery {
  @DateOnly({ optional: true, says: 'Shows what falls due until this day; absent: today at the site', example: '2026-06-08' })
  dueBy?: string;

  @Id({ optional: true, example: ids.site })
  siteId?: string;
}

export class QuestionnairesQuery extends ListQuery {
  @OneOf(occasions, { optional: true })
  occasion?: Occasion;

  @OneOf(audiences, { optional: true })
  audience?: Audience;
}

export class ImprovementsQuery extends ListQuery {
  @OneOf(['proposed', 'adopted', 'reported-back'], { optional: true })
  status?: 'proposed' | 'adopted' | 'reported-back';

  @Id({ optional: true, example: ids.site })
  siteId?: string;
}

export class ResultsQuery extends AfterQuery {
  @Id({ optional: true, example: ids.questionnaire })
  questionnaireId?: string;

  @OneOf(occasions, { optional: true })
  occasion?: Occasion;

  @OneOf(audiences, { optional: true })
  audience?: Audience;

  @Id({ optional: true, example: ids.site })
  siteId?: string;

  @DateOnly({ optional: true, says: 'Answered on this day or later; default: a year before `to`', example: '2026-01-01' })
  from?: string;

  @DateOnly({ optional: true, says: 'Answered on this day or earlier; default: today', example: '2026-12-31' })
  to?: string;

  @OneOf(['site', 'month'], { optional: true, says: 'Tells results apart' })
  by?: 'site' | 'month';
}
