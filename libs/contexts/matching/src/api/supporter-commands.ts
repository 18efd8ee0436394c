import { isDeepStrictEqual } from 'node:util';
import { InvalidField, supporterSubject, type Personal } from '@alongside/event-sourcing';
import { command, type CommandRoute, type Executed, type Request } from '@alongside/service';
import {
  CheckRecorded,
  RecoveryConfirmationWithdrawn,
  RecoveryConfirmed,
  SupporterAgreementSigned,
  SupporterErased,
  SupporterPaused,
  SupporterProfileUpdated,
  SupporterRegistered,
  SupporterResumed,
  SupporterRetired,
  SupporterRetiring,
  TrainingCompleted,
  type LiveRelationship,
} from '../domain/supporter-events.js';
import { isSameCheck, liveRelationships, type KnownSupporter, type Supporter } from '../domain/supporter-state.js';
import { supporterAggregate as aggregate } from '../domain/supporter.js';
import { profileAfter } from './profile-of-body.js';
import { dateAt, knownSite } from './settings.js';
import {
  ConfirmRecovery,
  EraseSupporter,
  PauseSupporter,
  RecordCheck,
  RecordTraining,
  RegisterCandidate,
  RegisterSupporter,
  ResumeSupporter,
  RetireSupporter,
  SignSupporterAgreement,
  UpdateSupporterProfile,
  WithdrawRecoveryConfirmation,
} from './supporter-bodies.js';

const coordinators = { roles: ['coordinator'] } as const;
const at = (name: string): string => `/api/supporters/:id/${name}`;
const leftRules = { 'not-registered': 'Nobody of this id is in the register, or only as a candidate.', retired: 'The supporter has left the register.' };

const optional = <Name extends string, Value>(name: Name, value: Value | undefined): object => (value === undefined ? {} : { [name]: value });

async function registration(request: Request<RegisterSupporter>, supporterId: string) {
  const { siteId, name, email, telephone, capacity } = request.body;
  const organisationId = request.user?.organisationId ?? '';
  await knownSite(request, organisationId, siteId, 'siteId');
  return { supporterId, organisationId, siteId, name, email, ...optional('telephone', telephone), capacity, profile: profileAfter(request.body) };
}

/** The body and the calendar date of the command at the supporter's site. */
async function dated<B extends object>(request: Request<B>, state: Supporter | undefined): Promise<object> {
  const { occurredAt: _occurredAt, ...body } = request.body as B & { occurredAt?: string };
  const known = state === undefined || state.status === 'none' ? undefined : state;
  return { ...body, today: await dateAt(request, known?.organisationId ?? '', known?.siteId, request.occurredAt) };
}

/** Only what is other than before: what is sealed can be compared here alone. */
async function changes(request: Request<UpdateSupporterProfile>, state: Supporter | undefined): Promise<object> {
  const { siteId, name, email, telephone, capacity, clear } = request.body;
  if (state === undefined || state.status === 'none' || state.status === 'candidate' || state.profile === undefined) return {};
  if (siteId !== undefined) await knownSite(request, state.organisationId, siteId, 'siteId');
  const before = await request.open({ name: state.name, email: state.email, telephone: state.telephone, profile: state.profile });
  // Who was erased tells nothing any more; the decider refuses.
  if (before.profile === 'erased') return {};
  const profile = profileAfter(request.body, before.profile, clear);
  return {
    ...optional('siteId', siteId),
    ...(name !== before.name && optional('name', name)),
    ...(email !== before.email && optional('email', email)),
    ...(telephone !== before.telephone && optional('telephone', telephone)),
    ...optional('capacity', capacity),
    ...(!isDeepStrictEqual(profile, before.profile) && { profile }),
  };
}

/** What is said once more as it was said before is not said anew; what is sealed can be compared here alone. */
async function anew<Name extends string>(request: Request, name: Name, said: string | undefined, before: Personal<string> | undefined): Promise<object> {
  const known = before !== undefined && said !== undefined && (await request.open({ before })).before === said;
  return known ? {} : optional(name, said);
}

