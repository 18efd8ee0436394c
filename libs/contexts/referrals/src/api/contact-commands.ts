import { organisations, type SafeContact } from '@alongside/contracts';
import { command, type CommandRoute } from '@alongside/service';
import { ContactAttempted, ContactMade, CoordinatorAssigned, ReferrerInformed, SafeContactSet } from '../domain/events.js';
import { referralAggregate as aggregate } from '../domain/referral.js';
import { safeContactOf, type Referral } from '../domain/state.js';
import { AssignCoordinator, InformReferrer, RecordContactAttempt, SetSafeContact } from './bodies.js';
import { sameAnswer } from './form-answers.js';
import { current, dataOf } from './request.js';
import { safety, untilClosed, whileAlive, whileOngoing } from './rules.js';
import { coordinatesAt, localMoment } from './settings.js';

const coordinators = { roles: ['coordinator'] } as const;

export const contactCommands: readonly CommandRoute[] = [
  command<SetSafeContact, Referral>({
    name: 'set-safe-contact',
    says: 'Sets how the person may be reached without harm, also after the journey; every context that reaches out is told, on every journey of theirs.',
    aggregate,
    access: { roles: ['coordinator', 'referrer'] },
    body: SetSafeContact,
    events: [SafeContactSet],
    rules: whileAlive,
    prepare: async (request, state) => {
      const { safeContact, safeContactTold, carriedSafeContact } = current(state);
      // What was told elsewhere was not told here yet, be it the same.
      const isSame = carriedSafeContact === undefined && sameAnswer(await request.open(safeContact as unknown), request.body.safeContact);
      return { ...dataOf(request), ...(isSame && safeContactTold && { toldAt: safeContactTold.at }) };
    },
  }),
  command<AssignCoordinator, Referral>({
    name: 'assign-coordinator',
    says: 'Gives the journey a (new) named contact; the same one again, where another site has given it back.',
    aggregate,
    access: coordinators,
    body: AssignCoordinator,
    events: [CoordinatorAssigned],
    rules: { ...whileOngoing, 'not-a-coordinator-of-the-site': 'They do not coordinate at the site of the journey, or have left.' },
    prepare: async (request, state) => {
      const { organisationId, siteId } = current(state);
      const member = await request.setting(organisations.StaffMemberChanged, organisationId, request.body.coordinatorId);
      return { ...dataOf(request), coordinates: coordinatesAt(member, siteId) };
    },
  }),
  command<RecordContactAttempt, Referral>({
    name: 'record-contact-attempt',
    says: 'Writes down that somebody was reached, or was not; honours what is safe.',
    aggregate,
    access: coordinators,
    body: RecordContactAttempt,
    events: [ContactAttempted, ContactMade],
    rules: { ...untilClosed, ...safety },
    prepare: async (request, state) => {
      const journey = current(state);
      const { organisationId, siteId } = journey;
      const safe: unknown = await request.open(safeContactOf(journey));
      return {
        ...dataOf(request),
        at: await localMoment(request, organisationId, siteId, request.occurredAt),
        ...(typeof safe === 'object' && safe !== null && { safe: safe as SafeContact }),
      };
    },
  }),
  command<InformReferrer, Referral>({
    name: 'inform-referrer',
    says: 'Writes down that the referrer was told how things stand: the status and no more.',
    aggregate,
    access: coordinators,
    body: InformReferrer,
    events: [ReferrerInformed],
    rules: {
      'unknown-referral': 'There is no such referral.',
      'person-erased': 'The person was erased.',
      'no-referrer': 'Nobody else referred them.',
      'referrer-erased': 'Who referred was erased: nobody can reach them.',
      'no-consent-to-inform': 'The person does not agree to it.',
      'status-has-changed': 'It is not so any more: the details say how it stands.',
    },
  }),
];
