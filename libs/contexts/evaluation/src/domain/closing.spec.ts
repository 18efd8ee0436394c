import fc from 'fast-check';
import { at, commanding, specify, testIds, testNow } from '@alongside/testing';
import { fold, uuidOf, type Occurred } from '@alongside/event-sourcing';
import { EvaluationDeclined, InvitationExpired, JourneyClosed, OutcomeRecorded, type EvaluationEvent } from './events.js';
import { evaluation, type EvaluationCommand } from './evaluation.js';
import { given as handedIn, answered, beganAt, concern, concernId, died, ended, goalId, goals, introduced, invitationId, invited, opened, place, questionnaire, relationshipId, signposted, today } from './sample-journey.js';
import { EvaluationConcernHeard, EvaluationDeathCorrectionHeard, EvaluationFactsHeard, EvaluationJourneyEndHeard, EvaluationRelationshipEndHeard, EvaluationWithdrawalHeard } from './heard-events.js';
import type { Occasion } from './questions.js';

const given = specify(evaluation);
const { organisationId, siteId, otherSiteId, personId, supporterId, coordinatorId } = testIds;
const otherPersonId = uuidOf('test', 'other-person');
const closed = (outcome: 'completed' | 'closed-other' | 'ended-early' | 'left' | 'died' | 'erased' | 'signposted' | 'withdrawn') => JourneyClosed({ personId, siteId, outcome, closedOn: today });
const end = { ...place, relationshipId, supporterId, ending: 'planned', wantsAnother: false, today } as const;

const recording = (occasion: Occasion = 'end', more: object = {}) =>
  commanding('record-response', { occasion, audience: 'mentee' as const, channel: 'telephone' as const, questionnaire, ...handedIn, ...more });

describe('opening', () => {
  const about = { ...place, coordinatorId, today };
  it('follows being found suitable, once, whatever was heard before', () => {
    given().when(commanding('open-evaluation', about)).then(opened);
    given(concern('open')).when(commanding('open-evaluation', about)).then(opened);
    given(opened).when(commanding('open-evaluation', about)).nothing();
    given(signposted, closed('signposted')).when(commanding('open-evaluation', about)).nothing();
  });
  it('keeps the newer facts', () => {
    const facts = { organisationId, siteId: otherSiteId, sourceRevision: 7 };
    given().when(commanding('hear-facts', { ...facts, today })).then(EvaluationFactsHeard(facts));
    given(EvaluationFactsHeard(facts)).when(commanding('hear-facts', { ...facts, today })).nothing();
    given(EvaluationFactsHeard(facts)).when(commanding('hear-facts', { organisationId, siteId, sourceRevision: 6, today })).nothing();
    expect(given(EvaluationFactsHeard({ organisationId, fromSiteId: siteId, coordinatorId, sourceRevision: 3 })).state).toMatchObject({ known: { siteId } });
    expect(given(EvaluationFactsHeard(facts), EvaluationFactsHeard({ organisationId, fromSiteId: siteId, coordinatorId, sourceRevision: 3 })).state).toMatchObject({ known: { siteId: otherSiteId } });
    expect(given(EvaluationFactsHeard(facts), opened).state).toMatchObject({ status: 'open', known: { siteId: otherSiteId } });
    expect(given(opened, EvaluationFactsHeard(facts)).state).toMatchObject({ known: { siteId: otherSiteId, coordinatorId } });
  });
  it('knows whose journey it turned out to be, whatever others say who have not heard of it', () => {
    const linked = EvaluationFactsHeard({ organisationId, personId: otherPersonId, sourceRevision: 7 });
    const accepted = EvaluationFactsHeard({ organisationId, personId, sourceRevision: 4 });
    for (const order of [[accepted, linked], [linked, accepted], [opened, accepted, linked], [linked, opened]]) expect(given(...order).state).toMatchObject({ known: { personId: otherPersonId } });
    given(linked).when(commanding('hear-facts', { ...accepted.data, today })).nothing();
  });
});

