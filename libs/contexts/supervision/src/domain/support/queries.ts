import { InvalidField, mustBe, refuseUnless, type Actor, type CommandsOf, type EventsOf } from '@alongside/event-sourcing';
import { defined } from '../defined.js';
import { voiceOf, type Voice } from '../voice.js';
import { circleOf, maySee, maySeeConcern, ownerOf, type Ownership } from './owners.js';
import {
  ComplaintMade,
  ComplaintResolved,
  OwnershipTaken,
  QueryAnswered,
  QueryRaised,
  queryEvents,
  type ComplaintOutcome,
  type ComplaintSubject,
  type OwnedMatter,
} from './query-events.js';
import { changed, isTheirSupporter, liveRelationship, onKnown, supportPart, writable, type Concern, type KnownSupport } from './state.js';

export type QueryCommand = CommandsOf<{
  'raise-query': Ownership & { readonly by?: Voice; readonly text: string };
  'answer-query': { readonly by?: Voice; readonly queryId: string; readonly answer: string };
  'make-complaint': Ownership & { readonly by?: Voice; readonly about: ComplaintSubject; readonly aboutId?: string; readonly text: string };
  'resolve-complaint': { readonly by?: Voice; readonly complaintId: string; readonly outcome: ComplaintOutcome; readonly note?: string };
  'take-over': Ownership & { readonly by?: Voice; readonly matter: OwnedMatter; readonly matterId: string };
}>;

export const queries = supportPart<QueryCommand, EventsOf<typeof queryEvents>>({
  decide: {
    'raise-query': ({ data, actor, newId }, state) => {
      const known = writable(state);
      return [QueryRaised({ queryId: newId('query'), ownerId: ownerOf(known, data, actor, undefined), raisedBy: actor.id, by: voiceOf(actor, data.by), text: data.text })];
    },
    'answer-query': ({ data, actor }, state) => {
      const query = writable(state).queries[data.queryId];
      if (!query) throw new InvalidField([{ path: 'queryId', code: 'unknown' }]);
      refuseUnless(query.status === 'open', 'query-answered');
      return [QueryAnswered({ queryId: data.queryId, by: voiceOf(actor, data.by), answer: data.answer })];
    },
    'make-complaint': ({ data, actor, newId }, state) => {
      const known = writable(state);
      refuseUnless(actor.role !== 'supporter' && !isTheirSupporter(known, actor.id), 'own-mentees-complaint');
      const aboutId = data.aboutId ?? (data.about === 'supporter' ? liveRelationship(known)?.supporterId : undefined);
      const { about, text } = data;
      return [ComplaintMade(defined({ complaintId: newId('complaint'), about, aboutId, ownerId: ownerOf(known, data, actor, aboutId), by: data.by ?? ('mentee' as const), text }))];
    },
    'resolve-complaint': ({ data, actor }, state) => {
      const complaint = writable(state).complaints[data.complaintId];
      if (!complaint || !maySee(actor.id, complaint)) throw new InvalidField([{ path: 'complaintId', code: 'unknown' }]);
      if (complaint.status === 'resolved') return [];
      return [ComplaintResolved(defined({ complaintId: data.complaintId, outcome: data.outcome, by: voiceOf(actor, data.by), note: data.note }))];
    },
    'take-over': ({ data, actor }, state) => {
      const matter = matterOf(mustBe(state, 'known'), data, actor);
      refuseUnless(matter.status === 'open', 'already-settled');
      const ownerId = ownerOf(mustBe(state, 'known'), { ...data, ownerId: data.ownerId ?? actor.id }, actor, matter.aboutId);
      return ownerId === matter.ownerId ? [] : [OwnershipTaken({ matter: data.matter, matterId: data.matterId, ownerId, by: voiceOf(actor, data.by) })];
    },
  },
  evolve: {
    QueryRaised: onKnown((state, { data, metadata }) => ({
      ...state,
      queries: { ...state.queries, [data.queryId]: { ...data, status: 'open', raisedAt: metadata.occurredAt } },
    })),
    QueryAnswered: onKnown((state, { data, metadata }) => ({
      ...state,
      queries: changed(state.queries, data.queryId, (query) => ({ ...query, status: 'answered', answeredAt: metadata.occurredAt, answeredBy: metadata.actor.id, answer: data.answer })),
    })),
    ComplaintMade: onKnown((state, { data, metadata }) => ({
      ...state,
      complaints: { ...state.complaints, [data.complaintId]: { ...data, status: 'open', madeAt: metadata.occurredAt, takenDownBy: metadata.actor.id } },
    })),
    ComplaintResolved: onKnown((state, { data, metadata }) => ({
      ...state,
      complaints: changed(state.complaints, data.complaintId, (complaint) => ({
        ...complaint,
        status: 'resolved',
        resolvedAt: metadata.occurredAt,
        resolvedBy: metadata.actor.id,
        outcome: data.outcome,
        ...(data.note !== undefined && { note: data.note }),
      })),
    })),
    OwnershipTaken: onKnown((state, { data, metadata }) => {
      const { matter, matterId, ownerId } = data;
      if (matter === 'query') return { ...state, queries: changed(state.queries, matterId, (each) => ({ ...each, ownerId })) };
      if (matter === 'complaint') return { ...state, complaints: changed(state.complaints, matterId, (each) => ({ ...each, ownerId })) };
      const openedBy = metadata.actor.id === ownerId ? [ownerId] : [];
      return { ...state, concerns: changed(state.concerns, matterId, (each) => ({ ...each, ownerId, openedBy })) };
    }),
  },
});

interface Matter {
  readonly status: string;
  readonly ownerId: string;
  readonly aboutId?: string;
}

/** One that this person may see, or whose owner is gone: nobody's concern is lost. */
const mayTakeOver = (state: KnownSupport, concern: Concern, actor: Actor, possibleOwners: readonly string[]): boolean =>
  maySeeConcern(actor.id, concern, circleOf(state)) || (maySee(actor.id, concern) && concern.status === 'open' && !possibleOwners.includes(concern.ownerId));

function matterOf(state: KnownSupport, data: Ownership & { readonly matter: OwnedMatter; readonly matterId: string }, actor: Actor): Matter {
  const concern = data.matter === 'concern' ? state.concerns[data.matterId] : undefined;
  const all: Readonly<Record<OwnedMatter, Readonly<Record<string, Matter>>>> = { concern: state.concerns, query: state.queries, complaint: state.complaints };
  const matter = all[data.matter][data.matterId];
  if (!matter || !maySee(actor.id, matter) || (concern && !mayTakeOver(state, concern, actor, data.possibleOwners))) throw new InvalidField([{ path: 'matterId', code: 'unknown' }]);
  return matter;
}
