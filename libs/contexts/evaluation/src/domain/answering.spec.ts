import { at, commanding, specify, testIds } from '@alongside/testing';
import { uuidOf } from '@alongside/event-sourcing';
import { evaluation } from './evaluation.js';
import { EvaluationDeclined, EvaluationInvited, EvaluationResponseRead, EvaluationResponseRecorded, InvitationExpired, JourneyClosed } from './events.js';
import { EvaluationRelationshipHeard } from './heard-events.js';
import type { Occasion } from './questions.js';
import { answered, concern, ended, given as answers, introduced, invitationId, invited, newInvitationId, opened, place, questionnaire, relationshipId, responseId, sending, today } from './sample-journey.js';

const given = specify(evaluation);
const { personId, siteId, supporterId } = testIds;
const closed = JourneyClosed({ personId, siteId, outcome: 'completed', closedOn: today });
const supporter = { id: supporterId, role: 'supporter' } as const;
const nextInvitationId = uuidOf('test-new', 'reissue-invitation', 'invitation');

const inviting = (occasion: Occasion = 'end', more: object = {}) => commanding('invite', { occasion, audience: 'mentee' as const, questionnaire, ...sending, ...more });
const recording = (occasion: Occasion = 'end', more: object = {}) =>
  commanding('record-response', { occasion, audience: 'mentee' as const, channel: 'telephone' as const, questionnaire, ...answers, ...more });

describe('inviting', () => {
  it('names the occasion, the questionnaire and until when', () => {
    const { channel, expiresAt, expiresOn } = sending;
    given(opened).when(inviting('baseline')).then(EvaluationInvited({ invitationId: newInvitationId, ...questionnaire, occasion: 'baseline', audience: 'mentee', channel, expiresAt, expiresOn }));
  });
  it('waits for the evaluation to open', () => given(concern('open')).when(inviting('baseline')).refused('evaluation-not-open'));
  it('honours safe contact', () => {
    given(opened).when(inviting('baseline', { contact: 'channel-not-safe' })).refused('channel-not-safe', { channel: 'email' });
    given(opened).when(inviting('baseline', { contact: 'outside-safe-hours' })).refused('outside-safe-hours');
    const noWay = EvaluationDeclined({ occasion: 'baseline', audience: 'mentee', reason: 'no-safe-contact', by: 'staff' });
    given(opened).when(inviting('baseline', { contact: 'none-safe' })).then(noWay);
    given(opened, noWay).when(inviting('baseline', { contact: 'none-safe' })).nothing();
    given(opened, introduced, ended()).when(inviting('end', { contact: 'none-safe' })).thenMatching({ type: 'EvaluationDeclined' }, { type: 'JourneyClosed' });
  });
  it('asks a supporter whatever the mentee said of safe contact', () =>
    given(opened, introduced, ended())
      .when(inviting('end', { audience: 'supporter', contact: 'none-safe' }))
      .thenMatching({ type: 'EvaluationInvited', data: { audience: 'supporter', supporterId, relationshipId } }));
  it('needs a questionnaire', () => given(opened).when(commanding('invite', { occasion: 'baseline', audience: 'mentee', ...sending })).refused('no-questionnaire'));
  it('asks nobody twice', () => {
    given(opened, invited('baseline')).when(inviting('baseline')).refused('already-invited');
    given(opened, answered('baseline')).when(inviting('baseline')).refused('already-answered');
    given(opened, introduced, answered('during')).when(inviting('during')).thenMatching({ type: 'EvaluationInvited' });
  });
  it.each([
    ['baseline', 'too-late-for-a-baseline', [opened, introduced, ended()]],
    ['baseline', 'journey-closed', [opened, closed]],
    ['during', 'no-live-relationship', [opened]],
    ['during', 'journey-closed', [opened, introduced, ended(), answered(), closed]],
    ['end', 'no-relationship-yet', [opened]],
    ['end', 'relationship-live', [opened, introduced]],
    ['end', 'another-match-wanted', [opened, introduced, ended(true)]],
    ['end', 'journey-closed', [opened, introduced, ended(), closed]],
    ['follow-up', 'journey-not-closed', [opened, introduced, ended()]],
    ['follow-up', 'no-relationship-yet', [opened, closed]],
  ] as const)('for %s refuses with %s', (occasion, rule, events) => given(...events).when(inviting(occasion)).refused(rule));
  it('follows up after the closing', () => given(opened, introduced, ended(), answered(), closed).when(inviting('follow-up')).thenMatching({ type: 'EvaluationInvited' }));
});

