import { dateIn, type ContactChannel } from '@alongside/contracts';
import { InvalidField, refuseUnless, type Actor, type CommandsOf, type EventsOf } from '@alongside/event-sourcing';
import { defined } from '../defined.js';
import { voiceOf, type Voice } from '../voice.js';
import { SessionCorrected, SessionLogged, SessionMissed, sessionEvents, type CoreFunction, type MissedReason, type SessionKind } from './session-events.js';
import { changed, currentRelationship, onKnown, supportPart, writable, type KnownSupport, type Relationship } from './state.js';

interface Reported {
  readonly relationshipId?: string;
  readonly by?: Voice;
  readonly timeZone: string;
  /** The supporter of the relationship no longer supports anybody: the coordinator writes for them. */
  readonly supporterHasLeft: boolean;
}

export type SessionCommand = CommandsOf<{
  'log-session': Reported & {
    readonly heldOn?: string;
    readonly minutes: number;
    readonly channel: ContactChannel;
    readonly kind: SessionKind;
    readonly coreFunctions: readonly CoreFunction[];
    readonly note?: string;
    readonly groundRulesReason?: string;
  };
  'record-missed-session': Reported & { readonly missedOn?: string; readonly reason: MissedReason; readonly note?: string };
  /** What is not named stays as it was. */
  'correct-session': Reported & {
    readonly sessionId: string;
    readonly heldOn?: string;
    readonly minutes?: number;
    readonly channel?: ContactChannel;
    readonly kind?: SessionKind;
    readonly coreFunctions?: readonly CoreFunction[];
    readonly note?: string;
    /** What was said of the ground rules then; opened beforehand. */
    readonly groundRulesReason?: string;
    readonly reason: string;
  };
}>;

/** Sessions that may pass before ground rules are agreed. */
const sessionsBeforeGroundRules = 3;

export const sessions = supportPart<SessionCommand, EventsOf<typeof sessionEvents>>({
  decide: {
    'log-session': ({ data, actor, occurredAt, newId }, state) => {
      const relationship = reportedOn(writable(state), data, actor);
      const heldOn = data.heldOn ?? dateIn(data.timeZone, occurredAt);
      mustBeWithin(relationship, 'heldOn', heldOn, dateIn(data.timeZone, occurredAt));
      const flagged = relationship.sessionsHeld >= sessionsBeforeGroundRules && !relationship.groundRules;
      refuseUnless(!flagged || data.groundRulesReason !== undefined, 'ground-rules-missing', { needs: 'groundRulesReason' });
      const { minutes, channel, kind, coreFunctions, note, groundRulesReason } = data;
      const notes = note !== undefined || groundRulesReason !== undefined ? defined({ note, groundRulesReason }) : undefined;
      return [
        SessionLogged(
          defined({
            sessionId: newId('session'),
            relationshipId: relationship.relationshipId,
            heldOn,
            minutes,
            channel,
            kind,
            coreFunctions,
            flagged,
            by: voiceOf(actor, data.by),
            notes,
          }),
        ),
      ];
    },
    'record-missed-session': ({ data, actor, occurredAt, newId }, state) => {
      const relationship = reportedOn(writable(state), data, actor);
      const missedOn = data.missedOn ?? dateIn(data.timeZone, occurredAt);
      mustBeWithin(relationship, 'missedOn', missedOn, dateIn(data.timeZone, occurredAt));
      const { reason, note } = data;
      return [SessionMissed(defined({ sessionId: newId('session'), relationshipId: relationship.relationshipId, missedOn, reason, by: voiceOf(actor, data.by), note }))];
    },
    'correct-session': ({ data, actor, occurredAt }, state) => {
      const known = writable(state);
      const session = known.sessions[data.sessionId];
      const relationship = session && known.relationships[session.relationshipId];
      // A session of another supporter's relationship answers as one that does not exist.
      if (!relationship || (actor.role === 'supporter' && relationship.supporterId !== actor.id)) throw new InvalidField([{ path: 'sessionId', code: 'unknown' }]);
      refuseUnless(mayReport(relationship, data.supporterHasLeft, actor), 'supporter-has-not-left');
      refuseUnless(session.status === 'held', 'session-was-missed');
      const { sessionId, relationshipId } = session;
      const { heldOn, minutes, channel, kind, coreFunctions } = { ...session, ...data };
      mustBeWithin(relationship, 'heldOn', heldOn, dateIn(data.timeZone, occurredAt));
      const { note, groundRulesReason } = data;
      const notes = note === undefined ? session.notes : defined({ note, groundRulesReason });
      const corrected = { sessionId, relationshipId, heldOn, minutes, channel, kind, coreFunctions, by: voiceOf(actor, data.by), notes, reason: data.reason };
      return [SessionCorrected(defined(corrected))];
    },
  },
  evolve: {
    SessionLogged: onKnown((state, { data, metadata }) => ({
      ...state,
      sessions: { ...state.sessions, [data.sessionId]: { ...data, status: 'held', recordedAt: metadata.recordedAt, earlier: [] } },
      relationships: changed(state.relationships, data.relationshipId, (each) => ({ ...each, sessionsHeld: each.sessionsHeld + 1 })),
    })),
    SessionMissed: onKnown((state, { data, metadata }) => ({
      ...state,
      sessions: { ...state.sessions, [data.sessionId]: { ...data, status: 'missed', recordedAt: metadata.recordedAt, earlier: [] } },
    })),
    SessionCorrected: onKnown((state, { data, metadata }) => ({
      ...state,
      sessions: changed(state.sessions, data.sessionId, (session) => {
        if (session.status === 'missed') return session;
        const { status, earlier, recordedAt: _recordedAt, ...entry } = session;
        const { reason, ...corrected } = data;
        const replaced = defined({ recordedAt: metadata.recordedAt, recordedBy: metadata.actor.id, reason });
        return { ...corrected, status, flagged: entry.flagged, recordedAt: metadata.recordedAt, earlier: [...earlier, { ...entry, replaced }] };
      }),
    })),
  },
});

/** The relationship that a session belongs to, when this person may report on it. */
function reportedOn(state: KnownSupport, data: Reported, actor: Actor): Relationship {
  const relationship = data.relationshipId === undefined ? currentRelationship(state) : state.relationships[data.relationshipId];
  if (data.relationshipId !== undefined && (!relationship || (actor.role === 'supporter' && relationship.supporterId !== actor.id))) {
    throw new InvalidField([{ path: 'relationshipId', code: 'unknown' }]);
  }
  refuseUnless(relationship, 'no-relationship');
  refuseUnless(mayReport(relationship, data.supporterHasLeft, actor), 'supporter-has-not-left');
  return relationship;
}

const mayReport = (relationship: Relationship, supporterHasLeft: boolean, actor: Actor): boolean =>
  actor.role === 'supporter' ? relationship.supporterId === actor.id : relationship.status === 'ended' || supporterHasLeft;

function mustBeWithin(relationship: Relationship, path: string, date: string, today: string): void {
  if (date > today) throw new InvalidField([{ path, code: 'in-the-future' }]);
  const ended = relationship.status === 'ended' ? relationship.endedOn : today;
  refuseUnless(date >= relationship.openedOn && date <= ended, 'outside-the-relationship', { field: path });
}