describe('safe contact that somebody else said', () => {
  const safeContact = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: [] };
  const theirs = { organisationId, safeContact, sourceRevision: 5 };
  const takenBack = { organisationId, safeContactTakenBack: true, sourceRevision: 7 } as const;
  it('is forgotten, told in whatever order', () => {
    given(EvaluationFactsHeard(theirs)).when(commanding('hear-facts', { ...takenBack, today })).then(EvaluationFactsHeard(takenBack));
    given(EvaluationFactsHeard(takenBack)).when(commanding('hear-facts', { ...theirs, today })).nothing();
    expect(given(EvaluationFactsHeard(theirs), EvaluationFactsHeard(takenBack)).state).not.toHaveProperty('known.safeContact');
    expect(given(EvaluationFactsHeard(takenBack), EvaluationFactsHeard({ ...theirs, sourceRevision: 8 })).state).toMatchObject({ known: { safeContact } });
  });
});

describe('a journey that ended before a relationship', () => {
  const early = { ...place, stage: 'assessment', outcome: 'signposted', afterRelationship: false } as const;
  it('closes at once, opened or not', () => {
    given().when(commanding('hear-end', { ...early, today })).then(EvaluationJourneyEndHeard(early), closed('signposted'));
    given(opened).when(commanding('hear-end', { ...early, today })).then(EvaluationJourneyEndHeard(early), closed('signposted'));
  });
  it('closes once', () => given(signposted, closed('signposted')).when(commanding('hear-end', { ...early, today })).nothing());
  it('waits while a concern is open, and closes when the last is resolved', () => {
    given(opened, concern('open')).when(commanding('hear-end', { ...early, today })).then(signposted);
    const resolve = commanding('hear-concern', { organisationId, concernId, status: 'resolved', sourceRevision: 2, today });
    given(opened, concern('open'), signposted).when(resolve).then(concern('resolved', 2), closed('signposted'));
    const another = EvaluationConcernHeard({ organisationId, concernId: uuidOf('test', 'other-concern'), status: 'open', sourceRevision: 1 });
    given(opened, concern('open'), another, signposted).when(resolve).then(concern('resolved', 2));
  });
  it('does not mistake an older word about a concern for a newer one', () => {
    given(opened, concern('resolved', 5), signposted).when(commanding('hear-concern', { organisationId, concernId, status: 'open', sourceRevision: 3, today })).nothing();
  });
});

describe('a journey that ended in assessment after a relationship', () => {
  const signposting = { ...place, stage: 'assessment', outcome: 'signposted', afterRelationship: true, relationshipIds: [relationshipId] } as const;
  const ending = EvaluationJourneyEndHeard(signposting);
  const hear = commanding('hear-end', { ...signposting, today });
  it('waits for what is not heard yet of the relationship, and asks the mentee first', () => {
    given(opened).when(hear).then(ending);
    given(opened, ending).when(commanding('hear-relationship', { ...place, relationshipId, supporterId, today })).then(introduced);
    given(opened, ending).when(commanding('close-journey', { today })).refused('journey-goes-on');
    given(opened, ending, introduced).when(commanding('hear-relationship-end', { ...end, wantsAnother: true })).then(ended(true));
    given(opened, ending, introduced, ended(true)).when(commanding('close-journey', { today })).refused('evaluation-not-answered');
    given(opened, ending, introduced, ended(true)).when(recording()).thenMatching({ type: 'EvaluationResponseRecorded' }, { type: 'JourneyClosed', data: { outcome: 'signposted' } });
  });
  it('asks the mentee first in the usual order, too', () => {
    given(opened, introduced, ended(true)).when(hear).then(ending);
    given(opened, introduced, ended(true), ending).when(recording()).thenMatching({ type: 'EvaluationResponseRecorded' }, { type: 'JourneyClosed' });
  });
  it('waits for nothing when the mentee has died', () => given(opened, ending).when(commanding('hear-end', { ...place, stage: 'death', outcome: 'died', afterRelationship: false, today })).then(died, closed('died')));
});

