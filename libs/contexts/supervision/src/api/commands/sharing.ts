import { command, type CommandRoute } from '@alongside/service';
import { DisclosureReviewed, InformationDisclosed, SharingAuthorisationWithdrawn, SharingAuthorised } from '../../domain/support/sharing-events.js';
import { support as aggregate } from '../../domain/support/support.js';
import { byCoordinators, bySupervisors } from '../access.js';
import { AuthoriseSharing, Disclose, ReviewDisclosure, WithdrawAuthorisation } from '../bodies/sharing.js';
import { given, inItsZone } from '../prepared.js';
import { liveRules } from './relationship.js';

const erasedRule = { 'person-erased': liveRules['person-erased'] } as const;

export const sharingCommands: readonly CommandRoute[] = [
  command({
    name: 'authorise-sharing',
    says: 'Writes down that the mentee allows something to be told to somebody, for a purpose.',
    aggregate,
    access: byCoordinators,
    body: AuthoriseSharing,
    events: [SharingAuthorised],
    rules: { ...erasedRule, 'only-the-mentee-authorises': 'Nobody but the mentee allows it.' },
    prepare: inItsZone,
    answer: given('authorisationId'),
  }),
  command({
    name: 'withdraw-authorisation',
    says: 'Takes the permission back; nothing leaves by it any more.',
    aggregate,
    access: byCoordinators,
    body: WithdrawAuthorisation,
    events: [SharingAuthorisationWithdrawn],
    rules: {},
  }),
  command({
    name: 'disclose',
    says: 'Writes down what was told to somebody outside, by an authorisation or to prevent imminent, serious, foreseeable harm.',
    aggregate,
    access: byCoordinators,
    body: Disclose,
    events: [InformationDisclosed],
    rules: {
      'not-authorised': 'Nothing leaves without an authorisation by the mentee, or the one exception.',
      'authorisation-withdrawn': 'The mentee took the permission back.',
      'authorisation-expired': 'The permission is over.',
      'beyond-authorisation': 'The mentee allowed less than this.',
      'exception-needs-reason': 'Telling without permission needs a reason.',
      ...erasedRule,
    },
    prepare: inItsZone,
    answer: given('disclosureId'),
  }),
  command({
    name: 'review-disclosure',
    says: 'A supervisor has looked at a disclosure that was made without authorisation.',
    aggregate,
    access: bySupervisors,
    body: ReviewDisclosure,
    events: [DisclosureReviewed],
    rules: { 'disclosure-was-authorised': 'Only disclosures without an authorisation are looked at.', ...erasedRule },
  }),
];
