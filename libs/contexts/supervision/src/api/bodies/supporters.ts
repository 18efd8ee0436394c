import { Code, CommandBody, DateOnly, Id, Instant, ListOfIds, LongText, OneOf, Text, WholeNumber } from '@alongside/service';
import { missedSupervisionReasons, supervisionForms, type MissedSupervisionReason, type SupervisionForm } from '../../domain/supporter/events.js';

export class AssignSupervisor extends CommandBody {
  @Id({ says: 'A supervisor of the site' })
  supervisorId!: string;
}

export class AgreeSupervision extends CommandBody {
  @OneOf(supervisionForms, { example: 'one-to-one' })
  form!: SupervisionForm;

  @WholeNumber({ optional: true, min: 1, max: 52, says: 'Default: as the service standards say', example: 4 })
  everyWeeks?: number;

  @LongText({ optional: true, example: 'We begin with how Sam is, then the mentees.' })
  agreement?: string;
}

export class ScheduleSupervision extends CommandBody {
  @Instant({ example: '2035-04-07T15:00:00.000Z' })
  scheduledFor!: string;

  @OneOf(supervisionForms, { optional: true, says: 'Default: one to one', example: 'one-to-one' })
  form?: SupervisionForm;
}

export class RecordSupervision extends CommandBody {
  @DateOnly({ optional: true, says: 'Default: the day on which it happened', example: '2026-04-07' })
  heldOn?: string;

  @OneOf(supervisionForms, { optional: true, says: 'Default: one to one', example: 'one-to-one' })
  form?: SupervisionForm;

  @WholeNumber({ optional: true, min: 1, max: 1440, example: 50 })
  minutes?: number;

  @LongText({ optional: true, says: 'For the supervisor alone; name no mentee', example: 'Talked about endings.' })
  notes?: string;
}

export class RecordMissedSupervision extends CommandBody {
  @DateOnly({ optional: true, says: 'Default: the day on which it happened', example: '2026-04-07' })
  missedOn?: string;

  @OneOf(missedSupervisionReasons, { example: 'illness' })
  reason!: MissedSupervisionReason;

  @LongText({ optional: true, max: 2000, example: 'A cold.' })
  note?: string;
}

const scale = { min: 1, max: 5 } as const;

export class RecordWellbeing extends CommandBody {
  @WholeNumber({ ...scale, says: 'How much there is to do, 1 little to 5 very much', example: 3 })
  load!: number;

  @WholeNumber({ ...scale, says: 'How much it weighs, 1 little to 5 very much', example: 2 })
  strain!: number;

  @WholeNumber({ ...scale, says: 'How much it gives back, 1 little to 5 very much', example: 4 })
  reward!: number;

  @LongText({ optional: true, max: 2000, example: 'A good month.' })
  note?: string;
}

export class Debrief extends CommandBody {
  @DateOnly({ optional: true, says: 'Default: the day on which it happened', example: '2026-04-09' })
  heldOn?: string;

  @Id({ optional: true, says: 'The journey that it is about; default: everything that was offered' })
  journeyId?: string;

  @LongText({ optional: true, says: 'For the supervisor alone; name no mentee', example: 'Sam would like a week without sessions.' })
  notes?: string;
}

export class AgreeTrainingNeed extends CommandBody {
  @Code({ says: "The training's code; completing it answers the need", example: 'boundaries' })
  training!: string;

  @LongText({ optional: true, max: 2000, example: 'Finds it hard to say no.' })
  note?: string;
}

export class FormGroup extends CommandBody {
  @Id()
  siteId!: string;

  @Text({ example: 'Tuesday evening' })
  name!: string;

  @Id({ optional: true, says: 'Who leads it; default: oneself' })
  supervisorId?: string;

  @ListOfIds({ min: 1, max: 30, unique: true, says: 'Supporters of the site' })
  supporterIds!: string[];
}

export class ChangeGroup extends CommandBody {
  @Id({ optional: true, says: 'Who leads it from now on' })
  supervisorId?: string;

  @ListOfIds({ optional: true, min: 1, max: 30, unique: true, says: 'All members from now on' })
  supporterIds?: string[];
}

export class DisbandGroup extends CommandBody {}

export class ScheduleGroupSupervision extends CommandBody {
  @Instant({ example: '2035-04-07T18:00:00.000Z' })
  scheduledFor!: string;
}

export class RecordGroupSupervision extends CommandBody {
  @DateOnly({ optional: true, says: 'Default: the day on which it happened', example: '2026-04-07' })
  heldOn?: string;

  @WholeNumber({ optional: true, min: 1, max: 1440, example: 90 })
  minutes?: number;

  @ListOfIds({ min: 1, max: 30, unique: true, says: 'Who came: it counts for each of them' })
  attended!: string[];

  @LongText({ optional: true, says: 'Stay with the group; name no mentee', example: 'On saying goodbye.' })
  notes?: string;
}
