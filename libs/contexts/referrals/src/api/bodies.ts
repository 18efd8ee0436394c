import { contactChannels, erasureReasons, overrideReasons, referrerStatuses, weekdays, type ContactChannel, type ErasureReason, type OverrideReason, type ReferrerStatus, type Weekday } from '@alongside/contracts';
import { DateOnly, Id, ListOf, ListOfOneOf, ListOfText, LongText, MenteeCommandBody, Nested, NotBefore, OneOf, RecordOf, Text, TimeOfDay, YesNo } from '@alongside/service';
import {
  contactDirections,
  contactOutcomes,
  declineReasons,
  deferralReasons,
  identityMethods,
  purposes,
  referralChannels,
  reviewOutcomes,
  sources,
  type ContactDirection,
  type ContactOutcome,
  type DeclineReason,
  type DeferralReason,
  type IdentityMethod,
  type Purpose,
  type ReferralChannel,
  type ReviewOutcome,
  type Source,
} from '../domain/words.js';

const siteId = '00000000-0000-4000-8000-000000000002';
const otherSiteId = '00000000-0000-4000-8000-000000000012';
const staffId = '00000000-0000-4000-8000-000000000003';
const journeyId = '00000000-0000-4000-8000-000000000014';
const serviceId = '00000000-0000-4000-8000-000000000005';
const personId = '00000000-0000-4000-8000-000000000016';

export class SafeHours {
  @OneOf(weekdays, { example: 'monday' })
  day!: Weekday;

  @TimeOfDay({ example: '09:00' })
  from!: string;

  @TimeOfDay({ example: '17:00' })
  @NotBefore('from', { sameIsRefused: true })
  to!: string;
}

export class SafeContactBody {
  @YesNo({ says: 'May we leave a voicemail', example: false })
  voicemail!: boolean;

  @YesNo({ says: 'May we name ourselves to whoever answers', example: false })
  nameOurselves!: boolean;

  @YesNo({ says: 'May we write to their address', example: false })
  writeToAddress!: boolean;

  @ListOfOneOf(contactChannels, { unique: true, says: 'Channels that are safe; an empty list: none is', example: ['telephone', 'email'] })
  channels!: ContactChannel[];

  @ListOf(() => SafeHours, { optional: true, max: 28, says: 'Local hours within which to reach out; none given: any', example: [] })
  hours?: SafeHours[];

  @LongText({ optional: true, max: 1000, says: 'Anything else to keep in mind', example: 'Ask whether it is a good moment.' })
  note?: string;
}

export class ReferrerDetails {
  @Text({ says: 'Who refers', example: 'Sam Sample' })
  name!: string;

  @Text({ says: 'The agency they work for', example: 'Harbour Clinic' })
  agency!: string;

  @Text({ says: 'Telephone number, e-mail address or address', max: 300, example: 'sam.sample@example.org' })
  contact!: string;
}

export class ReferralConsent {
  @YesNo({ says: 'The person agrees to being referred; without it nothing is taken down', example: true })
  toBeReferred!: boolean;

  @YesNo({ optional: true, says: 'The referrer may be told how things stand (status only)', example: true })
  toInformReferrer?: boolean;
}

const formExample = { name: 'Robin Example', telephone: '01632 960011', email: 'robin@example.org' };

/** What the public form and the staff's form have in common. */
export class ReferralFormBody extends MenteeCommandBody {
  @OneOf(purposes, { says: 'Peer support, or training to become a peer supporter', example: 'peer-support' })
  purpose!: Purpose;

  @OneOf(sources, { says: 'Who refers', example: 'clinician' })
  source!: Source;

  @RecordOf('json', { max: 100, says: 'The registration fields of the organisation’s form, and no others', example: formExample })
  form!: Record<string, unknown>;

  @Nested(() => ReferralConsent)
  consent!: ReferralConsent;

  @Nested(() => ReferrerDetails, { optional: true, says: 'For referrals by a clinician, GP, social worker or other agency' })
  referrer?: ReferrerDetails;

  @Nested(() => SafeContactBody, { optional: true, says: 'How the person may be reached without harm' })
  safeContact?: SafeContactBody;
}

export class ReceiveReferral extends ReferralFormBody {
  @Id({ says: 'The site that takes it', example: siteId })
  siteId!: string;

  @OneOf(referralChannels, { says: 'How it came', example: 'telephone' })
  channel!: ReferralChannel;
}

/** The public form: it comes by the form, now, from the person or from who refers them. */
export class SendReferralForm {
  @OneOf(purposes, { says: 'Peer support, or training to become a peer supporter', example: 'peer-support' })
  purpose!: Purpose;

  @OneOf(sources, { says: 'Who refers', example: 'gp' })
  source!: Source;

  @RecordOf('json', { max: 100, says: 'The fields that the form shows, and no others', example: formExample })
  form!: Record<string, unknown>;

  @Nested(() => ReferralConsent)
  consent!: ReferralConsent;

  @Nested(() => ReferrerDetails, { optional: true, says: 'For referrals by a clinician, GP, social worker or other agency' })
  referrer?: ReferrerDetails;

  @Nested(() => SafeContactBody, { optional: true, says: 'How the person may be reached without harm' })
  safeContact?: SafeContactBody;
}

export class RecordConsent extends MenteeCommandBody {
  @YesNo({ says: 'The referrer may be told how things stand', example: false })
  toInformReferrer!: boolean;
}

export class AmendForm extends MenteeCommandBody {
  @RecordOf('json', { max: 100, says: 'Fields of the referral’s form that are filled or changed', example: { 'date-of-birth': '1990-05-17', reason: 'Would like to talk to somebody who has been there.' } })
  form!: Record<string, unknown>;

