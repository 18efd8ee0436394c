import { commanding, specify, testIds } from '@alongside/testing';
import { improvement, ImprovementAdopted, ImprovementProposed, ImprovementReportedBack } from './improvement.js';
import { questionnaire, QuestionnairePublished, versionOf } from './questionnaire.js';
import { answersProblems, checkedQuestions, comparisonsOf, type DraftQuestion } from './questions.js';

const { organisationId, siteId, coordinatorId } = testIds;
const scale: DraftQuestion = { name: 'how-i-cope', label: 'How do you cope?', type: 'scale', required: true, min: 1, max: 5, labels: { '1': 'Not at all' } };
const choice: DraftQuestion = { name: 'often-enough', label: 'Often enough?', type: 'choice', options: ['Yes', 'No'] };
const choices: DraftQuestion = { name: 'what-helped', label: 'What helped?', type: 'choices', options: ['Talking', 'Walking'] };
const text: DraftQuestion = { name: 'what-else', label: 'What else?', type: 'text' };
const drafts = [scale, choice, choices, text];
const questions = checkedQuestions(drafts);
const form = { organisationId, name: 'Looking back', occasion: 'end', audience: 'mentee' } as const;

describe('a questionnaire', () => {
  const given = specify(questionnaire);
  const published = QuestionnairePublished({ ...form, version: 1, questions });
  it('has versions', () => {
    given().when(commanding('configure-questionnaire', { ...form, questions: drafts })).then(published);
    given(published).when(commanding('revise-questionnaire', { ...form, questions: drafts })).nothing();
    given(published).when(commanding('revise-questionnaire', { ...form, questions: [scale] })).thenMatching({ type: 'QuestionnairePublished', data: { version: 2 } });
    expect(versionOf(given(published).state, 1)?.questions).toEqual(questions);
    expect(versionOf(given(published).state, 2)).toBeUndefined();
  });
  it('stays what it asks whom', () => {
    given(published).when(commanding('revise-questionnaire', { ...form, occasion: 'baseline', questions: drafts })).refused('asked-of-others');
    given(published).when(commanding('configure-questionnaire', { ...form, questions: drafts })).refused('already-configured');
    given().when(commanding('revise-questionnaire', { ...form, questions: drafts })).refused('not-published');
  });
  it.each([
    [[scale, scale], ['questions.1.name']],
    [[{ ...scale, max: 1 }], ['questions.0.max']],
    [[{ name: 'a', label: 'A', type: 'scale' } as const], ['questions.0.min', 'questions.0.max']],
    [[{ ...scale, labels: { '9': 'Beyond' } }], ['questions.0.labels']],
    [[{ ...choice, options: ['Only'] }], ['questions.0.options']],
    [[{ ...choice, options: ['Same', 'Same'] }], ['questions.0.options']],
    [[{ name: 'a', label: 'A', type: 'choices' } as const], ['questions.0.options']],
    [[{ ...text, min: 1, options: ['A', 'B'] }], ['questions.0.min', 'questions.0.options']],
  ])('is checked', (wrong: readonly DraftQuestion[], paths: readonly string[]) => given().when(commanding('configure-questionnaire', { ...form, questions: wrong })).invalid(...paths));
});

describe('answers', () => {
  it('that fit are well', () => expect(answersProblems({ 'how-i-cope': 3, 'often-enough': 'Yes', 'what-helped': ['Walking'], 'what-else': 'Tea.' }, questions, true)).toEqual([]));
  it.each([
    [{ 'how-i-cope': 6 }, 'answers.how-i-cope', 'too-large'],
    [{ 'how-i-cope': 0 }, 'answers.how-i-cope', 'too-small'],
    [{ 'how-i-cope': 2.5 }, 'answers.how-i-cope', 'not-whole'],
    [{ 'how-i-cope': '3' }, 'answers.how-i-cope', 'wrong-type'],
    [{ 'often-enough': 'Perhaps' }, 'answers.often-enough', 'not-one-of'],
    [{ 'what-helped': [] }, 'answers.what-helped', 'too-few'],
    [{ 'what-helped': ['Walking', 'Walking'] }, 'answers.what-helped', 'repeated'],
    [{ 'what-helped': 'Walking' }, 'answers.what-helped', 'wrong-type'],
    [{ 'what-else': '  ' }, 'answers.what-else', 'empty'],
    [{ 'what-else': 'x'.repeat(4001) }, 'answers.what-else', 'too-long'],
    [{ 'who-said': 'x' }, 'answers.who-said', 'unknown-field'],
    [{ 'Somebody Real': 'x' }, 'answers.(unnamed)', 'unknown-field'],
  ])('that do not are named: %j', (answers, path, code) => expect(answersProblems(answers, questions, false)).toEqual([{ path, code }]));
  it('are whole only when handed in', () => {
    expect(answersProblems({ 'often-enough': 'Yes' }, questions, false)).toEqual([]);
    expect(answersProblems({ 'often-enough': 'Yes' }, questions, true)).toEqual([{ path: 'answers.how-i-cope', code: 'required' }]);
    expect(answersProblems({}, checkedQuestions([text]), true)).toEqual([{ path: 'answers', code: 'too-few' }]);
  });
  it('compare where the same scale was asked before', () => {
    const before = { questions, answers: { 'how-i-cope': 2 } };
    expect(comparisonsOf(before, { questions, answers: { 'how-i-cope': 4 } })).toEqual([{ question: 'how-i-cope', label: 'How do you cope?', before: 2, now: 4, difference: 2 }]);
    expect(comparisonsOf(before, { questions: checkedQuestions([{ ...scale, max: 10 }]), answers: { 'how-i-cope': 4 } })).toEqual([]);
    expect(comparisonsOf({ questions, answers: 'erased' }, { questions, answers: { 'how-i-cope': 4 } })).toEqual([]);
  });
});

describe('an improvement', () => {
  const given = specify(improvement);
  const proposed = ImprovementProposed({ organisationId, siteId, proposedBy: coordinatorId, proposal: { title: 'Evenings', said: 'Too early.' } });
  const adopted = ImprovementAdopted({ adoptedBy: coordinatorId, reportBackOn: '2026-06-01', plan: 'Open late.' });
  const adopt = commanding('adopt-improvement', { plan: 'Open late.', reportBackOn: '2026-06-01', today: '2026-03-02' });
  const report = commanding('report-back', { to: ['mentees'], done: 'Open late on Tuesdays.' });
  it('is proposed, adopted and reported back, in this order', () => {
    given().when(commanding('propose-improvement', { organisationId, siteId, title: 'Evenings', said: 'Too early.' })).then(proposed);
    given(proposed).when(adopt).then(adopted);
    given(proposed, adopted).when(report).then(ImprovementReportedBack({ reportedBy: coordinatorId, to: ['mentees'], done: 'Open late on Tuesdays.' }));
    given(proposed).when(report).refused('not-adopted');
    given(proposed, adopted).when(adopt).refused('not-proposed');
    given(proposed).when({ ...adopt, data: { ...adopt.data, reportBackOn: '2026-03-02' } }).refused('report-date-not-in-the-future');
    given(proposed).when(commanding('propose-improvement', { organisationId, title: 'Evenings', said: 'Too early.' })).refused('already-proposed');
  });
});