describe('issuing a link anew', () => {
  const reissue = commanding('reissue-invitation', { ...sending });
  const expired = InvitationExpired({ invitationId, occasion: 'baseline', audience: 'mentee' });
  it('replaces the one before', () => {
    given(opened, invited('baseline')).when(reissue).thenMatching({ type: 'EvaluationInvited', data: { invitationId: nextInvitationId, replaces: invitationId, occasion: 'baseline' } });
    given(opened, invited('baseline'), expired).when(reissue).thenMatching({ type: 'EvaluationInvited' });
    const again = EvaluationInvited({ ...invited('baseline').data, invitationId: nextInvitationId, replaces: invitationId });
    given(opened, invited('baseline'), again).when(commanding('answer-invitation', { invitationId, decline: true, today })).refused('invitation-replaced');
  });
  it('needs one that nobody answered', () => {
    given(opened).when(reissue).refused('not-invited');
    given(opened).when(commanding('reissue-invitation', { ...sending, invitationId })).invalid('invitationId');
    given(opened, invited('baseline'), EvaluationResponseRecorded({ ...answered('baseline').data, invitationId })).when(commanding('reissue-invitation', { ...sending, invitationId })).refused('already-answered');
    given(opened, invited('baseline'), EvaluationDeclined({ occasion: 'baseline', audience: 'mentee', reason: 'other', by: 'mentee', invitationId }))
      .when(commanding('reissue-invitation', { ...sending, invitationId }))
      .refused('invitation-given-up');
  });
  it('is for the supporter whose relationship was the last', () => {
    const asked = EvaluationInvited({ ...invited('end').data, audience: 'supporter', relationshipId, supporterId });
    const next = EvaluationRelationshipHeard({ ...introduced.data, relationshipId: uuidOf('test', 'next-relationship'), supporterId: uuidOf('test', 'next-supporter') });
    given(opened, introduced, ended(true), asked).when(commanding('reissue-invitation', { ...sending })).thenMatching({ type: 'EvaluationInvited', data: { relationshipId, supporterId } });
    given(opened, introduced, ended(true), asked, at('2026-03-03T10:00:00.000Z', next)).when(commanding('reissue-invitation', { ...sending })).refused('invitation-given-up');
  });
  it('honours safe contact, too', () => given(opened, invited('baseline')).when(commanding('reissue-invitation', { ...sending, contact: 'channel-not-safe' })).refused('channel-not-safe'));
});

describe('answering by link', () => {
  const answer = (complete = true) => commanding('answer-invitation', { invitationId, decline: false, ...answers, complete });
  const byLink = { ...questionnaire, occasion: 'baseline', audience: 'mentee', channel: 'link', by: 'mentee', answers: answers.answers, answered: answers.answered, invitationId } as const;
  const newResponseId = uuidOf('test-new', 'answer-invitation', 'response');

  it('keeps partial answers without spending the link', () => {
    const partly = EvaluationResponseRecorded({ responseId: newResponseId, ...byLink, complete: false });
    given(opened, invited('baseline')).when(answer(false)).then(partly);
    given(opened, invited('baseline'), partly).when(answer()).then(EvaluationResponseRecorded({ responseId: newResponseId, ...byLink, complete: true }));
  });
  it('spends the link when handed in', () => {
    const whole = EvaluationResponseRecorded({ responseId: newResponseId, ...byLink, complete: true });
    given(opened, invited('baseline'), whole).when(answer()).refused('invitation-spent');
  });
  it('needs a link that is good', () => {
    given(opened, invited('baseline')).when({ ...answer(), occurredAt: '2026-04-02T10:00:00.000Z' }).refused('invitation-expired');
    given(opened, invited('baseline'), InvitationExpired({ invitationId, occasion: 'baseline', audience: 'mentee' })).when(answer()).refused('invitation-expired');
    given(opened, invited('baseline'), closed).when(answer()).refused('invitation-cancelled');
    given(opened).when(answer()).refused('invitation-cancelled');
  });
  it('takes a no', () => {
    const no = EvaluationDeclined({ occasion: 'baseline', audience: 'mentee', reason: 'does-not-want-to', by: 'mentee', invitationId });
    given(opened, invited('baseline')).when(commanding('answer-invitation', { invitationId, decline: true, today })).then(no);
    given(opened, invited('baseline'), no).when(answer()).refused('invitation-declined');
  });
});