describe('a journey with a relationship', () => {
  it('asks the mentee first', () => {
    given(opened, introduced).when(commanding('hear-relationship-end', end)).then(ended());
    given(opened, introduced, ended()).when(recording()).thenMatching({ type: 'EvaluationResponseRecorded' }, { type: 'JourneyClosed', data: { outcome: 'completed', closedOn: today } });
  });
  it('goes on when another supporter is wanted', () => {
    given(opened, introduced).when(commanding('hear-relationship-end', { ...end, wantsAnother: true })).then(ended(true));
    given(opened, introduced, ended(true)).when(recording()).refused('another-match-wanted');
    given(opened, introduced, ended(true)).when(commanding('close-journey', { today })).refused('another-match-wanted');
  });
  it('asks also who gives up waiting for another', () => {
    const left = { ...place, stage: 'waiting', outcome: 'left', afterRelationship: true } as const;
    given(opened, introduced, ended(true)).when(commanding('hear-end', { ...left, today })).then(EvaluationJourneyEndHeard(left));
    given(opened, introduced, ended(true), EvaluationJourneyEndHeard(left)).when(recording()).thenMatching({ type: 'EvaluationResponseRecorded' }, { type: 'JourneyClosed', data: { outcome: 'left' } });
  });
  it('knows the end before the beginning', () => {
    given(opened, ended()).when(commanding('hear-relationship', { ...place, relationshipId, supporterId, today }, { occurredAt: '2026-02-01T09:00:00.000Z' })).thenMatching({ type: 'EvaluationRelationshipHeard' });
    expect(given(opened, ended(), at('2026-02-01T09:00:00.000Z', introduced)).state).toMatchObject({ known: { relationships: [{ relationshipId, at: '2026-02-01T09:00:00.000Z', end: { ending: 'planned' } }] } });
  });
  it.each([
    ['planned', 'completed'],
    ['mentee-left', 'left'],
    ['not-a-good-fit', 'ended-early'],
    ['supporter-left', 'ended-early'],
  ] as const)('that ended %s is %s', (ending, outcome) => {
    const relationshipEnd = EvaluationRelationshipEndHeard({ ...place, relationshipId, supporterId, ending, wantsAnother: false });
    given(opened, introduced, relationshipEnd).when(recording()).thenMatching({ type: 'EvaluationResponseRecorded' }, { type: 'JourneyClosed', data: { outcome } });
  });
  it('closes after a decline', () =>
    given(opened, introduced, ended(), invited())
      .when(commanding('decline-evaluation', { occasion: 'end', audience: 'mentee', reason: 'does-not-want-to', today }))
      .then(EvaluationDeclined({ occasion: 'end', audience: 'mentee', reason: 'does-not-want-to', by: 'mentee', invitationId }), closed('completed')));
  it('closes when the link expires, dated by its last day', () => {
    const expire = commanding('expire-invitation', { invitationId, expiresOn: '2026-03-30' }, { occurredAt: '2026-03-30T22:59:59.000Z' });
    given(opened, introduced, ended(), invited())
      .when(expire)
      .then(InvitationExpired({ invitationId, occasion: 'end', audience: 'mentee' }), JourneyClosed({ personId, siteId, outcome: 'completed', closedOn: '2026-03-30' }));
    given(opened, introduced, ended(), invited()).when({ ...expire, occurredAt: '2026-03-20T10:00:00.000Z' }).nothing();
    given(opened, introduced, ended(), invited(), InvitationExpired({ invitationId, occasion: 'end', audience: 'mentee' })).when(expire).nothing();
  });
  it('does not close on the answer to another occasion', () => given(opened, introduced).when(recording('during')).thenMatching({ type: 'EvaluationResponseRecorded' }));
  it('waits while a concern is open, also after the answer', () => {
    given(opened, introduced, ended(), concern('open')).when(recording()).thenMatching({ type: 'EvaluationResponseRecorded' });
    given(opened, introduced, ended(), concern('open'), answered()).when(commanding('close-journey', { today })).refused('concern-open');
    given(opened, introduced, ended(), concern('open'), answered())
      .when(commanding('hear-concern', { organisationId, concernId, status: 'resolved', sourceRevision: 2, today }))
      .then(concern('resolved', 2), closed('completed'));
  });
});

