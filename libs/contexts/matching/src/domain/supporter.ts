import type { ErasureReason, OverrideReason } from '@alongside/contracts';
import { InvalidField, aggregate, decider, mustBe, refuse, refuseUnless, supporterSubject, type CommandsOf } from '@alongside/event-sourcing';
import { barriersTo, type Check, type Requirements } from './eligibility.js';
import type { SupporterProfile } from './profile.js';
import {
  CandidacyOpened,
  CheckRecorded,
  PlaceReleased,
  PlaceTaken,
  RecoveryConfirmationWithdrawn,
  RecoveryConfirmed,
  SupervisionDatesHeard,
  SupporterAgreementSigned,
  SupporterConcernHeard,
  SupporterErased,
  SupporterPaused,
  SupporterProfileUpdated,
  SupporterRegistered,
  SupporterResumed,
  SupporterRetired,
  SupporterRetiring,
  TrainingCompleted,
  supporterEvents,
  type PlaceRelease,
  type SupporterEvent,
} from './supporter-events.js';
import { evolveSupporter, isSameCheck, liveRelationships, openConcerns, standingOf, type KnownSupporter, type Supporter } from './supporter-state.js';

/** Calendar date of the command at the supporter's site; gathered beforehand. */
interface Dated {
  readonly today: string;
}

interface Contact {
  readonly name: string;
  readonly email: string;
  readonly telephone?: string;
}

interface Registration extends Contact {
  readonly supporterId: string;
  readonly organisationId: string;
  readonly siteId: string;
  readonly capacity: number;
  readonly profile: SupporterProfile;
}

/** Free text (`note`, `reason`, `reference`) comes only where it is other than before: what is sealed is compared beforehand. */
export type SupporterCommand = CommandsOf<{
  'open-candidacy': Parameters<typeof CandidacyOpened>[0];
  'register-supporter': Registration;
  /** Of somebody who is in the register as a candidate. */
  'register-candidate': Registration;
  /** Only what is other than before. */
  'update-supporter-profile': Partial<Contact> & { readonly siteId?: string; readonly capacity?: number; readonly profile?: SupporterProfile };
  'record-training': Dated & { readonly training: string; readonly completedOn: string };
  'confirm-recovery': Dated & { readonly note?: string };
  'withdraw-recovery-confirmation': { readonly reason?: string };
  'sign-supporter-agreement': Dated & { readonly version: number; readonly signedOn?: string; readonly how: string };
  'record-check': Dated & Check & { readonly reference?: string };
  'pause-supporter': Dated & { readonly reason?: string; readonly reviewOn?: string };
  'resume-supporter': Record<string, never>;
  'retire-supporter': { readonly reason?: string };
  'erase-supporter': { readonly reason: ErasureReason; readonly overrideReason?: OverrideReason };
  'hear-erasure': { readonly supporterId: string; readonly organisationId: string };
  'hear-concern': { readonly concernId: string; readonly open: boolean; readonly safeguarding: boolean; readonly sourceRevision: number };
  'hear-supervision': Parameters<typeof SupervisionDatesHeard>[0];
  'take-place': Dated & { readonly timeZone: string; readonly required: Requirements; readonly journeyId: string; readonly relationshipId: string; readonly proposalId: string };
  'release-place': { readonly relationshipId: string; readonly cause: PlaceRelease };
}>;

/** Somebody in the register who has not left it. */
function present(state: Supporter): Exclude<KnownSupporter, { readonly status: 'retired' }> {
  return mustBe(state, ['candidate', 'active', 'paused', 'retiring'], state.status === 'retired' ? 'retired' : 'not-registered');
}

function mustNotBeAfter(date: string, limit: string, path: string): void {
  if (date > limit) throw new InvalidField([{ path, code: 'in-the-future' }]);
}

const optional = <Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };

