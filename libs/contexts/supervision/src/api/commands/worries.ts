import { InvalidField } from '@alongside/event-sourcing';
import { command, type CommandRoute, type Request } from '@alongside/service';
import { ConcernEscalated, ConcernOpened, ConcernRaised, ConcernResolved } from '../../domain/support/concern-events.js';
import { ComplaintMade, ComplaintResolved, OwnershipTaken, QueryAnswered, QueryRaised } from '../../domain/support/query-events.js';
import type { Support } from '../../domain/support/state.js';
import { support as aggregate } from '../../domain/support/support.js';
import { byCoordinators, byEverybodyInvolved, byStaff, byTheirSupporter } from '../access.js';
import { AnswerQuery, EscalateConcern, MakeComplaint, OpenConcern, RaiseConcern, RaiseQuery, ResolveComplaint, ResolveConcern, TakeOver } from '../bodies/worries.js';
import { staffOf, supporterOf } from '../lookups.js';
import { given, journeyIn, withAnswerers, withOwners } from '../prepared.js';
import { liveRules } from './relationship.js';

const erasedRule = { 'person-erased': liveRules['person-erased'] } as const;
const erasedRuleFor = (text: string) => ({ 'person-erased': `The person was erased: nothing more is written about them. Without \`${text}\` it goes through.` });
const ownerRules = {
  'owner-is-whom-it-is-about': 'Whoever it is about does not see to it.',
  'owner-needed': 'Nobody at the site could see to it.',
} as const;

/** Whom it is about, when that is a supporter or somebody on the staff of the organisation. */
async function aboutWhom(request: Request<{ about?: string; aboutId?: string }>, state: Support | undefined, fallback: string) {
  const { about = fallback, aboutId } = request.body;
  const { organisationId } = journeyIn(state);
  if (aboutId === undefined || (about !== 'supporter' && about !== 'staff')) {
    if (about === 'staff') throw new InvalidField([{ path: 'aboutId', code: 'required' }]);
    return { about, aboutId: undefined };
  }
  const known = about === 'staff' ? (await staffOf(request, organisationId)).has(aboutId) : (await supporterOf(request, organisationId, aboutId)) !== undefined;
  if (!known) throw new InvalidField([{ path: 'aboutId', code: 'unknown' }]);
  return { about, aboutId };
}

export const worryCommands: readonly CommandRoute[] = [
  command({
    name: 'raise-concern',
    says: 'Says that somebody is worried, at any time from the first referral until after the closing. Safeguarding alerts at once.',
    aggregate,
    access: byEverybodyInvolved,
    body: RaiseConcern,
    events: [ConcernRaised],
    rules: { ...ownerRules, ...erasedRule },
    prepare: async (request, state) => ({ ...(await withOwners(request, state)), ...(await aboutWhom(request, state, 'mentee')) }),
    answer: given('concernId'),
  }),
  command({
    name: 'escalate-concern',
    says: 'Gives a concern more weight, or another owner.',
    aggregate,
    access: byStaff,
    body: EscalateConcern,
    events: [ConcernEscalated],
    rules: {
      ...ownerRules,
      'concern-resolved': 'The concern was seen to already.',
      'severity-not-higher': 'Escalating never makes a concern lighter.',
      'safeguarding-stays': 'What is about safeguarding stays so.',
      ...erasedRuleFor('reason'),
    },
    prepare: withOwners,
  }),
  command({
    name: 'open-concern',
    says: 'The owner has read a concern: it alerts no longer.',
    aggregate,
    access: byStaff,
    body: OpenConcern,
    events: [ConcernOpened],
    rules: {},
  }),
  command({
    name: 'resolve-concern',
    says: 'Says how a concern was seen to.',
    aggregate,
    access: byStaff,
    body: ResolveConcern,
    events: [ConcernResolved],
    rules: erasedRuleFor('note'),
  }),
  command({
    name: 'raise-query',
    says: 'Asks a question, for the mentee or for oneself.',
    aggregate,
    access: byTheirSupporter,
    body: RaiseQuery,
    events: [QueryRaised],
    rules: { ...ownerRules, ...erasedRule },
    prepare: withAnswerers,
    answer: given('queryId'),
  }),
  command({
    name: 'answer-query',
    says: 'Answers a question.',
    aggregate,
    access: byCoordinators,
    body: AnswerQuery,
    events: [QueryAnswered],
    rules: { 'query-answered': 'The question was answered already.', ...erasedRule },
  }),
  command({
    name: 'make-complaint',
    says: "Takes down a complaint; never by the mentee's own supporter.",
    aggregate,
    access: byStaff,
    body: MakeComplaint,
    events: [ComplaintMade],
    rules: { ...ownerRules, ...erasedRule, 'own-mentees-complaint': "A supporter cannot take down their own mentee's complaint." },
    prepare: async (request, state) => ({ ...(await withOwners(request, state)), ...(await aboutWhom(request, state, 'service')) }),
    answer: given('complaintId'),
  }),
  command({
    name: 'resolve-complaint',
    says: 'Decides a complaint.',
    aggregate,
    access: byStaff,
    body: ResolveComplaint,
    events: [ComplaintResolved],
    rules: erasedRule,
  }),
  command({
    name: 'take-over',
    says: 'Takes a concern, a query or a complaint into other hands, as when its owner has left.',
    aggregate,
    access: byStaff,
    body: TakeOver,
    events: [OwnershipTaken],
    rules: { ...ownerRules, 'already-settled': 'It was seen to already.' },
    prepare: (request, state) => (request.body.matter === 'query' ? withAnswerers(request, state) : withOwners(request, state)),
  }),
];