describe('a concern about who closes', () => {
  const close = commanding('close-journey', { today });
  const heard = (name: string, aboutId?: string) => EvaluationConcernHeard({ organisationId, concernId: uuidOf('test', name), status: 'open', sourceRevision: 1, ...(aboutId !== undefined && { aboutId }) });
  it('is waited for in general words', () => {
    given(opened, introduced, ended(), answered(), heard('about-them', coordinatorId)).when(close).refused('not-ready-to-close');
    given(opened, introduced, ended(), answered(), heard('about-them', supporterId)).when(close).refused('concern-open', { open: 1 });
  });
  it('is not counted beside others', () => given(opened, introduced, ended(), answered(), heard('about-them', coordinatorId), heard('other')).when(close).refused('concern-open', { open: 1 }));
  it('stays known as such when it is heard of', () =>
    given(opened).when(commanding('hear-concern', { organisationId, concernId, status: 'open', sourceRevision: 1, aboutId: coordinatorId, today })).then(concern('open', 1, coordinatorId)));
});

describe('leaving', () => {
  const withdrawal = { organisationId };
  const leave = (occurredAt: string) => commanding('hear-withdrawal', { organisationId, today }, { occurredAt });
  it('when only the evaluation is left, leaves it', () =>
    given(opened, introduced, ended(), invited())
      .when(leave('2026-03-05T10:00:00.000Z'))
      .then(EvaluationWithdrawalHeard(withdrawal), EvaluationDeclined({ occasion: 'end', audience: 'mentee', reason: 'left', by: 'mentee', invitationId }), closed('completed')));
  it('that ended the relationship still lets the mentee be asked', () => {
    given(opened, introduced).when(leave(testNow)).then(EvaluationWithdrawalHeard(withdrawal));
    given(opened, introduced, EvaluationWithdrawalHeard(withdrawal)).when(commanding('hear-relationship-end', { ...end, ending: 'mentee-left' })).thenMatching({ type: 'EvaluationRelationshipEndHeard' });
  });
  it('is heard once', () => given(opened, EvaluationWithdrawalHeard(withdrawal)).when(leave(testNow)).nothing());
});

describe('death and erasure', () => {
  const death = { ...place, stage: 'death', outcome: 'died', afterRelationship: false } as const;
  const erasure = { ...place, stage: 'erasure', outcome: 'erased', afterRelationship: false } as const;
  it('close without an evaluation, whatever goes on', () => {
    given(opened, introduced, invited('during')).when(commanding('hear-end', { ...death, today })).then(died, closed('died'));
    given(opened, introduced).when(commanding('hear-end', { ...erasure, today })).then(EvaluationJourneyEndHeard(erasure), closed('erased'));
  });
  it('leave nobody to be asked', () => {
    expect(given(opened, introduced, invited('during'), died).state).toMatchObject({ invitations: { [invitationId]: { status: 'cancelled' } } });
    given(opened, introduced, concern('open'), died).when(recording('during')).refused('person-gone');
  });
  it('outweigh what was heard before, and never close twice', () => {
    given(opened, concern('open'), signposted).when(commanding('hear-end', { ...death, today })).then(died);
    given(opened, concern('open'), signposted, died).when(commanding('hear-concern', { organisationId, concernId, status: 'resolved', sourceRevision: 2, today })).then(concern('resolved', 2), closed('died'));
    given(opened, introduced, ended(), answered(), closed('completed')).when(commanding('hear-end', { ...death, today })).then(died);
    given(opened, died, closed('died')).when(commanding('hear-end', { ...place, stage: 'assessment', outcome: 'signposted', afterRelationship: false, today })).nothing();
  });
});

