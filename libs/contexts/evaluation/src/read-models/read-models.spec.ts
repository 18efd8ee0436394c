import { inStream, projecting, testIds } from '@alongside/testing';
import { uuidOf, type DomainEvent } from '@alongside/event-sourcing';
import { EvaluationInvited, EvaluationResponseRead, InvitationExpired, JourneyClosed, OutcomeRecorded } from '../domain/events.js';
import { EvaluationRelationshipHeard } from '../domain/heard-events.js';
import { ImprovementAdopted, ImprovementProposed } from '../domain/improvement.js';
import { QuestionnairePublished } from '../domain/questionnaire.js';
import { answered, concern, died, ended, goalId, goals, introduced, invitationId, invited, opened, relationshipId, responseId, signposted, today } from '../domain/sample-journey.js';
import { evaluations, type EvaluationDocument } from './evaluations.js';
import { improvements } from './improvements.js';
import { questionnaires } from './questionnaires.js';
import { responses } from './responses.js';

const { journeyId, organisationId, personId, siteId, supporterId } = testIds;
const closed = JourneyClosed({ personId, siteId, outcome: 'completed', closedOn: today });

describe('evaluations', () => {
  const given = projecting(evaluations);
  const kinds = (...events: readonly DomainEvent[]): readonly string[] => (given(...events).documents.get(journeyId) as EvaluationDocument).todos.map((each) => each.kind).sort();

  it('say where each stands', () => given(opened, introduced).thenMatching({ organisationId, siteId, status: 'open', coordinatorId: testIds.coordinatorId, hasTodos: false, askedSupporters: [] }));
  it('show nothing of what has not opened', () => given(concern('open')).thenMatching({ status: 'heard', hasTodos: false }));
  it.each([
    ['a baseline to take', [opened], ['baseline-to-take']],
    ['a baseline that was sent', [opened, invited('baseline')], ['invitation-expiring']],
    ['a baseline that nobody answered', [opened, invited('baseline'), InvitationExpired({ invitationId, occasion: 'baseline', audience: 'mentee' })], ['invitation-expired']],
    ['an answer to read', [opened, answered('baseline')], ['response-to-read']],
    ['an answer in part, which is not for reading', [opened, introduced, answered('during', false)], []],
    ['an ending', [opened, introduced, ended()], ['end-evaluation-to-invite', 'outcome-to-record', 'supporter-view-to-invite']],
    ['an ending that leads to another match', [opened, introduced, ended(true)], []],
    ['a concern that the closing waits for', [opened, concern('open'), signposted], ['journey-to-close']],
    ['a death while a concern is open', [opened, introduced, concern('open'), died], ['journey-to-close']],
    ['a closed journey without outcomes', [opened, goals, introduced, ended(), answered(), EvaluationResponseRead({ responseId }), closed], ['outcome-to-record']],
    ['a closed journey', [opened, goals, introduced, ended(), closed, OutcomeRecorded({ goals: [{ goalId, outcome: 'partly' }], by: 'staff' })], []],
  ] as const)('show %s', (_what, events, expected) => expect(kinds(...events)).toEqual(expected));
  it('know which supporters are asked', () => {
    const asked = EvaluationInvited({ ...invited('during').data, audience: 'supporter', relationshipId, supporterId });
    given(opened, introduced, asked).thenMatching({ askedSupporters: [supporterId] });
    given(opened, introduced, asked, EvaluationRelationshipHeard(introduced.data)).thenMatching({ askedSupporters: [supporterId] });
  });
});

describe('what else is read', () => {
  it('are responses, the whole of each once', () => {
    projecting(responses)(opened, answered('baseline', false), answered('baseline')).then({
      organisationId,
      siteId,
      journeyId,
      questionnaireId: answered().data.questionnaireId,
      version: 1,
      occasion: 'baseline',
      audience: 'mentee',
      at: '2026-03-02T10:00:00.000Z',
      complete: true,
      answers: { 'how-i-cope': 4 },
    });
  });
  it('are questionnaires in force', () => {
    const stream = `questionnaire-${uuidOf('test', 'questionnaire')}`;
    const version = (number: number) => inStream(stream, QuestionnairePublished({ organisationId, occasion: 'end', audience: 'mentee', version: number, name: `Version ${number}`, questions: [] }));
    projecting(questionnaires)(version(1), version(2)).thenMatching({ name: 'Version 2', version: 2, occasion: 'end' });
  });
  it('are improvements and what became of them', () => {
    const stream = `improvement-${uuidOf('test', 'improvement')}`;
    const proposed = inStream(stream, ImprovementProposed({ organisationId, proposedBy: testIds.coordinatorId, proposal: { title: 'Evenings', said: 'Too early.' } }));
    const adopted = inStream(stream, ImprovementAdopted({ adoptedBy: testIds.coordinatorId, reportBackOn: '2026-06-01', plan: 'Open late.' }));
    projecting(improvements)(proposed).thenMatching({ status: 'proposed', siteId: null });
    projecting(improvements)(proposed, adopted).thenMatching({ status: 'adopted', reportBackOn: '2026-06-01', adopted: { plan: 'Open late.' } });
  });
});