export const supporter = decider<Supporter, SupporterCommand, SupporterEvent>({
  initial: { status: 'none' },
  decide: {
    'open-candidacy': ({ data }, state) => {
      if (state.status !== 'none') return [];
      return [CandidacyOpened(data), ...(state.erasedIn === undefined ? [] : [SupporterRetired({ supporterId: data.supporterId, cause: 'erased' })])];
    },

    'register-supporter': ({ data }, state) => {
      mustBe(state, 'none', 'already-registered');
      return [SupporterRegistered(data)];
    },

    'register-candidate': ({ data }, state) => {
      mustBe(state, 'candidate', 'already-registered');
      return [SupporterRegistered(data)];
    },

    'update-supporter-profile': ({ data, actor }, state) => {
      const { supporterId, ...known } = mustBe(state, ['active', 'paused', 'retiring'], state.status === 'retired' ? 'retired' : 'not-registered');
      const { siteId, capacity, ...told } = data;
      const moves = siteId !== undefined && siteId !== known.siteId;
      refuseUnless(!moves || actor.role !== 'supporter', 'moved-by-staff-only');
      const change = { ...told, ...(moves && { siteId }), ...(capacity !== known.capacity && optional('capacity', capacity)) };
      return Object.keys(change).length === 0 ? [] : [SupporterProfileUpdated({ supporterId, ...change })];
    },

    'record-training': ({ data: { today, training, completedOn } }, state) => {
      const { trainings } = present(state);
      mustNotBeAfter(completedOn, today, 'completedOn');
      const known = trainings.some((each) => each.training === training && each.completedOn === completedOn);
      return known ? [] : [TrainingCompleted({ training, completedOn })];
    },

    'confirm-recovery': ({ data: { today, note } }, state) => {
      const { supporterId, recovery } = present(state);
      return recovery && note === undefined ? [] : [RecoveryConfirmed({ supporterId, confirmedOn: today, ...optional('note', note) })];
    },

    'withdraw-recovery-confirmation': ({ data: { reason } }, state) => {
      const { supporterId, recovery, recoveryWithdrawnAt } = present(state);
      const saysMore = recoveryWithdrawnAt !== undefined && reason !== undefined;
      return recovery || saysMore ? [RecoveryConfirmationWithdrawn({ supporterId, ...optional('reason', reason) })] : [];
    },

    'sign-supporter-agreement': ({ data: { today, version, signedOn = today, how } }, state) => {
      const { agreement } = present(state);
      mustNotBeAfter(signedOn, today, 'signedOn');
      return agreement?.version === version && agreement.signedOn === signedOn && agreement.how === how ? [] : [SupporterAgreementSigned({ version, signedOn, how })];
    },

    'record-check': ({ data: { today, reference, ...check } }, state) => {
      const { supporterId, checks } = present(state);
      mustNotBeAfter(check.checkedOn, today, 'checkedOn');
      if (check.expiresOn !== undefined && check.expiresOn < check.checkedOn) throw new InvalidField([{ path: 'expiresOn', code: 'before-checked-on' }]);
      return reference === undefined && checks.some((each) => isSameCheck(each, check)) ? [] : [CheckRecorded({ supporterId, ...check, ...optional('reference', reference) })];
    },

    'pause-supporter': ({ data: { today, reason, reviewOn } }, state) => {
      if (state.status === 'paused' && reason === undefined && (reviewOn === undefined || reviewOn === state.reviewOn)) return [];
      const known = mustBe(state, ['active', 'paused']);
      // What is not said anew stays as it was said.
      const before = known.status === 'paused' ? known : undefined;
      if (reviewOn !== undefined && reviewOn < today) throw new InvalidField([{ path: 'reviewOn', code: 'in-the-past' }]);
      const told = { ...optional('reason', reason ?? before?.pausedBecause), ...optional('reviewOn', reviewOn ?? before?.reviewOn) };
      return [SupporterPaused({ supporterId: known.supporterId, ...told, liveRelationships: liveRelationships(known) })];
    },

    'resume-supporter': (_command, state) => {
      if (state.status === 'active') return [];
      mustBe(state, 'paused');
      return [SupporterResumed({})];
    },

    'retire-supporter': ({ data: { reason } }, state) => {
      if (state.status === 'retired' || state.status === 'retiring') return reason === undefined ? [] : refuse('retired', { status: state.status });
      const known = present(state);
      const live = liveRelationships(known);
      const { supporterId } = known;
      return live.length > 0
        ? [SupporterRetiring({ supporterId, ...optional('reason', reason), liveRelationships: live })]
        : [SupporterRetired({ supporterId, ...optional('reason', reason), cause: 'left' })];
    },

    'erase-supporter': ({ data: { reason, overrideReason } }, state) => {
      if (state.status === 'none') return refuse('not-registered');
      if (state.erasedAt !== undefined) return [];
      const { supporterId, organisationId, fromJourneyId } = state;
      // What they told when they were referred goes with them: the whole person is erased there.
      if (fromJourneyId !== undefined) return refuse('came-by-referral', { journeyId: fromJourneyId });
      refuseUnless(Object.keys(state.places).length === 0, 'open-match', { relationships: Object.keys(state.places).length });
      mustBe(state, 'retired', 'not-retired');
      const concernIds = openConcerns(state);
      refuseUnless(concernIds.length === 0 || overrideReason !== undefined, 'open-safeguarding-concern', { concernIds });
      return [SupporterErased({ supporterId, organisationId, subjects: [supporterSubject(supporterId)], reason, ...optional('overrideReason', overrideReason) })];
    },

    'hear-erasure': ({ data }, state) => {
      const { supporterId } = data;
      if (state.status === 'none' ? state.erasedIn !== undefined : state.erasedAt !== undefined) return [];
      const erased = SupporterErased({ ...data, subjects: [supporterSubject(supporterId)] });
      // Whoever is erased as a person leaves the register, whatever they were in the middle of.
      return state.status === 'none' || state.status === 'retired' ? [erased] : [SupporterRetired({ supporterId, cause: 'erased' }), erased];
    },

    'hear-concern': ({ data: { concernId, open, safeguarding, sourceRevision } }, state) => {
      if (state.status === 'none') return [];
      const known = state.concerns[concernId];
      // What is about safeguarding stays so; nothing waits for any other concern.
      if ((!safeguarding && !known) || (known && known.sourceRevision >= sourceRevision)) return [];
      return [SupporterConcernHeard({ concernId, status: open ? 'open' : 'resolved', sourceRevision })];
    },

    'hear-supervision': ({ data }, state) => (state.status === 'none' || data.revision <= state.supervisionRevision ? [] : [SupervisionDatesHeard(data)]),

    'take-place': ({ data: { today, timeZone, required, ...place } }, state) => {
      if (state.status === 'none') refuse('not-registered');
      if (state.places[place.relationshipId]) return [];
      const barriers = barriersTo(standingOf(state, timeZone), required, today);
      const [first] = barriers;
      if (first) refuse(first.code, { barriers: barriers.map(({ code, of }) => ({ code, ...optional('of', of) })) });
      return [PlaceTaken(place)];
    },

    'release-place': ({ data: { relationshipId, cause } }, state) => {
      const place = state.status === 'none' ? undefined : state.places[relationshipId];
      if (state.status === 'none' || !place) return [];
      const released = PlaceReleased({ journeyId: place.journeyId, relationshipId, cause });
      const completes = state.status === 'retiring' && Object.keys(state.places).length === 1;
      return completes ? [released, SupporterRetired({ supporterId: state.supporterId, cause: 'left' })] : [released];
    },
  },
  evolve: evolveSupporter,
});

/** `supporter-<supporterId>`: matching's register. */
export const supporterAggregate = aggregate<Supporter, SupporterCommand, SupporterEvent>({
  category: 'supporter',
  events: supporterEvents,
  decider: supporter,
  belonging: (state, id) =>
    state.status === 'none'
      ? state.erasedIn === undefined
        ? undefined
        : { organisationId: state.erasedIn }
      : {
          organisationId: state.organisationId,
          siteId: state.siteId,
          supporterId: id,
          ...(state.supervisorId !== undefined && { supervisorId: state.supervisorId }),
        },
});
