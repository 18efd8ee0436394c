/** The live copy has not seen the position within the time given; ask again a little later (503 with `Retry-After`). */
export class NotCaughtUp extends Error {
  readonly passing = true;

  constructor(
    readonly readModel: string,
    readonly position: string,
  ) {
    super(`${readModel} has not seen ${position}`);
    this.name = 'NotCaughtUp';
  }
}

/** The document asked about waits behind an event that could not be applied: waiting longer does not help. */
export class SequenceParked extends Error {
  constructor(
    readonly readModel: string,
    readonly documentId: string,
    /** Position of the event that could not be applied. */
    readonly position: string,
  ) {
    super(`${readModel} ${documentId} is parked at ${position}`);
    this.name = 'SequenceParked';
  }
}

/** Somebody else holds the lease now. Nothing was written; whoever gets this stops writing. */
export class LeaseLost extends Error {
  constructor(readonly lease: string) {
    super(`the lease ${lease} is held by somebody else`);
    this.name = 'LeaseLost';
  }
}

/** A copy that was written to is there no more: another one took its place. Nothing was written. */
export class CopyGone extends Error {
  constructor() {
    super('a copy was replaced');
    this.name = 'CopyGone';
  }
}

/** A rebuild met an event that it could not apply. The live copy is untouched. */
export class RebuildStopped extends Error {
  constructor(
    readonly readModel: string,
    readonly documentId: string,
    readonly position: string,
    readonly code: string,
  ) {
    super(`the rebuild of ${readModel} stopped at ${position} (${documentId}): ${code}`);
    this.name = 'RebuildStopped';
  }
}

/** The storage stayed locked by another process for too long. */
export class StoreBusy extends Error {
  readonly passing = true;

  constructor() {
    super('the read-model store is locked by another process');
    this.name = 'StoreBusy';
  }
}

/** No read model of that name. */
export class UnknownReadModel extends Error {
  constructor(readonly readModel: string) {
    super(`there is no read model ${readModel}`);
    this.name = 'UnknownReadModel';
  }
}

/** Nothing is parked under that name and id. */
export class NotParked extends Error {
  constructor(
    readonly readModel: string,
    readonly documentId: string,
  ) {
    super(`${readModel} ${documentId} is not parked`);
    this.name = 'NotParked';
  }
}

/** A cursor that no page of this query gave. */
export class InvalidCursor extends Error {
  constructor() {
    super('the cursor is not one of this query');
    this.name = 'InvalidCursor';
  }
}

/**
 * What may be said about an error in lists, logs and metrics: its code or name and the place in our own code. Never its
 * message, which may quote personal data.
 */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = (error as { code?: unknown }).code;
  const name = typeof code === 'string' && /^[\w.-]{1,60}$/.test(code) ? code : error.name;
  const frame = /^\s+at .*?([\w.-]+\.[jt]s:\d+):\d+\)?$/m.exec(error.stack ?? '')?.[1];
  return frame ? `${name} at ${frame}` : name;
}
