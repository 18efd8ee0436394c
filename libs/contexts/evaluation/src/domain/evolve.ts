import type { Decider, Occurred } from '@alongside/event-sourcing';
import type { EvaluationEvent, Voice } from './events.js';
import type { EndStage, Facts, JourneyPlace } from './heard-events.js';
import { askedKey, firstHeard, type Evaluation, type Invitation, type Known, type Story, type Told } from './state.js';

type Evolve = Decider<Evaluation, never, EvaluationEvent>['evolve'];
type Begun = Exclude<Evaluation, { readonly status: 'unknown' }>;

/** Which end counts when several are heard: nothing undoes an erasure or a death. */
const weight: Readonly<Record<EndStage, number>> = { referral: 0, assessment: 0, waiting: 0, death: 1, erasure: 2 };

export const outweighs = (stage: EndStage, known: EndStage | undefined): boolean => known === undefined || weight[stage] > weight[known];

export function merged(known: Known, facts: Facts): Known {
  const at = facts.sourceRevision;
  const { heardAt } = known;
  const site = facts.siteId !== undefined && at > heardAt.site;
  const coordinator = facts.coordinatorId !== undefined && at > heardAt.coordinator;
  const safeContact = (facts.safeContact !== undefined || facts.safeContactTakenBack === true) && at > heardAt.safeContact;
  const person = facts.personId !== undefined && at > heardAt.person;
  const { siteId: _site, personId: _person, fromSiteId, ...place } = facts;
  return {
    ...placed(safeContact ? withoutSafeContact(known) : known, { ...place, ...(fromSiteId !== undefined && { siteId: fromSiteId }) }),
    ...(site && { siteId: facts.siteId }),
    ...(person && { personId: facts.personId }),
    ...(coordinator && { coordinatorId: facts.coordinatorId }),
    ...(safeContact && facts.safeContact !== undefined && { safeContact: facts.safeContact }),
    heardAt: { ...heardAt, ...(site && { site: at }), ...(person && { person: at }), ...(coordinator && { coordinator: at }), ...(safeContact && { safeContact: at }) },
  };
}

function withoutSafeContact({ safeContact: _safeContact, ...known }: Known): Known {
  return known;
}

/** Words of others name the journey's place too; it counts until referrals, who decide on it, have told. */
function placed(known: Known, { siteId, personId, beganAt }: JourneyPlace): Known {
  return {
    ...known,
    ...(known.siteId === undefined && siteId !== undefined && { siteId }),
    ...(known.personId === undefined && personId !== undefined && { personId }),
    ...(known.beganAt === undefined && beganAt !== undefined && { beganAt }),
  };
}

function hearing<E extends { readonly data: JourneyPlace }>(change: (known: Known, event: E) => Known) {
  return (state: Evaluation, event: E): Evaluation => {
    const story = state.status === 'unknown' ? firstHeard(event.data.organisationId) : state;
    return { ...story, known: change(placed(story.known, event.data), event) };
  };
}

const begun =
  <E>(change: (story: Begun, event: E) => Begun) =>
  (state: Evaluation, event: E): Evaluation =>
    state.status === 'unknown' ? state : change(state, event);

function invitation(story: Begun, invitationId: string | undefined, status: Invitation['status']): Story['invitations'] {
  const known = invitationId === undefined ? undefined : story.invitations[invitationId];
  return known === undefined ? story.invitations : { ...story.invitations, [known.invitationId]: { ...known, status } };
}

const cancelled = (story: Begun, which: (invitation: Invitation) => boolean): Story['invitations'] =>
  Object.fromEntries(Object.entries(story.invitations).map(([id, each]) => [id, each.status === 'open' && which(each) ? { ...each, status: 'cancelled' as const } : each]));

/** Who of the staff took it down: nobody where people wrote it themselves, or where it followed from what others told. */
const takenDown = ({ actor }: Pick<Occurred<EvaluationEvent>['metadata'], 'actor'>): { readonly takenDownBy?: string } =>
  actor.role === 'system' || actor.role === 'public' || actor.role === 'supporter' ? {} : { takenDownBy: actor.id };

const toldIn = ({ data: { by }, metadata }: { readonly data: { readonly by?: Voice }; readonly metadata: Pick<Occurred<EvaluationEvent>['metadata'], 'actor' | 'occurredAt'> }): Told => ({
  at: metadata.occurredAt,
  ...(by !== undefined && { by }),
  ...takenDown(metadata),
});

