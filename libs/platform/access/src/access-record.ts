import { randomUUID } from 'node:crypto';
import {
  aggregate,
  decider,
  event,
  menteeSubject,
  staffSubject,
  supporterSubject,
  uuidOf,
  type Belonging,
  type Clock,
  type EventMetadata,
  type JsonObject,
  type Personal,
  type Sealer,
  type SubjectMark,
} from '@alongside/event-sourcing';
import { RevisionConflict, type Appended, type EventStore, type ExpectedRevision } from '@alongside/event-store';
import type { Grant, User } from './session.js';

type StaffRole = Grant['role'];

/** How a reader stands to a record, when they gave no reason of their own. */
export type Relation =
  | 'coordinator-of-site'
  | 'supervisor-of-supporter'
  | 'supervisor-of-site'
  | 'supporter-of-mentee'
  | 'own-record'
  | 'own-referral'
  | 'administrator'
  | 'auditor'
  | 'analyst';

export interface AccessRecorded {
  readonly context: string;
  readonly recordId: string;
  /** What was opened, as the route says: `referral`, `timeline`. */
  readonly what: string;
  readonly why: { readonly relation: Relation; readonly reason?: Personal<string> };
  readonly reader: { readonly id: string; readonly roles: readonly StaffRole[] };
  /** Where the record belonged when it was opened. */
  readonly of: { readonly organisationId: string; readonly siteId?: string; readonly journeyId?: string; readonly supporterId?: string };
}

/** Whoever the record is about: the mentee, else the supporter; where it is about neither, what the reader wrote is the reader's own. */
const whoItIsAbout: SubjectMark = {
  kind: 'mentee',
  of: (data) => {
    const { of, reader } = data as unknown as AccessRecorded;
    if (of.journeyId !== undefined) return menteeSubject(of.journeyId);
    return of.supporterId === undefined ? staffSubject(reader.id) : supporterSubject(of.supporterId);
  },
};

export const AccessRecorded = event('AccessRecorded').of<AccessRecorded>({
  says: "Somebody opened a person's record.",
  personal: { 'why.reason': whoItIsAbout },
  example: {
    context: 'referrals',
    recordId: '3f0c1d1e-6d0c-4b43-9b58-0c9f5a1f7c11',
    what: 'referral',
    why: { relation: 'coordinator-of-site', reason: 'Her sister rang' },
    reader: { id: '8b1c5a0e-7e3f-4d43-8a53-1f0a6f5d2c22', roles: ['coordinator'] },
    of: {
      organisationId: '5d5d9c2b-3a71-4c11-9a51-2b7f0f4c9d33',
      siteId: 'c2b9e8d4-1f6a-4b0f-8d3c-7a5e9f1b2d44',
      journeyId: '3f0c1d1e-6d0c-4b43-9b58-0c9f5a1f7c11',
    },
  },
});

interface Accessed {
  readonly belonging: Belonging | undefined;
}

/** Streams `access-<context>-<id>`: nothing is decided, every opening is written at the end. */
export const accessRecords = aggregate({
  category: 'access',
  events: [AccessRecorded],
  decider: decider<Accessed, never, ReturnType<typeof AccessRecorded>>({
    initial: { belonging: undefined },
    decide: {},
    evolve: { AccessRecorded: (_state, { data }) => ({ belonging: data.of }) },
  }),
  belonging: ({ belonging }) => belonging,
});

export const accessStream = (context: string, recordId: string): string => `access-${context}-${recordId}`;

export interface Opening {
  readonly context: string;
  readonly recordId: string;
  readonly what: string;
  readonly reader: User;
  /** The roles by which they may see it, as `rolesThatMay` answers; at least one. */
  readonly roles: readonly [StaffRole, ...StaffRole[]];
  readonly belonging: Belonging;
  /** Free text of the reader (header `Access-Reason`): sealed. */
  readonly reason?: string;
  readonly correlationId?: string;
}

/** Writes who opened whose record. Resolves when that is durable: only then may the answer be given. */
export type RecordAccess = (opening: Opening) => Promise<Appended>;

export function accessRecorder({ store, sealer, clock, newId = randomUUID, remembered = 10_000 }: {
  readonly store: Pick<EventStore, 'append'>;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly newId?: () => string;
  /** Streams whose end is remembered, default 10,000. Where it is not, the first append finds it out by failing. */
  readonly remembered?: number;
}): RecordAccess {
  const ends = new Map<string, number>();

  async function appendAtEnd(stream: string, append: (expected: ExpectedRevision) => Promise<Appended>): Promise<Appended> {
    for (let expected: ExpectedRevision = ends.get(stream) ?? 'no-stream'; ; ) {
      try {
        const appended = await append(expected);
        // Several may be under way: the furthest end counts.
        const revision = Math.max(appended.revision, ends.get(stream) ?? -1);
        ends.delete(stream);
        ends.set(stream, revision);
        if (ends.size > remembered) ends.delete(ends.keys().next().value ?? '');
        return appended;
      } catch (failure) {
        if (!(failure instanceof RevisionConflict)) throw failure;
        expected = failure.actual ?? 'no-stream';
      }
    }
  }

  return async (opening) => {
    const stream = accessStream(opening.context, opening.recordId);
    const commandId = newId();
    const eventId = uuidOf(commandId, stream, 0);
    const now = clock.now().toISOString();
    const { organisationId, siteId, journeyId } = opening.belonging;
    const metadata: EventMetadata = {
      eventId,
      schemaVersion: AccessRecorded.version,
      occurredAt: now,
      recordedAt: now,
      actor: { id: opening.reader.id, role: opening.roles[0] },
      organisationId,
      ...(siteId === undefined ? {} : { siteId }),
      ...(journeyId === undefined ? {} : { journeyId }),
      commandId,
      correlationId: opening.correlationId ?? commandId,
    };
    const { type, data } = AccessRecorded(recordOf(opening));
    const sealed = await sealer.seal(AccessRecorded, stream, eventId, data as unknown as JsonObject, metadata);
    return appendAtEnd(stream, (expected) => store.append(stream, expected, [{ type, data: sealed, metadata }]));
  };
}

/** How the reader stands to the record, by the role that let them in. */
export function relationOf(role: StaffRole, user: User, belonging: Belonging): Relation {
  switch (role) {
    case 'coordinator':
      return 'coordinator-of-site';
    case 'supervisor':
      return belonging.supervisorId === user.id ? 'supervisor-of-supporter' : 'supervisor-of-site';
    case 'supporter':
      return belonging.journeyId === undefined ? 'own-record' : 'supporter-of-mentee';
    case 'referrer':
      return 'own-referral';
    default:
      return role;
  }
}

function recordOf({ context, recordId, what, reader, roles, belonging, reason }: Opening): AccessRecorded {
  const { organisationId, siteId, journeyId, supporterId } = belonging;
  return {
    context,
    recordId,
    what,
    why: { relation: relationOf(roles[0], reader, belonging), ...(reason === undefined ? {} : { reason }) },
    reader: { id: reader.id, roles },
    of: {
      organisationId,
      ...(siteId === undefined ? {} : { siteId }),
      ...(journeyId === undefined ? {} : { journeyId }),
      ...(supporterId === undefined ? {} : { supporterId }),
    },
  };
}
