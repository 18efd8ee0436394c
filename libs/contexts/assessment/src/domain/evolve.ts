import type { Decider, Occurred } from '@alongside/event-sourcing';
import type { AssessmentCommand } from './commands.js';
import type { AssessmentEvent, Heard, Meeting, Voice } from './events.js';
import type { Assessment, Begun, Deferral, Known, Outcome, Picture, Told } from './state.js';

function heard(before: Known, { topic, sourceStream, sourceRevision, relationshipId, ...word }: Heard): Known {
  const known = topic === 'safe-contact' ? withoutSafeContact(before) : before;
  return { ...known, ...word, ...related(known, topic, relationshipId), leaving: known.leaving || topic === 'leaving', heard: { ...known.heard, [`${sourceStream} ${topic}`]: sourceRevision } };
}

function withoutSafeContact({ safeContact: _safeContact, ...known }: Known): Known {
  return known;
}

/** Whether anything was heard of how the mentee may be reached, be it that what was known is somebody else's. */
const heardOfSafeContact = ({ heard }: Known): boolean => Object.keys(heard).some((each) => each.endsWith(' safe-contact'));

/** The end of a relationship may be heard of before its beginning. */
function related(known: Known, topic: Heard['topic'], relationshipId: string | undefined): Pick<Known, 'over'> & { readonly relationshipId?: string } {
  const { over } = known;
  if (relationshipId === undefined) return { over };
  if (topic === 'match') return over.includes(relationshipId) ? { over } : { over, relationshipId };
  return { over: [...over, relationshipId] };
}

/** The relationship that the mentee is in now, if any. */
export const liveRelationship = ({ over, relationshipId }: Known): string | undefined => (relationshipId === undefined || over.includes(relationshipId) ? undefined : relationshipId);

/** Every relationship that was heard of, live or over. */
export const relationshipsOf = ({ over, relationshipId }: Known): readonly string[] => [...new Set([...over, ...(relationshipId === undefined ? [] : [relationshipId])])];

const paint = (state: Assessment, change: (picture: Picture) => Partial<Picture>): Assessment =>
  state.status === 'none' ? state : { ...state, picture: { ...state.picture, ...change(state.picture) } };

/** Whoever reacted to others took down nobody's word. */
function toldIn({ data: { by }, metadata: { actor, occurredAt } }: { readonly data: { readonly by?: Voice }; readonly metadata: Pick<Occurred<AssessmentEvent>['metadata'], 'actor' | 'occurredAt'> }): Told {
  return { at: occurredAt, ...(by !== undefined && { by }), ...(actor.role !== 'system' && { takenDownBy: actor.id }) };
}

const saidOf = (named: Readonly<Record<string, unknown>>, told: Told): Readonly<Record<string, Told>> => Object.fromEntries(Object.keys(named).map((each) => [each, told]));

const arranged = (state: Assessment, event: { readonly data: Meeting } & Parameters<typeof toldIn>[0]): Assessment => paint(state, () => ({ meeting: { status: 'arranged', ...event.data, ...toldIn(event) } }));

const ended = (state: Assessment, outcome: Outcome): Assessment =>
  state.status === 'none' ? state : { status: outcome.outcome, known: state.known, picture: { ...('serviceIds' in outcome ? pointed(state.picture, outcome.serviceIds) : state.picture), outcome } };

const pointed = (picture: Picture, services: readonly string[]): Picture => ({ ...picture, signposts: [...new Set([...picture.signposts, ...services])] });

const reviewed = (deferrals: readonly Deferral[], review: Deferral['reviews'][number]): readonly Deferral[] =>
  deferrals.map((each, index) => (index === deferrals.length - 1 ? { ...each, reviews: [...each.reviews, review] } : each));

/** A state that had begun, in another status. */
const turned = (state: Assessment, next: (state: Begun) => Assessment): Assessment => (state.status === 'none' ? state : next(state));