describe('closing by a coordinator', () => {
  const close = commanding('close-journey', { today });
  it('is refused while something goes on or nobody was asked', () => {
    given(opened).when(close).refused('journey-goes-on');
    given(opened, introduced).when(close).refused('relationship-live');
    given(opened, introduced, ended()).when(close).refused('evaluation-not-answered');
    given(opened, introduced, ended(), invited()).when(close).refused('evaluation-not-answered');
    given().when(close).refused('evaluation-not-open');
  });
  it('names another outcome where it was not as it looks', () => {
    given(opened, introduced, ended(), answered()).when(commanding('close-journey', { today, outcome: 'ended-early' })).then(closed('ended-early'));
    given(opened, signposted).when(commanding('close-journey', { today, outcome: 'completed' })).then(closed('signposted'));
  });
  it('repeats what is already so, and undoes nothing', () => {
    given(opened, introduced, ended(), answered(), closed('completed')).when(close).nothing();
    given(opened, introduced, ended(), answered(), closed('completed')).when(commanding('close-journey', { today, outcome: 'left' })).refused('journey-closed');
  });
});

describe('outcomes', () => {
  const record = (outcome: 'achieved' | 'partly' = 'achieved', view?: string) => commanding('record-outcome', { goals: [{ goalId, outcome }], ...(view !== undefined && { view }) });
  const recorded = OutcomeRecorded({ goals: [{ goalId, outcome: 'achieved' }], by: 'staff' });
  it('are recorded on each goal once the relationship ended, also of a closed journey', () => {
    given(opened, goals, introduced, ended()).when(record('achieved', 'Went well.')).then(OutcomeRecorded({ goals: [{ goalId, outcome: 'achieved' }], view: 'Went well.', by: 'staff' }));
    given(opened, goals, introduced, ended(), answered(), closed('completed')).when(record()).then(recorded);
    given(opened, goals, introduced, ended(), recorded).when(record()).nothing();
    given(opened, goals, introduced, ended(), recorded).when(record('partly')).thenMatching({ type: 'OutcomeRecorded' });
  });
  it('come neither early nor on goals that nobody set', () => {
    given(opened, goals, introduced).when(record()).refused('relationship-live');
    given(opened, goals).when(record()).refused('no-relationship-yet');
    given(opened, introduced, ended()).when(record()).invalid('goals.0.goalId');
    given(opened, goals, introduced, ended()).when(commanding('record-outcome', { goals: [] })).invalid('goals');
    given(concern('open')).when(record()).refused('evaluation-not-open');
  });
  it('know the latest goals', () => {
    given(opened, goals).when(commanding('hear-goals', { organisationId, goals: [], sourceRevision: 2, today })).nothing();
    given(opened, goals).when(commanding('hear-goals', { organisationId, goals: [], sourceRevision: 4, today })).thenMatching({ type: 'EvaluationGoalsHeard' });
  });
});

describe('a death that was none', () => {
  const hear = commanding('hear-death-correction', { organisationId, today });
  const corrected = EvaluationDeathCorrectionHeard({ organisationId });
  it('is called one no more, and closes nothing twice', () => {
    given(opened, introduced, died, closed('died')).when(hear).then(corrected);
    given(opened, introduced, died, closed('died'), corrected).when(hear).nothing();
    expect(given(opened, introduced, died, closed('died'), corrected).state).toMatchObject({ status: 'closed', outcome: 'closed-other' });
    given(opened).when(hear).nothing();
    given().when(hear).nothing();
  });
  it('closes as another end where the closing still waited for a concern', () => {
    given(opened, died, concern('open')).when(hear).then(corrected);
    given(opened, died, concern('open'), corrected)
      .when(commanding('hear-concern', { organisationId, concernId, status: 'resolved', sourceRevision: 2, today }))
      .then(concern('resolved', 2), closed('closed-other'));
  });
  it('lets the mentee be asked again afterwards', () => {
    const ended = EvaluationRelationshipEndHeard({ ...place, relationshipId, supporterId, ending: 'died', wantsAnother: false });
    given(opened, introduced, ended, died, closed('died')).when(recording('follow-up')).refused('person-gone');
    given(opened, introduced, ended, died, closed('died'), corrected).when(recording('follow-up')).thenMatching({ type: 'EvaluationResponseRecorded' });
  });
  it('may be one after all', () => {
    const death = { ...place, stage: 'death', outcome: 'died', afterRelationship: false } as const;
    given(opened, introduced, died, closed('died'), corrected).when(commanding('hear-end', { ...death, today })).then(EvaluationJourneyEndHeard(death));
    given(opened, introduced, died, closed('died'), corrected, died).when(recording('follow-up')).refused('person-gone');
  });
});

