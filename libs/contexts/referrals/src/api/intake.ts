import { missingFields, organisations, type SafeContact } from '@alongside/contracts';
import { InvalidField, refuse, uuidOf, type Belonging } from '@alongside/event-sourcing';
import { command, type CommandRoute, type Request } from '@alongside/service';
import { ConsentRecorded, IdentityToConfirmAgain, ReferralFormAmended, ReferralReceived, SafeContactSet } from '../domain/events.js';
import type { KnownIdentity } from '../domain/likeness.js';
import type { NewReferral } from '../domain/receiving.js';
import { referralAggregate as aggregate } from '../domain/referral.js';
import { siteFormAggregate } from '../domain/site-form.js';
import { answersOf, type Referral } from '../domain/state.js';
import type { ReferralChannel } from '../domain/words.js';
import { AmendForm, ReceiveReferral, RecordConsent, SendReferralForm, type ReferrerDetails } from './bodies.js';
import { checkAnswers, identityFields, identityOf, sameAnswer } from './form-answers.js';
import { current } from './request.js';
import { intake, unlessErased, whileOngoing } from './rules.js';
import { dateAt, formInForce, formOf, siteOf } from './settings.js';

export const publicFormPath = '/api/public/sites/:siteId/referral-form';

type Sent = SendReferralForm & { readonly by?: NewReferral['by'] };

/** A referral as it is decided on: its form checked against the one in force, who refers named. */
async function newReferral(request: Request<Sent>, organisationId: string, siteId: string, channel: ReferralChannel): Promise<NewReferral> {
  const { purpose, source, consent, safeContact, by } = request.body;
  const site = await siteOf(request, organisationId, siteId);
  if (!site) throw new InvalidField([{ path: 'siteId', code: 'unknown' }]);
  const form = (await formInForce(request, organisationId)) ?? refuse('no-referral-form');
  const { answers, asked } = checkAnswers(request.body.form, form.fields, await dateAt(request, organisationId, siteId, request.now), ['registration']);
  const missing = missingFields(form.fields, Object.keys(answers), ['registration']);
  if (missing.length > 0) throw new InvalidField(missing.map((name) => ({ path: `form.${name}`, code: 'required' })));
  return {
    organisationId,
    siteId,
    siteStatus: site.status,
    personId: request.newId('person'),
    purpose,
    source,
    channel,
    formVersion: form.version,
    answers,
    asked,
    identity: identityOf(answers),
    consent: { toBeReferred: consent.toBeReferred, toInformReferrer: consent.toInformReferrer ?? false },
    ...(await referrerOf(request, organisationId, request.body.referrer)),
    ...(safeContact && { safeContact: safeContact as SafeContact }),
    ...(by !== undefined && { by }),
  };
}

/** Who is signed in as a referrer is known by name already; anybody else is named in the body and has an id of their own. */
async function referrerOf(request: Request<Sent>, organisationId: string, named: ReferrerDetails | undefined): Promise<Pick<NewReferral, 'referrerId' | 'namedReferrerId' | 'referrer'>> {
  if (request.actor.role !== 'referrer') return named ? { referrerId: request.newId('referrer'), referrer: named } : {};
  const referrerId = request.actor.id;
  if (named) return { referrerId, namedReferrerId: request.newId('referrer'), referrer: named };
  const member = await request.setting(organisations.StaffMemberChanged, organisationId, referrerId);
  return { referrerId, ...(member && { referrer: { name: member.name, ...(member.agency !== undefined && { agency: member.agency }), contact: member.email } }) };
}

/** Where a new referral is going to belong. A referrer's is theirs; a coordinator's must be of a site of theirs. */
function belongingOf({ user, body, occurredAt, newId }: Request<ReceiveReferral>): Belonging | undefined {
  if (!user) return undefined;
  const isReferrer = user.grants.some(({ role }) => role === 'referrer');
  return { organisationId: user.organisationId, siteId: body.siteId, journeyId: newId('journey'), beganAt: occurredAt, ...(isReferrer && { referrerId: user.id }) };
}

/** What somebody is known by and was written otherwise before; accents, case and the order of names aside. What is told for the first time is no change. */
function renamedIn(before: KnownIdentity, after: KnownIdentity): readonly ('name' | 'date-of-birth')[] {
  return [
    ...(before.name !== undefined && before.name !== after.name ? (['name'] as const) : []),
    ...(before.dateOfBirth !== undefined && before.dateOfBirth !== after.dateOfBirth ? (['date-of-birth'] as const) : []),
  ];
}

