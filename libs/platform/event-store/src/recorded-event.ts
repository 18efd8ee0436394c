import type { JsonObject } from './json.js';

/** Roles that act. `public` is a public form or a link; `system` a reaction, a timer or a process. */
export type Role =
  | 'administrator'
  | 'coordinator'
  | 'supervisor'
  | 'supporter'
  | 'referrer'
  | 'auditor'
  | 'analyst'
  | 'public'
  | 'system';

export interface Actor {
  readonly id: string;
  readonly role: Role;
}

/** What the system knows about an event beside its data. Times are RFC 3339 in UTC with milliseconds. */
export interface EventMetadata {
  readonly eventId: string;
  readonly schemaVersion: number;
  /** When it happened. */
  readonly occurredAt: string;
  /** When it was written down; set by the command handling, not by the store. */
  readonly recordedAt: string;
  readonly actor: Actor;
  readonly organisationId: string;
  readonly siteId?: string;
  readonly journeyId?: string;
  readonly commandId: string;
  readonly correlationId: string;
  /** The event that a reaction answers. */
  readonly causationId?: string;
  /** Keyed digest of the command's body: the same key with another body is refused. */
  readonly bodyDigest?: string;
}

/** An event ready to be appended: sealed, with its metadata. */
export interface EventToAppend {
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
}

/** An event as the store gives it back. `position` is opaque, fixed-width and sorts in commit order. */
export interface RecordedEvent<Type extends string = string, Data = JsonObject> {
  readonly stream: string;
  /** 0 for a stream's first event. */
  readonly revision: number;
  readonly position: string;
  readonly type: Type;
  readonly data: Data;
  readonly metadata: EventMetadata;
}
