import { aggregate, decider, event, mustBe, refuseUnless, staffOf, type CommandsOf, type EventsOf, type Personal } from '@alongside/event-sourcing';
import { exampleIds } from './example-ids.js';

// What users said may tell who said it: these texts are sealed under the key of whoever wrote them down.

export const ImprovementProposed = event('ImprovementProposed').of<{
  organisationId: string;
  siteId?: string;
  proposedBy: string;
  questionnaireId?: string;
  question?: string;
  proposal: Personal<{ readonly title: string; readonly said: string }>;
}>({
  personal: { proposal: staffOf('proposedBy') },
  says: 'What users said could be done better.',
  example: {
    organisationId: exampleIds.organisationId,
    siteId: exampleIds.siteId,
    proposedBy: exampleIds.staffId,
    questionnaireId: exampleIds.questionnaireId,
    question: 'what-to-change',
    proposal: { title: 'Meet in the evening', said: 'Several people work in the day and could not come.' },
  },
});

export const ImprovementAdopted = event('ImprovementAdopted').of<{ adoptedBy: string; reportBackOn: string; plan: Personal<string> }>({
  personal: { plan: staffOf('adoptedBy') },
  says: 'The service takes it up, and will report back by a date.',
  example: { adoptedBy: exampleIds.staffId, reportBackOn: '2026-06-01', plan: 'Open the rooms on Tuesday evenings.' },
});

export const reportedTo = ['mentees', 'supporters', 'staff', 'public'] as const;
export type ReportedTo = (typeof reportedTo)[number];

export const ImprovementReportedBack = event('ImprovementReportedBack').of<{ reportedBy: string; to: readonly ReportedTo[]; done: Personal<string> }>({
  personal: { done: staffOf('reportedBy') },
  says: 'Users were told what was done about what they said.',
  example: { reportedBy: exampleIds.staffId, to: ['mentees', 'supporters'], done: 'Rooms are open on Tuesday evenings since May.' },
});

export const improvementEvents = [ImprovementProposed, ImprovementAdopted, ImprovementReportedBack] as const;
export type ImprovementEvent = EventsOf<typeof improvementEvents>;

interface Place {
  readonly organisationId: string;
  readonly siteId?: string;
}
export type Improvement = { readonly status: 'none' } | (Place & { readonly status: 'proposed' | 'adopted' | 'reported-back' });

export type ImprovementCommand = CommandsOf<{
  'propose-improvement': { organisationId: string; siteId?: string; questionnaireId?: string; question?: string; title: string; said: string };
  'adopt-improvement': { plan: string; reportBackOn: string; today: string };
  'report-back': { to: readonly ReportedTo[]; done: string };
}>;

export const improvement = decider<Improvement, ImprovementCommand, ImprovementEvent>({
  initial: { status: 'none' },
  decide: {
    'propose-improvement'({ data: { title, said, ...about }, actor }, state) {
      refuseUnless(state.status === 'none', 'already-proposed');
      return [ImprovementProposed({ ...about, proposedBy: actor.id, proposal: { title, said } })];
    },
    'adopt-improvement'({ data, actor }, state) {
      mustBe(state, 'proposed', 'not-proposed');
      refuseUnless(data.reportBackOn > data.today, 'report-date-not-in-the-future');
      return [ImprovementAdopted({ adoptedBy: actor.id, reportBackOn: data.reportBackOn, plan: data.plan })];
    },
    'report-back'({ data, actor }, state) {
      mustBe(state, 'adopted', 'not-adopted');
      return [ImprovementReportedBack({ reportedBy: actor.id, to: data.to, done: data.done })];
    },
  },
  evolve: {
    ImprovementProposed: (_state, { data: { organisationId, siteId } }) => ({ status: 'proposed', organisationId, ...(siteId !== undefined && { siteId }) }),
    ImprovementAdopted: (state) => (state.status === 'none' ? state : { ...state, status: 'adopted' }),
    ImprovementReportedBack: (state) => (state.status === 'none' ? state : { ...state, status: 'reported-back' }),
  },
});

export const improvementAggregate = aggregate({
  category: 'improvement',
  events: improvementEvents,
  decider: improvement,
  belonging: (state: Improvement) =>
    state.status === 'none' ? undefined : { organisationId: state.organisationId, ...(state.siteId !== undefined && { siteId: state.siteId }) },
});