describe('in whatever order words come, and however often', () => {
  const messages: readonly { readonly occurredAt: string; readonly type: EvaluationCommand['type']; readonly data: object }[] = [
    { occurredAt: '2026-01-20T10:00:00.000Z', type: 'open-evaluation', data: { ...place } },
    { occurredAt: '2026-01-21T10:00:00.000Z', type: 'hear-facts', data: { organisationId, siteId, personId, beganAt, coordinatorId, sourceRevision: 4 } },
    { occurredAt: '2026-01-22T10:00:00.000Z', type: 'hear-concern', data: { organisationId, concernId, status: 'open', sourceRevision: 1 } },
    { occurredAt: '2026-01-23T10:00:00.000Z', type: 'hear-concern', data: { organisationId, concernId, status: 'resolved', sourceRevision: 2 } },
    { occurredAt: '2026-01-24T10:00:00.000Z', type: 'hear-end', data: { ...place, stage: 'waiting', outcome: 'left', afterRelationship: false } },
    { occurredAt: '2026-01-25T10:00:00.000Z', type: 'hear-end', data: { ...place, stage: 'death', outcome: 'died', afterRelationship: false } },
  ];
  /** What is written when they are heard in this order. */
  const heardIn = (order: typeof messages): readonly Occurred<EvaluationEvent>[] => {
    let log: readonly Occurred<EvaluationEvent>[] = [];
    for (const { type, data, occurredAt } of order) {
      const command = commanding(type, { ...data, today }, { occurredAt }) as EvaluationCommand;
      const decide = evaluation.decide[command.type] as (given: EvaluationCommand, state: unknown) => readonly EvaluationEvent[];
      const metadata = { eventId: '', occurredAt, recordedAt: testNow, actor: command.actor };
      log = [...log, ...decide(command, fold(evaluation, log)).map((each) => ({ ...each, metadata }))];
    }
    return log;
  };
  it('a journey that ended in assessment after a relationship never closes before the mentee was asked', () => {
    const words: typeof messages = [
      { occurredAt: '2026-01-20T10:00:00.000Z', type: 'open-evaluation', data: { ...place } },
      { occurredAt: '2026-01-21T10:00:00.000Z', type: 'hear-relationship', data: { ...place, relationshipId, supporterId } },
      { occurredAt: '2026-01-22T10:00:00.000Z', type: 'hear-relationship-end', data: { ...place, relationshipId, supporterId, ending: 'planned', wantsAnother: true } },
      { occurredAt: '2026-01-23T10:00:00.000Z', type: 'hear-end', data: { ...place, stage: 'assessment', outcome: 'declined', afterRelationship: true, relationshipIds: [relationshipId] } },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray([...words, ...words], { minLength: words.length * 2 }), (order) => {
        const log = heardIn(order);
        expect(log.filter((each) => each.type === 'JourneyClosed')).toEqual([]);
        given(...log.map((each) => at(each.metadata.occurredAt, each))).when(recording()).thenMatching({ type: 'EvaluationResponseRecorded' }, { type: 'JourneyClosed', data: { outcome: 'declined' } });
      }),
    );
  });
  it('the journey closes exactly once', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...messages, ...messages], { minLength: messages.length * 2 }), (order) => {
        expect(heardIn(order).filter((each) => each.type === 'JourneyClosed')).toHaveLength(1);
      }),
    );
  });
});