  @ListOfText({ optional: true, max: 100, unique: true, says: 'Fields whose answers are taken away', example: [] })
  clear?: string[];
}

export class SetSafeContact extends MenteeCommandBody {
  @Nested(() => SafeContactBody)
  safeContact!: SafeContactBody;
}

export class AssignCoordinator extends MenteeCommandBody {
  @Id({ says: 'A coordinator of the site', example: staffId })
  coordinatorId!: string;

  @YesNo({ optional: true, says: 'The mentee has been told who it is', example: true })
  menteeTold?: boolean;
}

export class RecordContactAttempt extends MenteeCommandBody {
  @OneOf(contactChannels, { example: 'telephone' })
  channel!: ContactChannel;

  @OneOf(contactDirections, { optional: true, says: 'Who reached out; default: outgoing, we did', example: 'outgoing' })
  direction?: ContactDirection;

  @OneOf(contactOutcomes, { says: '`reached`: contact was made', example: 'reached' })
  outcome!: ContactOutcome;

  @LongText({ optional: true, max: 2000, example: 'Prefers the afternoon.' })
  note?: string;
}

export class ConfirmIdentity extends MenteeCommandBody {
  @OneOf(identityMethods, { says: 'How; what was answered is never written down', example: 'clinic-details' })
  method!: IdentityMethod;

  @YesNo({ optional: true, says: 'Whether it could be confirmed; default: true', example: true })
  confirmed?: boolean;
}

export class LinkToPerson extends MenteeCommandBody {
  @Id({ says: 'The person of a possible duplicate', example: personId })
  personId!: string;
}

export class UnlinkFromPerson extends MenteeCommandBody {}

export class DismissDuplicate extends MenteeCommandBody {
  @Id({ says: 'The person of a possible duplicate', example: personId })
  personId!: string;

  @LongText({ optional: true, max: 1000, example: 'Father and son.' })
  note?: string;
}

export class MergeIntoJourney extends MenteeCommandBody {
  @Id({ says: 'The open journey of the same person', example: journeyId })
  intoJourneyId!: string;
}

export class AcceptReferral extends MenteeCommandBody {}

export class SignpostBody {
  @Id({ says: 'A service of the signposting directory', example: serviceId })
  serviceId!: string;
}

export class DeferReferral extends MenteeCommandBody {
  @OneOf(deferralReasons, { example: 'other-support-first' })
  reason!: DeferralReason;

  @LongText({ optional: true, max: 2000, example: 'Moving house first.' })
  note?: string;

  @ListOf(() => SignpostBody, { optional: true, max: 20, says: 'Services that help meanwhile', example: [] })
  signposts?: SignpostBody[];

  @DateOnly({ optional: true, says: 'When to ask again; default: after the weeks of the service standards', example: '2030-05-01' })
  reviewOn?: string;
}

export class ReviewReferralDeferral extends MenteeCommandBody {
  @OneOf(reviewOutcomes, { says: '`continue`: the referral goes on where it stopped', example: 'defer-again' })
  outcome!: ReviewOutcome;

  @LongText({ optional: true, max: 2000, example: 'Settled by summer.' })
  note?: string;

  @DateOnly({ optional: true, says: 'When deferred again: when to ask', example: '2030-07-01' })
  reviewOn?: string;
}

export class NotTakeForward extends MenteeCommandBody {
  @OneOf(declineReasons, { example: 'other-service-fits-better' })
  reason!: DeclineReason;

  @LongText({ optional: true, max: 2000, example: 'Wants legal advice.' })
  note?: string;

  @ListOf(() => SignpostBody, { optional: true, max: 20, says: 'Services that fit better', example: [] })
  signposts?: SignpostBody[];
}

export class WithdrawReferral extends MenteeCommandBody {
  @LongText({ optional: true, max: 2000, says: 'Nobody needs a reason', example: 'Found support nearby.' })
  note?: string;
}

export class DirectToTraining extends MenteeCommandBody {}

export class TransferReferral extends MenteeCommandBody {
  @Id({ says: 'Another site of the organisation', example: otherSiteId })
  toSiteId!: string;

  @LongText({ optional: true, max: 2000, example: 'Moved across town.' })
  note?: string;
}

export class AcceptTransfer extends MenteeCommandBody {}

export class ReturnTransfer extends MenteeCommandBody {
  @LongText({ optional: true, max: 2000, example: 'No place before autumn.' })
  note?: string;
}

export class InformReferrer extends MenteeCommandBody {
  @OneOf(contactChannels, { says: 'How they were told', example: 'email' })
  channel!: ContactChannel;

  @OneOf(referrerStatuses, { optional: true, says: 'What they were told; refused when it is not so any more', example: 'received' })
  status?: ReferrerStatus;
}

abstract class Erasure extends MenteeCommandBody {
  @OneOf(erasureReasons, { example: 'asked-by-person' })
  reason!: ErasureReason;

  @OneOf(['erase'], { says: 'It cannot be undone: repeat the word', example: 'erase' })
  confirmation!: 'erase';
}

export class ErasePerson extends Erasure {
  @OneOf(overrideReasons, { optional: true, says: 'Why it does not wait for an open safeguarding concern', example: 'legal-advice' })
  overrideReason?: OverrideReason;
}

export class EraseReferrer extends Erasure {}

export class RecordDeath extends MenteeCommandBody {
  @DateOnly({ optional: true, says: 'When, where it is known', example: '2026-02-27' })
  diedOn?: string;

  @LongText({ optional: true, max: 2000, example: 'Told by the family.' })
  note?: string;
}

export class CorrectDeath extends MenteeCommandBody {
  @LongText({ optional: true, max: 2000, example: 'It was a neighbour of the same name.' })
  note?: string;
}
