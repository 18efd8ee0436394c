/** A decision that a read model does without an event, for good: in the live copy and in every rebuild. */
export interface SkippedEvent {
  readonly readModel: string;
  /** The document's id, or the stream's name. */
  readonly sequence: string;
  readonly eventId: string;
  readonly decidedAt: string;
}

/**
 * What was decided about parked events. Primary data, unlike the read models: it is kept apart, is durable when `skip` comes back,
 * and belongs into the backup.
 */
export interface ParkingDecisions {
  skip(decision: SkippedEvent): Promise<void>;
  skipped(): Promise<readonly SkippedEvent[]>;
  close(): Promise<void>;
}

/** A document that waits behind an event which could not be applied, and how many wait. */
export interface ParkedSequence {
  readonly readModel: string;
  readonly documentId: string;
  /** The event at fault. */
  readonly position: string;
  readonly stream: string;
  readonly type: string;
  readonly eventId: string;
  /** Code of the error and its place in the code; no personal data. */
  readonly code: string;
  readonly attempts: number;
  /** It is still tried again by itself. */
  readonly retrying: boolean;
  readonly parkedAt: string;
  /** Later events of the sequence that wait behind it. */
  readonly waiting: number;
}

/** What came of a replay. `stopped`: an event could still not be applied; what came before it was. */
export interface Replayed {
  readonly applied: number;
  readonly skipped: number;
  readonly stopped?: { readonly position: string; readonly code: string };
}

/** The set of (read model, event) that are not to be applied. */
export async function skippedEvents(decisions: ParkingDecisions): Promise<ReadonlySet<string>> {
  return new Set((await decisions.skipped()).map((each) => skipKey(each.readModel, each.eventId)));
}

export function skipKey(readModel: string, eventId: string): string {
  return `${readModel} ${eventId}`;
}