describe('taking an answer down', () => {
  it('pairs it with the baseline', () =>
    given(opened, answered('baseline'), introduced, ended()).when(recording()).thenMatching({ type: 'EvaluationResponseRecorded', data: { pairedWith: responseId, channel: 'telephone' } }, { type: 'JourneyClosed' }));
  it('spends the link that was sent', () => given(opened, invited('baseline')).when(recording('baseline')).thenMatching({ type: 'EvaluationResponseRecorded', data: { invitationId } }));
  it('is never for the supporter to do for the mentee', () => {
    given(opened, introduced).when({ ...recording('during'), actor: supporter }).refused('supporter-may-not-answer-for-mentee');
    given(opened, introduced).when({ ...recording('during'), actor: { id: supporterId, role: 'coordinator' } }).refused('supporter-may-not-answer-for-mentee');
    given(opened, introduced).when(recording('during', { by: 'supporter' })).refused('supporter-may-not-answer-for-mentee');
  });
  it("takes the supporter's own view, also after the closing", () => {
    const own = { ...recording('end', { audience: 'supporter', channel: 'online' }), actor: supporter };
    given(opened, introduced, ended()).when(own).thenMatching({ type: 'EvaluationResponseRecorded', data: { audience: 'supporter', supporterId, relationshipId, by: 'supporter' } });
    given(opened, introduced, ended(), answered(), closed).when(own).thenMatching({ type: 'EvaluationResponseRecorded' });
    given(opened, introduced).when(own).refused('relationship-live');
  });
  describe('of a former supporter, once another relationship has begun', () => {
    const otherId = uuidOf('test', 'other-supporter');
    const successor = at('2026-02-20T10:00:00.000Z', EvaluationRelationshipHeard({ ...place, relationshipId: uuidOf('test', 'second-relationship'), supporterId: otherId }));
    const told = given(opened, at('2026-01-20T10:00:00.000Z', introduced), at('2026-02-10T10:00:00.000Z', ended(true)), successor);
    const own = (occasion: Occasion, id: string = supporterId) => ({ ...recording(occasion, { audience: 'supporter', channel: 'online' }), actor: { id, role: 'supporter' } as const });
    const theirs = { occasion: 'end', audience: 'supporter', supporterId, relationshipId } as const;
    it('is of their own relationship, and leaves that of the other open', () => {
      told.when(own('end')).thenMatching({ type: 'EvaluationResponseRecorded', data: theirs });
      told.when(own('end', otherId)).refused('relationship-live');
      told.when(own('during')).refused('no-live-relationship');
    });
    it('goes on where it was answered in part, and is taken once', () => {
      const first = EvaluationResponseRecorded({ ...answered('end', false).data, ...theirs, by: 'supporter' });
      const whole = EvaluationResponseRecorded({ ...first.data, complete: true });
      const events = [opened, at('2026-01-20T10:00:00.000Z', introduced), at('2026-02-10T10:00:00.000Z', ended(true)), successor] as const;
      given(...events, first).when(own('end')).thenMatching({ type: 'EvaluationResponseRecorded', data: { ...theirs, responseId } });
      given(...events, whole).when(own('end')).refused('already-answered');
    });
  });
  it('takes once what is asked once, late answers and follow-ups included', () => {
    given(opened, answered('baseline')).when(recording('baseline')).refused('already-answered');
    given(opened, introduced, ended(), closed).when(recording()).thenMatching({ type: 'EvaluationResponseRecorded' });
    given(opened, introduced, ended(), answered(), closed).when(recording('follow-up')).thenMatching({ type: 'EvaluationResponseRecorded', data: { occasion: 'follow-up' } });
    given(opened, introduced, ended(), answered()).when(recording('follow-up')).refused('journey-not-closed');
  });
  it('needs a questionnaire', () => given(opened).when(recording('baseline', { questionnaire: undefined })).refused('no-questionnaire'));
  it('is judged by the day it was said', () =>
    given(opened, introduced, ended()).when({ ...recording('baseline'), occurredAt: '2026-01-31T10:00:00.000Z' }).thenMatching({ type: 'EvaluationResponseRecorded' }));
});

describe('declining', () => {
  const decline = commanding('decline-evaluation', { occasion: 'baseline', audience: 'mentee', reason: 'not-well-enough', today });
  const no = EvaluationDeclined({ occasion: 'baseline', audience: 'mentee', reason: 'not-well-enough', by: 'mentee' });
  it('is an answer, once', () => {
    given(opened).when(decline).then(no);
    given(opened, no).when(decline).nothing();
    given(opened, answered('baseline')).when(decline).refused('already-answered');
  });
  it('does not want to, where no reason is told', () =>
    given(opened).when(commanding('decline-evaluation', { occasion: 'baseline', audience: 'mentee', today })).thenMatching({ type: 'EvaluationDeclined', data: { reason: 'does-not-want-to' } }));
  it('may be for another reason, until the journey has closed with it', () => {
    const again = (occasion: Occasion, more: object = { reason: 'left' }) => commanding('decline-evaluation', { occasion, audience: 'mentee', today, ...more });
    given(opened, no).when(again('baseline')).then(EvaluationDeclined({ ...no.data, reason: 'left' }));
    given(opened, no).when(again('baseline', {})).nothing();
    const events = [opened, introduced, ended(), EvaluationDeclined({ ...no.data, occasion: 'end' }), closed] as const;
    given(...events).when(again('end', { reason: 'not-well-enough' })).nothing();
    given(...events).when(again('end')).refused('journey-closed');
  });
  it('leaves the mind free to change', () => given(opened, no).when(inviting('baseline')).thenMatching({ type: 'EvaluationInvited' }));
});

describe('reading an answer', () => {
  it('is marked once', () => {
    given(opened, answered('baseline')).when(commanding('mark-response-read', { responseId })).then(EvaluationResponseRead({ responseId }));
    given(opened, answered('baseline'), EvaluationResponseRead({ responseId })).when(commanding('mark-response-read', { responseId })).nothing();
    given(opened, answered('baseline', false)).when(commanding('mark-response-read', { responseId })).refused('response-not-handed-in');
    given(opened).when(commanding('mark-response-read', { responseId })).invalid('responseId');
  });
});
