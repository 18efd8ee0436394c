/** An event as the protocol brings it, and where it went. */
export interface LogRecord extends ProposedRecord {
  /** Commit and prepare position: the same, as for everything that is written by an append. */
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
}

export interface ProposedRecord {
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export type Written = { readonly kind: 'written'; readonly revision: number; readonly position: bigint } | { readonly kind: 'conflict'; readonly actual: number };

/** Of a stream that is not there. */
export const noStream = -1;
/** After so many appends the log writes something for itself, as the server does. */
const appendsBetweenOwn = 25;
const headerSize = 100;

const sizeOf = ({ data, metadata }: ProposedRecord): bigint => BigInt(headerSize + data.length + metadata.length);

/** A log in memory. It outlives the stand-in that serves it, as a disk does a process. */
export class StandInLog {
  readonly records: LogRecord[] = [];
  readonly #streams = new Map<string, LogRecord[]>();
  readonly #waiting = new Set<() => void>();
  #next = 0n;
  #appends = 0;
  #hidden = 0;

  constructor() {
    this.#own();
  }

  /**
   * As the server decides: a write at the stream's end is good; one at an earlier revision is a repeat, answered as the first time, when all its ids stand
   * right there, and a conflict otherwise; one ahead of the end is a conflict. https://docs.kurrent.io/server/v24.10/features/streams.html, "idempotence"
   */
  append(stream: string, expected: number, events: readonly ProposedRecord[]): Written {
    const there = this.#streams.get(stream) ?? [];
    const actual = there.length - 1;
    if (expected < actual) {
      const same = there.slice(expected + 1, expected + 1 + events.length);
      const last = same.at(-1);
      const repeated = same.length === events.length && same.every(({ id }, index) => id === events[index]?.id);
      return repeated && last ? { kind: 'written', revision: last.revision, position: last.position } : { kind: 'conflict', actual };
    }
    if (expected > actual) return { kind: 'conflict', actual };
    const written = this.#write(stream, events);
    this.#appends += 1;
    if (this.#appends % appendsBetweenOwn === 0) this.#own();
    this.#wakeAll();
    return { kind: 'written', ...written };
  }

  /** What the server writes for itself, at any time: statistics, settings, users. */
  writeOwn(): void {
    this.#own();
    this.#wakeAll();
  }

  /** How many records can be read. */
  get readable(): number {
    return this.records.length - this.#hidden;
  }

  /** As right after an election: the last records are there, and the node that leads now does not show them yet. */
  hide(records: number): void {
    this.#hidden = records;
    this.#wakeAll();
  }

  /** As when a backup was put back: what lies behind this position never was. */
  putBackTo(position: bigint): void {
    for (const { stream } of this.records.splice(this.indexOf(position + 1n))) this.#streams.get(stream)?.pop();
    for (const [name, records] of this.#streams) if (records.length === 0) this.#streams.delete(name);
    this.#next = this.postPosition(this.records.length - 1);
  }

  /** Where the record behind this one stands, or will. */
  postPosition(index: number): bigint {
    const record = this.records[index];
    return record ? record.position + sizeOf(record) : 0n;
  }

  stream(name: string): readonly LogRecord[] | undefined {
    return this.#streams.get(name);
  }

  /** Index of the first record at a position or behind it. */
  indexOf(position: bigint): number {
    let [low, high] = [0, this.records.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.records[middle]?.position ?? 0n) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Resolves when there is a record of that index, or the signal aborts. */
  async has(index: number, signal: AbortSignal): Promise<void> {
    while (this.readable <= index && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#waiting.add(wake);
        signal.addEventListener('abort', wake);
      });
    }
  }

  #wakeAll(): void {
    for (const wake of this.#waiting) wake();
  }

  #own(): void {
    this.#write('$server', [{ id: crypto.randomUUID(), type: '$noticed', data: Buffer.from('{}'), metadata: new Uint8Array() }]);
  }

  #write(stream: string, events: readonly ProposedRecord[]): { readonly revision: number; readonly position: bigint } {
    const there = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, there);
    for (const event of events) {
      const record = { ...event, stream, revision: there.length, position: this.#next };
      this.#next += sizeOf(event);
      there.push(record);
      this.records.push(record);
    }
    return { revision: there.length - 1, position: there.at(-1)?.position ?? 0n };
  }
}
