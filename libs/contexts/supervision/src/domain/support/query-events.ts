import { event, mentee, unchanged, type Personal } from '@alongside/event-sourcing';
import { exampleIds } from '../example-ids.js';
import type { Voice } from '../voice.js';

export const QueryRaised = event('QueryRaised').of<{
  readonly queryId: string;
  readonly ownerId: string;
  readonly raisedBy: string;
  readonly by: Voice;
  readonly text: Personal<string>;
}>({
  personal: { text: mentee },
  says: 'Somebody has a question.',
  example: { queryId: exampleIds.queryId, ownerId: exampleIds.coordinatorId, raisedBy: exampleIds.supporterId, by: 'mentee', text: 'May my sister come along once?' },
});

export const QueryAnswered = event('QueryAnswered').of<{
  readonly queryId: string;
  /** Since version 2. */
  readonly by?: Voice;
  readonly answer: Personal<string>;
}>({
  version: 2,
  upcast: { 1: unchanged },
  personal: { answer: mentee },
  says: 'A question was answered.',
  example: { queryId: exampleIds.queryId, by: 'staff', answer: 'Yes, when both of you agree on it beforehand.' },
});

export const complaintSubjects = ['service', 'supporter', 'staff'] as const;
export type ComplaintSubject = (typeof complaintSubjects)[number];

export const ComplaintMade = event('ComplaintMade').of<{
  readonly complaintId: string;
  readonly about: ComplaintSubject;
  /** The supporter or staff member whom it is about: they never see it. */
  readonly aboutId?: string;
  readonly ownerId: string;
  readonly by: Voice;
  readonly text: Personal<string>;
}>({
  personal: { text: mentee },
  says: 'Somebody complained.',
  example: { complaintId: exampleIds.complaintId, about: 'service', ownerId: exampleIds.coordinatorId, by: 'mentee', text: 'I waited an hour and nobody rang.' },
});

export const complaintOutcomes = ['upheld', 'partly-upheld', 'not-upheld', 'withdrawn'] as const;
export type ComplaintOutcome = (typeof complaintOutcomes)[number];

export const ComplaintResolved = event('ComplaintResolved').of<{
  readonly complaintId: string;
  readonly outcome: ComplaintOutcome;
  /** Since version 2. */
  readonly by?: Voice;
  readonly note?: Personal<string>;
}>({
  version: 2,
  upcast: { 1: unchanged },
  personal: { note: mentee },
  says: 'A complaint was decided and answered.',
  example: { complaintId: exampleIds.complaintId, outcome: 'upheld', by: 'staff', note: 'We apologised and changed how we ring.' },
});

export const ownedMatters = ['concern', 'query', 'complaint'] as const;
export type OwnedMatter = (typeof ownedMatters)[number];

export const OwnershipTaken = event('OwnershipTaken').of<{
  readonly matter: OwnedMatter;
  readonly matterId: string;
  readonly ownerId: string;
  /** Since version 2. */
  readonly by?: Voice;
}>({
  version: 2,
  upcast: { 1: unchanged },
  says: 'Somebody else sees to a concern, a query or a complaint from now on.',
  example: { matter: 'query', matterId: exampleIds.queryId, ownerId: exampleIds.coordinatorId, by: 'staff' },
});

export const queryEvents = [QueryRaised, QueryAnswered, ComplaintMade, ComplaintResolved, OwnershipTaken] as const;
