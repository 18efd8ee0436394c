import type { RecordedEvent } from '@alongside/event-sourcing';

/** Somebody opened a record: who, what, when and why. */
export interface AccessEntry {
  readonly position: string;
  readonly openedAt: string;
  readonly context: string;
  readonly recordId: string;
  readonly what: string;
  readonly reader: { readonly id: string; readonly roles: readonly string[] };
  /** How the reader stood to the record. */
  readonly relation: string;
  /** What they wrote as their reason; sealed. */
  readonly reason?: unknown;
  readonly siteId?: string;
}

/** What access writes into `access-<context>-<id>` (`AccessRecorded` of @alongside/access). */
interface AccessRecorded {
  readonly context: string;
  readonly recordId: string;
  readonly what: string;
  readonly why: { readonly relation: string; readonly reason?: unknown };
  readonly reader: { readonly id: string; readonly roles: readonly string[] };
  readonly of: { readonly siteId?: string };
}

export function accessEntryOf({ data, metadata, position }: RecordedEvent): AccessEntry {
  const { context, recordId, what, why, reader, of } = data as unknown as AccessRecorded;
  return {
    position,
    openedAt: metadata.recordedAt,
    context,
    recordId,
    what,
    reader,
    relation: why.relation,
    ...(why.reason !== undefined && { reason: why.reason }),
    ...(of.siteId !== undefined && { siteId: of.siteId }),
  };
}