const knownIn = (state: Supporter | undefined): KnownSupporter | undefined => (state === undefined || state.status === 'none' ? undefined : state);

/** The body, dated, without what was said so before. */
async function datedAnew<B extends object>(request: Request<B>, state: Supporter | undefined, name: keyof B & string, before: Personal<string> | undefined): Promise<object> {
  const { [name]: said, ...rest } = (await dated(request, state)) as Readonly<Record<string, unknown>>;
  return { ...rest, ...(await anew(request, name, said as string | undefined, before)) };
}

/** Those of when it was done; where it was so already, those of now. */
async function liveOnes(request: Request, { id, events }: Executed): Promise<{ readonly liveRelationships: readonly LiveRelationship[] }> {
  if (events.length > 0) return { liveRelationships: events.flatMap(({ data }) => (data['liveRelationships'] as unknown as readonly LiveRelationship[] | undefined) ?? []) };
  const known = knownIn((await request.load<Supporter>(aggregate, id))?.state);
  return { liveRelationships: known ? liveRelationships(known) : [] };
}

export const supporterCommands: readonly CommandRoute[] = [
  command({
    name: 'register-supporter',
    says: 'Registers a peer supporter; answers with the one-time link by which they set a password.',
    path: '/api/supporters/register-supporter',
    aggregate,
    access: coordinators,
    body: RegisterSupporter,
    events: [SupporterRegistered],
    rules: { 'already-registered': 'The supporter is in the register.' },
    creates: {
      id: (request) => request.newId('supporter'),
      belonging: ({ user, body }) => user && { organisationId: user.organisationId, siteId: body.siteId },
    },
    prepare: (request) => registration(request, request.newId('supporter')),
    link: (request, { id }) => request.invitationLink(id),
    answer: (_request, { id }) => ({ supporterId: id }),
  }),
  command({
    name: 'register-candidate',
    says: 'Registers a candidate as a peer supporter; answers with the one-time link by which they set a password.',
    path: at('register-candidate'),
    aggregate,
    access: coordinators,
    body: RegisterCandidate,
    events: [SupporterRegistered],
    rules: { 'already-registered': 'The supporter is in the register, and no candidate.' },
    prepare: (request) => registration(request, request.params['id'] ?? ''),
    link: (request, { id }) => request.invitationLink(id),
  }),
  command<UpdateSupporterProfile, Supporter>({
    name: 'update-supporter-profile',
    says: 'Changes what a supporter tells of themselves, what of it may be told, and what they offer.',
    path: at('update-supporter-profile'),
    aggregate,
    access: { roles: ['coordinator', 'supporter'] },
    body: UpdateSupporterProfile,
    events: [SupporterProfileUpdated],
    rules: { ...leftRules, 'moved-by-staff-only': 'Another site is chosen by staff.' },
    prepare: changes,
  }),
  command<RecordTraining, Supporter>({
    name: 'record-training',
    says: 'Records a completed training.',
    path: at('record-training'),
    aggregate,
    access: coordinators,
    body: RecordTraining,
    events: [TrainingCompleted],
    rules: leftRules,
    prepare: dated,
  }),
  command<ConfirmRecovery, Supporter>({
    name: 'confirm-recovery',
    says: 'Confirms that a supporter is far enough in their own recovery.',
    path: at('confirm-recovery'),
    aggregate,
    access: coordinators,
    body: ConfirmRecovery,
    events: [RecoveryConfirmed],
    rules: leftRules,
    prepare: (request, state) => datedAnew(request, state, 'note', knownIn(state)?.recovery?.note),
  }),
  command<WithdrawRecoveryConfirmation, Supporter>({
    name: 'withdraw-recovery-confirmation',
    says: 'Takes the confirmation back; open proposals are withdrawn.',
    path: at('withdraw-recovery-confirmation'),
    aggregate,
    access: coordinators,
    body: WithdrawRecoveryConfirmation,
    events: [RecoveryConfirmationWithdrawn],
    rules: leftRules,
    prepare: (request, state) => anew(request, 'reason', request.body.reason, knownIn(state)?.recoveryWithdrawnBecause),
  }),
  command<SignSupporterAgreement, Supporter>({
    name: 'sign-supporter-agreement',
    says: 'Records that the supporter agreement was signed.',
    path: at('sign-supporter-agreement'),
    aggregate,
    access: coordinators,
    body: SignSupporterAgreement,
    events: [SupporterAgreementSigned],
    rules: leftRules,
    prepare: dated,
  }),
  command<RecordCheck, Supporter>({
    name: 'record-check',
    says: 'Records a check with its outcome and until when it holds.',
    path: at('record-check'),
    aggregate,
    access: coordinators,
    body: RecordCheck,
    events: [CheckRecorded],
    rules: leftRules,
    prepare: (request, state) => datedAnew(request, state, 'reference', knownIn(state)?.checks.find((each) => isSameCheck(each, request.body))?.reference),
  }),
  command<PauseSupporter, Supporter>({
    name: 'pause-supporter',
    says: 'No new match for a while; open proposals are withdrawn, live relationships are listed and go on.',
    path: at('pause-supporter'),
    aggregate,
    access: { roles: ['coordinator', 'supervisor'] },
    body: PauseSupporter,
    events: [SupporterPaused],
    rules: { 'not-active-or-paused': 'A candidate, or one who is leaving, is not paused.' },
    prepare: (request, state) => datedAnew(request, state, 'reason', state?.status === 'paused' ? state.pausedBecause : undefined),
    answer: liveOnes,
  }),
  command({
    name: 'resume-supporter',
    says: 'A paused supporter may be matched again.',
    path: at('resume-supporter'),
    aggregate,
    access: coordinators,
    body: ResumeSupporter,
    events: [SupporterResumed],
    rules: { 'not-paused': 'Only who is paused resumes.' },
  }),
  command<RetireSupporter, Supporter>({
    name: 'retire-supporter',
    says: 'Takes a supporter out of the register, at once or when the last live relationship is ended or handed over.',
    path: at('retire-supporter'),
    aggregate,
    access: coordinators,
    body: RetireSupporter,
    events: [SupporterRetiring, SupporterRetired],
    rules: { ...leftRules, retired: 'The supporter has left the register, or is leaving it, and another reason was told for it.' },
    prepare: (request, state) => anew(request, 'reason', request.body.reason, knownIn(state)?.leavingBecause),
    answer: liveOnes,
  }),
  command<EraseSupporter, Supporter>({
    name: 'erase-supporter',
    says: 'Erases a supporter who has left the register, for good, in every context. Answers when all is done.',
    path: at('erase-supporter'),
    aggregate,
    access: { roles: ['administrator'] },
    body: EraseSupporter,
    tellsOfNobody: true,
    events: [SupporterErased],
    rules: {
      'came-by-referral': 'They were referred: erase the person of that journey, which reaches all of theirs.',
      'open-match': 'They are in a relationship: it is ended or handed over first.',
      'not-retired': 'They are in the register: retire them first.',
      'open-safeguarding-concern': 'A safeguarding concern about them is open: an administrator may override it with a reason.',
    },
    run: async (request) => {
      const { reason, overrideReason } = request.body;
      const supporterId = request.params['id'] ?? '';
      const executed = await request.execute(aggregate, supporterId, 'erase-supporter', { reason, ...optional('overrideReason', overrideReason) });
      // A process finishes what a crash cuts short; whoever asked is answered when nothing can be read any more.
      await request.erase([supporterSubject(supporterId)]);
      return executed;
    },
  }),
];

/** A supporter whom this organisation knows, as a field of the body names them. */
export async function supporterNamed(request: Request, organisationId: string, supporterId: string, path: string) {
  const loaded = await request.load(aggregate, supporterId);
  if (!loaded || loaded.state.status === 'none' || loaded.state.organisationId !== organisationId) throw new InvalidField([{ path, code: 'unknown' }]);
  return loaded.state;
}
