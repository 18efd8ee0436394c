import { InvalidField, mustBe, refuseUnless, type Actor, type CommandsOf, type EventsOf } from '@alongside/event-sourcing';
import { defined } from '../defined.js';
import { voiceOf, type Voice } from '../voice.js';
import {
  ConcernEscalated,
  ConcernOpened,
  ConcernRaised,
  ConcernResolved,
  concernEvents,
  severities,
  type ConcernSubject,
  type Resolution,
  type Severity,
} from './concern-events.js';
import { circleOf, maySeeConcern, ownerOf, type Ownership } from './owners.js';
import { changed, liveRelationship, onKnown, supportPart, writable, type Concern, type KnownSupport, type Support } from './state.js';

export type ConcernCommand = CommandsOf<{
  'raise-concern': Ownership & {
    readonly by?: Voice;
    readonly severity: Severity;
    readonly safeguarding: boolean;
    readonly about: ConcernSubject;
    readonly aboutId?: string;
    readonly text: string;
  };
  'escalate-concern': Ownership & { readonly by?: Voice; readonly concernId: string; readonly severity?: Severity; readonly safeguarding?: boolean; readonly reason?: string };
  'open-concern': { readonly by?: Voice; readonly concernId: string };
  'resolve-concern': { readonly by?: Voice; readonly concernId: string; readonly resolution: Resolution; readonly note?: string };
}>;

export const concerns = supportPart<ConcernCommand, EventsOf<typeof concernEvents>>({
  decide: {
    'raise-concern': ({ data, actor, newId }, state) => {
      const known = writable(state);
      const { severity, safeguarding, about, text } = data;
      const aboutId = data.aboutId ?? (about === 'supporter' ? liveRelationship(known)?.supporterId : undefined);
      return [
        ConcernRaised(
          defined({
            concernId: newId('concern'),
            relationshipId: liveRelationship(known)?.relationshipId,
            severity,
            safeguarding,
            about,
            aboutId,
            ownerId: ownerOf(known, data, actor, aboutId),
            by: voiceOf(actor, data.by),
            text,
          }),
        ),
      ];
    },
    'escalate-concern': ({ data, actor }, state) => {
      const { known, concern } = concernOf(state, data.concernId, actor);
      refuseUnless(concern.status === 'open', 'concern-resolved');
      refuseUnless(data.safeguarding !== false || !concern.safeguarding, 'safeguarding-stays');
      refuseUnless(data.severity === undefined || severities.indexOf(data.severity) >= severities.indexOf(concern.severity), 'severity-not-higher');
      const next = {
        severity: data.severity ?? concern.severity,
        safeguarding: concern.safeguarding || data.safeguarding === true,
        ownerId: data.ownerId === undefined ? concern.ownerId : ownerOf(known, data, actor, concern.aboutId),
      };
      if (next.severity === concern.severity && next.safeguarding === concern.safeguarding && next.ownerId === concern.ownerId) return [];
      mustBeKept(known, data.reason);
      return [ConcernEscalated(defined({ concernId: concern.concernId, ...next, by: voiceOf(actor, data.by), reason: data.reason }))];
    },
    'open-concern': ({ data, actor }, state) => {
      const { concern } = concernOf(state, data.concernId, actor);
      return concern.ownerId === actor.id && !concern.openedBy.includes(actor.id) ? [ConcernOpened({ concernId: concern.concernId, openedBy: actor.id, by: voiceOf(actor, data.by) })] : [];
    },
    'resolve-concern': ({ data, actor }, state) => {
      const { known, concern } = concernOf(state, data.concernId, actor);
      if (concern.status === 'resolved') return [];
      mustBeKept(known, data.note);
      return [ConcernResolved(defined({ concernId: concern.concernId, resolution: data.resolution, by: voiceOf(actor, data.by), note: data.note }))];
    },
  },
  evolve: {
    ConcernRaised: onKnown((state, { data, metadata }) => {
      const concern: Concern = { ...data, status: 'open', raisedAt: metadata.occurredAt, raisedBy: metadata.actor.id, openedBy: [], escalations: [] };
      return { ...state, concerns: { ...state.concerns, [data.concernId]: concern } };
    }),
    ConcernEscalated: onKnown((state, { data: { concernId, severity, safeguarding, ownerId, reason }, metadata }) => ({
      ...state,
      concerns: changed(state.concerns, concernId, (concern) => ({
        ...concern,
        severity,
        safeguarding,
        ownerId,
        openedBy: metadata.actor.id === ownerId ? [ownerId] : [],
        escalations: [...concern.escalations, defined({ at: metadata.occurredAt, by: metadata.actor.id, severity, safeguarding, ownerId, reason })],
      })),
    })),
    ConcernOpened: onKnown((state, { data }) => ({
      ...state,
      concerns: changed(state.concerns, data.concernId, (concern) => ({ ...concern, openedBy: [...concern.openedBy, data.openedBy] })),
    })),
    ConcernResolved: onKnown((state, { data, metadata }) => ({
      ...state,
      concerns: changed(state.concerns, data.concernId, (concern) => ({
        ...concern,
        status: 'resolved',
        resolvedAt: metadata.occurredAt,
        resolvedBy: metadata.actor.id,
        resolution: data.resolution,
        ...(data.note !== undefined && { note: data.note }),
      })),
    })),
  },
});

/** A concern that this person may see; any other answers as one that does not exist. It outlives the person's erasure. */
function concernOf(state: Support, concernId: string, actor: Actor): { readonly known: KnownSupport; readonly concern: Concern } {
  const known = mustBe(state, 'known');
  const concern = known.concerns[concernId];
  if (!concern || !maySeeConcern(actor.id, concern, circleOf(known))) throw new InvalidField([{ path: 'concernId', code: 'unknown' }]);
  return { known, concern };
}

/** Once the person is erased nothing new is written about them: whoever writes something is told so, it is not dropped. */
const mustBeKept = (state: KnownSupport, text: string | undefined): void => refuseUnless(text === undefined || !state.journey.stops.includes('erased'), 'person-erased');