/** Answers that differ from those that are known, and the whole identity where it changes. */
async function amendment(request: Request<AmendForm>, state: Referral | undefined) {
  const journey = current(state);
  const form = (await formOf(request, journey.organisationId, journey.formVersion)) ?? refuse('no-referral-form');
  const cleared = request.body.clear ?? [];
  const unknown = cleared.flatMap((name, index) => (form.fields.some((field) => field.name === name) ? [] : [{ path: `clear.${index}`, code: 'unknown-field' }]));
  if (unknown.length > 0) throw new InvalidField(unknown);
  const checked = checkAnswers(request.body.form, form.fields, await dateAt(request, journey.organisationId, journey.siteId, request.now));
  const both = cleared.findIndex((name) => name in checked.answers);
  if (both >= 0) throw new InvalidField([{ path: `clear.${both}`, code: 'answered-as-well' }]);
  const known: Readonly<Record<string, unknown>> = await request.open(answersOf(journey) as Readonly<Record<string, unknown>>);
  const answers = Object.fromEntries(Object.entries(checked.answers).filter(([name, value]) => !sameAnswer(known[name], value)));
  const changes = [...Object.keys(answers), ...cleared].some((name) => identityFields.includes(name));
  const amended = (before: Readonly<Record<string, unknown>>) => Object.fromEntries(Object.entries({ ...before, ...answers }).filter(([name]) => !cleared.includes(name)));
  // People are found by what they told here: a link to somebody else may be taken back.
  const here = Object.fromEntries(Object.entries(known).filter(([name]) => journey.carriedAnswers[name] === undefined));
  return {
    answers,
    cleared,
    asked: checked.asked,
    required: missingFields(form.fields, [], ['registration']),
    ...(changes && { identity: identityOf(amended(here)) }),
    renamed: renamedIn(identityOf(known), identityOf(amended(known))),
    ...(request.body.by !== undefined && { by: request.body.by }),
  };
}

export const intakeCommands: readonly CommandRoute[] = [
  command<ReceiveReferral, Referral>({
    name: 'receive-referral',
    says: 'Takes a referral down: registration fields only. A journey begins.',
    aggregate,
    access: {
      roles: ['coordinator', 'referrer'],
      // A referrer refers to the sites that they are known at.
      allow: (user, { siteId }, _state, role) =>
        role !== 'referrer' || user.grants.some((grant) => grant.role === 'referrer' && (grant.sites === 'all' || (siteId !== undefined && grant.sites.includes(siteId)))),
    },
    body: ReceiveReferral,
    events: [ReferralReceived, SafeContactSet],
    rules: intake,
    creates: { id: (request) => request.newId('journey'), belonging: belongingOf },
    prepare: (request) => newReferral(request as Request<Sent>, request.user?.organisationId ?? '', request.body.siteId, request.body.channel),
    answer: (request) => ({ journeyId: request.newId('journey'), personId: request.newId('person') }),
  }),
  command<SendReferralForm, Referral>({
    name: 'send-referral-form',
    says: 'Sends the public form of a site. Nothing is answered but a receipt.',
    aggregate,
    path: publicFormPath,
    access: { roles: 'public' },
    body: SendReferralForm,
    events: [ReferralReceived, SafeContactSet],
    rules: intake,
    creates: {
      id: (request) => request.newId('journey'),
      belonging: async (request) => {
        const siteId = request.params['siteId'] ?? '';
        const organisationId = (await request.load(siteFormAggregate, siteId))?.state.organisationId;
        if (organisationId === undefined || (await siteOf(request, organisationId, siteId))?.status !== 'open') return undefined;
        return { organisationId, siteId, journeyId: request.newId('journey'), beganAt: request.now };
      },
    },
    prepare: async (request) => {
      const siteId = request.params['siteId'] ?? '';
      const site = await request.load(siteFormAggregate, siteId);
      return newReferral(request, site?.state.organisationId ?? '', siteId, 'online-form');
    },
    answersOnly: true,
    // Nobody can follow it to the journey.
    answer: (request) => ({ receipt: uuidOf('receipt', request.newId('journey')).slice(0, 8).toUpperCase() }),
  }),
  command<RecordConsent, Referral>({
    name: 'record-consent',
    says: 'Writes down whether the referrer may be told how things stand; also after the journey, which they may be told of, too.',
    aggregate,
    access: { roles: ['coordinator'] },
    body: RecordConsent,
    events: [ConsentRecorded],
    rules: unlessErased,
  }),
  command<AmendForm, Referral>({
    name: 'amend-form',
    says: 'Fills, changes or clears some fields of the form that the referral began with.',
    aggregate,
    access: { roles: ['coordinator'] },
    body: AmendForm,
    events: [ReferralFormAmended, IdentityToConfirmAgain],
    rules: { ...whileOngoing, 'no-referral-form': intake['no-referral-form'] },
    prepare: amendment,
  }),
];
