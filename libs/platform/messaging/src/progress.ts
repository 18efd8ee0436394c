/** The right to run one loop, until somebody else has taken it over. */
export interface Lease {
  readonly name: string;
  /** Rises with every holder: writes name it, so that a holder of before cannot write. */
  readonly epoch: number;
  /** Aborts when the lease is no longer held. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** A write under a lease that somebody else holds by now. Nothing was written. */
export class LeaseLost extends Error {
  constructor(readonly lease: string) {
    super(`${lease}: the lease is held by another`);
    this.name = 'LeaseLost';
  }
}

/** How far the loops have come, and who runs them. */
export interface Progress {
  /**
   * Waits until this loop is ours to run; undefined when the signal aborted first. A holder that shows no sign of life for
   * the time to live, by our own monotonic clock, is taken over; where the store is of one machine, a process that has ended, at once.
   */
  acquire(name: string, signal: AbortSignal): Promise<Lease | undefined>;
  /** The log position that the loop of this name has come to; undefined: nowhere yet. */
  checkpoint(name: string): Promise<string | undefined>;
  /** Throws `LeaseLost`. */
  saveCheckpoint(lease: Lease, position: string): Promise<void>;
  /** Forgets how far a loop came: it begins again from the beginning of the log. */
  forgetCheckpoint(name: string): Promise<void>;
}
