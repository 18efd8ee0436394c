import { event, mentee, type Personal } from '@alongside/event-sourcing';
import type { ContactChannel } from '@alongside/contracts';
import { exampleIds } from '../example-ids.js';
import type { Voice } from '../voice.js';

/** The four core functions of peer support (Peers for Progress). */
export const coreFunctions = [
  'social-and-emotional-support',
  'links-to-professional-and-community-resources',
  'help-with-daily-management',
  'ongoing-support',
] as const;
export type CoreFunction = (typeof coreFunctions)[number];

export const sessionKinds = ['meeting', 'accompanied-to-appointment'] as const;
export type SessionKind = (typeof sessionKinds)[number];

export interface SessionNotes {
  readonly note?: string;
  /** Why ground rules are still missing after the third session. */
  readonly groundRulesReason?: string;
}

export interface HeldSession {
  readonly sessionId: string;
  readonly relationshipId: string;
  readonly heldOn: string;
  readonly minutes: number;
  readonly channel: ContactChannel;
  readonly kind: SessionKind;
  readonly coreFunctions: readonly CoreFunction[];
  /** After the third session of a relationship without ground rules. */
  readonly flagged: boolean;
  readonly by: Voice;
  readonly notes?: Personal<SessionNotes>;
}

const held: HeldSession = {
  sessionId: exampleIds.sessionId,
  relationshipId: exampleIds.relationshipId,
  heldOn: '2026-03-16',
  minutes: 60,
  channel: 'in-person',
  kind: 'meeting',
  coreFunctions: ['social-and-emotional-support', 'ongoing-support'],
  flagged: false,
  by: 'supporter',
  notes: { note: 'We walked, and talked about sleep.' },
};

export const SessionLogged = event('SessionLogged').of<HeldSession>({
  personal: { notes: mentee },
  says: 'Mentee and supporter met: how long, how, and which of the four core functions it served.',
  example: held,
});

export const missedReasons = ['mentee-did-not-come', 'mentee-cancelled', 'supporter-cancelled', 'illness', 'other'] as const;
export type MissedReason = (typeof missedReasons)[number];

export interface MissedSession {
  readonly sessionId: string;
  readonly relationshipId: string;
  readonly missedOn: string;
  readonly reason: Personal<MissedReason>;
  readonly by: Voice;
  readonly note?: Personal<string>;
}

export const SessionMissed = event('SessionMissed').of<MissedSession>({
  personal: { reason: mentee, note: mentee },
  says: 'A session that was agreed did not take place.',
  example: {
    sessionId: exampleIds.sessionId,
    relationshipId: exampleIds.relationshipId,
    missedOn: '2026-03-23',
    reason: 'mentee-cancelled',
    by: 'supporter',
    note: 'Too tired today; next week as usual.',
  },
});

export const SessionCorrected = event('SessionCorrected').of<Omit<HeldSession, 'flagged'> & { readonly reason?: Personal<string> }>({
  personal: { notes: mentee, reason: mentee },
  says: 'What was logged of a session was put right; the earlier entry stays in the history.',
  example: { ...without(held, 'flagged'), minutes: 45, reason: 'Looked it up in the diary.' },
});

export const sessionEvents = [SessionLogged, SessionMissed, SessionCorrected] as const;

function without<T extends object, Key extends keyof T>(value: T, key: Key): Omit<T, Key> {
  const { [key]: _left, ...rest } = value;
  return rest;
}