export const evolve: Decider<Assessment, AssessmentCommand, AssessmentEvent>['evolve'] = {
  AssessmentOpened: ({ known }, { data, metadata }) => ({
    status: 'open',
    known: {
      ...known,
      organisationId: data.organisationId,
      // What was heard since the referral was accepted is newer than what came with the acceptance.
      siteId: known.siteId ?? data.siteId,
      ...(known.coordinatorId === undefined && data.coordinatorId !== undefined && { coordinatorId: data.coordinatorId }),
      ...(!heardOfSafeContact(known) && data.safeContact !== undefined && { safeContact: data.safeContact }),
    },
    picture: {
      about: data,
      openedAt: metadata.occurredAt,
      meeting: { status: 'to-arrange' },
      missedMeetings: [],
      answers: {},
      form: {},
      toldBy: { answers: {}, form: {} },
      given: {},
      handedOver: [],
      agreement: { status: 'none' },
      carriedOver: [],
      signposts: [],
      followUps: [],
      deferrals: [],
      reopened: [],
    },
  }),
  AssessmentHeard: (state, { data }) => {
    const known = heard(state.known, data);
    const moved = data.topic === 'site' && state.status === 'open' && state.picture.meeting.status !== 'held';
    // At another site the meeting is arranged anew.
    return moved ? { ...state, known, picture: { ...state.picture, meeting: { status: 'to-arrange' } } } : { ...state, known };
  },
  AnswersCarriedOver: (state, event) =>
    paint(state, (picture) => {
      const { answers, form, matching, fromJourneyId } = event.data;
      const told = toldIn(event);
      return {
        answers: { ...answers, ...picture.answers },
        form: { ...form, ...picture.form },
        toldBy: { answers: { ...saidOf(answers, told), ...picture.toldBy.answers }, form: { ...saidOf(form, told), ...picture.toldBy.form } },
        ...(matching && !picture.matching && { matching, matchingTold: told }),
        carriedOver: [...picture.carriedOver, { fromJourneyId, ...told }],
      };
    }),
  InitialMeetingArranged: arranged,
  InitialMeetingRearranged: arranged,
  InitialMeetingHeld: (state, event) =>
    paint(state, ({ meeting }) => ({ meeting: { status: 'held', ...('place' in meeting && meeting.place !== undefined && { place: meeting.place }), ...event.data, ...toldIn(event) } })),
  InitialMeetingMissed: (state, event) =>
    paint(state, ({ meeting, missedMeetings }) => {
      const { by: _wished, at: _arranged, takenDownBy: _arranger, status: _status, ...planned } = meeting.status === 'arranged' ? meeting : ({} as Partial<Told & { status: string }>);
      const missed = { ...planned, ...event.data, ...toldIn(event) };
      return { meeting: { status: 'missed', ...missed }, missedMeetings: [...missedMeetings, missed] };
    }),
  AssessmentAnswersRecorded: (state, event) =>
    paint(state, ({ answers, form, toldBy }) => {
      const told = toldIn(event);
      return {
        answers: { ...answers, ...event.data.answers },
        form: { ...form, ...event.data.form },
        toldBy: { answers: { ...toldBy.answers, ...saidOf(event.data.answers, told) }, form: { ...toldBy.form, ...saidOf(event.data.form, told) } },
      };
    }),
  ReadinessDiscussed: (state, event) => paint(state, () => ({ readiness: { ...event.data, ...toldIn(event) } })),
  InformationGiven: (state, event) =>
    paint(state, ({ given, handedOver }) => ({ given: { ...given, [event.data.item]: event.data.version }, handedOver: [...handedOver, { ...event.data, ...toldIn(event) }] })),
  ConfidentialityAgreementSigned: (state, event) => paint(state, () => ({ agreement: { status: 'signed', ...event.data, ...toldIn(event) } })),
  ConfidentialityAgreementWithdrawn: (state, event) =>
    paint(state, ({ agreement }) => (agreement.status === 'none' ? {} : { agreement: { ...agreement, status: 'withdrawn', withdrawn: toldIn(event) } })),
  MatchingInformationRecorded: (state, event) => paint(state, () => ({ matching: { information: event.data.information, disclosure: event.data.disclosure }, matchingTold: toldIn(event) })),
  FoundSuitable: (state, event) => turned(state, ({ known, picture }) => ({ status: 'suitable', known, picture: { ...picture, suitable: toldIn(event) } })),
  SupportDeferred: (state, event) =>
    turned(state, ({ known, picture }) => {
      const { serviceIds, reviewOn } = event.data;
      const deferrals = [...picture.deferrals, { ...event.data, ...toldIn(event), reviews: [] }];
      return { status: 'deferred', known, picture: { ...pointed(picture, serviceIds), deferrals }, reviewOn };
    }),
  DeferralReviewed: (state, event) => {
    if (state.status !== 'deferred') return state;
    const { nextReviewOn } = event.data;
    const deferrals = reviewed(state.picture.deferrals, { ...event.data, ...toldIn(event) });
    // Ready: the review is due at once, until the assessment is reopened.
    return { ...state, picture: { ...state.picture, deferrals }, reviewOn: nextReviewOn ?? event.metadata.occurredAt.slice(0, 10) };
  },
  SignpostedElsewhere: (state, event) => ended(state, { outcome: 'signposted', ...event.data, ...toldIn(event) }),
  SignpostFollowedUp: (state, event) => paint(state, ({ followUps }) => ({ followUps: [...followUps, { ...event.data, ...toldIn(event) }] })),
  SupportDeclinedByPerson: (state, event) => ended(state, { outcome: 'declined', ...event.data, ...toldIn(event) }),
  AssessmentClosed: (state, event) => ended(state, { outcome: 'closed', ...event.data, ...toldIn(event) }),
  AssessmentReopened: (state, event) =>
    turned(state, ({ known, picture: { suitable: _before, ...picture } }) => ({ status: 'open', known, picture: { ...picture, reopened: [...picture.reopened, { ...event.data, ...toldIn(event) }] } })),
};