export const evolve: Evolve = {
  EvaluationFactsHeard: (state, { data }) => {
    const story = state.status === 'unknown' ? firstHeard(data.organisationId) : state;
    return { ...story, known: merged(story.known, data) };
  },
  EvaluationRelationshipHeard: hearing((known, { data, metadata }) => {
    const heard = known.relationships.find((each) => each.relationshipId === data.relationshipId);
    const relationship = { relationshipId: data.relationshipId, supporterId: data.supporterId, at: metadata.occurredAt, ...(heard?.end && { end: heard.end }) };
    return { ...known, relationships: [...known.relationships.filter((each) => each !== heard), relationship] };
  }),
  EvaluationRelationshipEndHeard: hearing((known, { data, metadata }) => {
    const heard = known.relationships.find((each) => each.relationshipId === data.relationshipId);
    const end = { ending: data.ending, wantsAnother: data.wantsAnother, at: metadata.occurredAt };
    const relationship = { relationshipId: data.relationshipId, supporterId: data.supporterId, at: heard?.at ?? metadata.occurredAt, end };
    return { ...known, relationships: [...known.relationships.filter((each) => each !== heard), relationship] };
  }),
  EvaluationGoalsHeard: hearing((known, { data: { goals, sourceRevision } }) => ({ ...known, goals, heardAt: { ...known.heardAt, goals: sourceRevision } })),
  EvaluationConcernHeard: hearing((known, { data: { concernId, status, aboutId, sourceRevision } }) => ({
    ...known,
    concerns: { ...known.concerns, [concernId]: { status, sourceRevision, ...(aboutId !== undefined && { aboutId }) } },
  })),
  EvaluationJourneyEndHeard: (state, event) => {
    const { stage, outcome, afterRelationship, relationshipIds = [] } = event.data;
    const heard = hearing<typeof event>(({ deathCorrected, ...known }) =>
      outweighs(stage, known.ended?.stage) || (stage === 'death' && deathCorrected) ? { ...known, ended: { stage, outcome, afterRelationship, relationshipIds, at: event.metadata.occurredAt } } : { ...known, ...(deathCorrected && { deathCorrected }) },
    )(state, event) as Begun;
    // Nobody who has died or was erased is written to.
    return weight[stage] > 0 ? { ...heard, invitations: cancelled(heard, () => true) } : heard;
  },
  EvaluationDeathCorrectionHeard: (state, event) => {
    const heard = hearing<typeof event>((known) => ({ ...known, deathCorrected: true }))(state, event);
    return heard.status === 'closed' && heard.outcome === 'died' ? { ...heard, outcome: 'closed-other' } : heard;
  },
  EvaluationWithdrawalHeard: hearing((known, { metadata }) => ({ ...known, withdrawnAt: metadata.occurredAt })),

  EvaluationOpened: (state, { data, metadata }) => {
    const story = state.status === 'unknown' ? firstHeard(data.organisationId) : state;
    const known = placed(story.known, data);
    const coordinatorId = known.coordinatorId ?? data.coordinatorId;
    return { ...story, status: 'open', openedAt: metadata.occurredAt, known: { ...known, ...(coordinatorId !== undefined && { coordinatorId }) } };
  },
  EvaluationInvited: begun((story, { data: { replaces, ...data }, metadata }) => ({
    ...story,
    invitations: { ...invitation(story, replaces, 'replaced'), [data.invitationId]: { ...data, ...takenDown(metadata), invitedAt: metadata.occurredAt, status: 'open' } },
  })),
  EvaluationResponseRecorded: begun((story, { data, metadata }) => ({
    ...story,
    responses: { ...story.responses, [data.responseId]: { ...data, ...takenDown(metadata), at: metadata.occurredAt, read: false } },
    invitations: data.complete ? invitation(story, data.invitationId, 'answered') : story.invitations,
  })),
  EvaluationResponseRead: begun((story, event) => {
    const response = story.responses[event.data.responseId];
    return response ? { ...story, responses: { ...story.responses, [response.responseId]: { ...response, read: true, readTold: toldIn(event) } } } : story;
  }),
  EvaluationDeclined: begun((story, { data: { occasion, audience, reason, by, invitationId }, metadata }) => ({
    ...story,
    declined: { ...story.declined, [askedKey(occasion, audience)]: { occasion, audience, reason, by, at: metadata.occurredAt, ...takenDown(metadata) } },
    invitations: invitation(story, invitationId, 'declined'),
  })),
  InvitationExpired: begun((story, { data }) => ({ ...story, invitations: invitation(story, data.invitationId, 'expired') })),
  OutcomeRecorded: begun((story, event) => {
    const { goals, view } = event.data;
    const told = toldIn(event);
    return {
      ...story,
      outcomes: {
        ...story.outcomes,
        goals: { ...story.outcomes?.goals, ...Object.fromEntries(goals.map(({ goalId, outcome }) => [goalId, outcome])) },
        goalsTold: { ...story.outcomes?.goalsTold, ...Object.fromEntries(goals.map(({ goalId }) => [goalId, told])) },
        ...(view !== undefined && { view, viewTold: told }),
      },
    };
  }),
  JourneyClosed: begun((story, { data: { outcome, closedOn, ...said }, metadata }) => ({
    ...story,
    status: 'closed',
    outcome,
    closedOn,
    closed: toldIn({ data: said, metadata }),
    // The supporter's look back is still welcome.
    invitations: cancelled(story, (each) => each.audience === 'mentee'),
  })),
};
