import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { LeaseLost, type Lease, type Progress } from '../progress.js';
import type { Scheduler } from '../scheduler.js';
import type { BrokerDatabase } from './broker-database.js';

interface LeaseRow {
  readonly holder: string | null;
  readonly epoch: number;
  readonly beat: number;
}

/** Holders of this very process. */
const holdersHere = new Set<string>();

/** A holder that ended without giving back its leases is known by its process, when that ran on this machine. */
function hasEnded(holder: string): boolean {
  const [host, process_] = holder.split('/');
  if (host !== hostname() || process_ === undefined) return false;
  // Another life of this process's number: in a container it is the same each time.
  if (Number(process_) === process.pid) return !holdersHere.has(holder);
  try {
    process.kill(Number(process_), 0);
    return false;
  } catch (error) {
    return (error as { readonly code?: string }).code === 'ESRCH';
  }
}

export class SqliteProgress implements Progress {
  readonly #holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  readonly #held = new Map<string, { readonly epoch: number; readonly lost: AbortController }>();
  #beating = false;

  constructor(
    private readonly database: BrokerDatabase,
    private readonly scheduler: Scheduler,
    /** Milliseconds without a beat after which a lease may be taken over. */
    private readonly timeToLive: number,
    private readonly closing: AbortSignal,
  ) {
    holdersHere.add(this.#holder);
    closing.addEventListener('abort', () => holdersHere.delete(this.#holder), { once: true });
  }

  async acquire(name: string, signal: AbortSignal): Promise<Lease | undefined> {
    let seen: LeaseRow | undefined;
    let since = this.scheduler.elapsed();
    while (!signal.aborted && !this.closing.aborted) {
      const row = this.#row(name);
      if (row?.epoch !== seen?.epoch || row?.beat !== seen?.beat) since = this.scheduler.elapsed();
      seen = row;
      const free = !row || row.holder === null || hasEnded(row.holder) || this.scheduler.elapsed() - since >= this.timeToLive;
      if (free && (await this.#take(name, row))) return this.#hold(name, (row?.epoch ?? 0) + 1);
      await this.scheduler.wait(this.timeToLive / 4, signal);
    }
    return undefined;
  }

  async checkpoint(name: string): Promise<string | undefined> {
    return this.database.get<{ position: string }>('SELECT position FROM checkpoints WHERE name = ?', name)?.position;
  }

  async saveCheckpoint(lease: Lease, position: string): Promise<void> {
    await this.database.write(() => this.write(lease, position));
  }

  async forgetCheckpoint(name: string): Promise<void> {
    await this.database.write(() => this.database.run('DELETE FROM checkpoints WHERE name = ?', name));
  }

  /** Saves a checkpoint as part of a transaction that is under way. */
  write(lease: Lease, position: string): void {
    this.mustHold(lease);
    this.database.run('INSERT INTO checkpoints VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position', lease.name, position);
  }

  /** Throws `LeaseLost`, as part of a transaction that is under way. */
  mustHold(lease: Lease): void {
    const row = this.#row(lease.name);
    if (row?.holder !== this.#holder || row.epoch !== lease.epoch) throw new LeaseLost(lease.name);
  }

  #row(name: string): LeaseRow | undefined {
    return this.database.get<LeaseRow>('SELECT holder, epoch, beat FROM leases WHERE name = ?', name);
  }

  #take(name: string, row: LeaseRow | undefined): Promise<boolean> {
    return this.database.write(() => {
      if (!row) return this.database.run('INSERT INTO leases VALUES (?, ?, 1, 0) ON CONFLICT DO NOTHING', name, this.#holder) > 0;
      const sql = 'UPDATE leases SET holder = ?, epoch = epoch + 1, beat = 0 WHERE name = ? AND epoch = ? AND beat = ?';
      return this.database.run(sql, this.#holder, name, row.epoch, row.beat) > 0;
    });
  }

  #hold(name: string, epoch: number): Lease {
    const lost = new AbortController();
    this.#held.set(name, { epoch, lost });
    if (!this.#beating) void this.#beat();
    return { name, epoch, lost: lost.signal, release: () => this.#release(name, epoch) };
  }

  async #release(name: string, epoch: number): Promise<void> {
    if (this.#held.get(name)?.epoch === epoch) this.#held.delete(name);
    if (!this.database.isOpen) return;
    const sql = 'UPDATE leases SET holder = NULL WHERE name = ? AND epoch = ? AND holder = ?';
    await this.database.write(() => this.database.run(sql, name, epoch, this.#holder));
  }

  /** One beat for all leases that this process holds. */
  async #beat(): Promise<void> {
    this.#beating = true;
    while (this.#held.size > 0 && !this.closing.aborted) {
      await this.scheduler.wait(this.timeToLive / 4, this.closing);
      if (this.closing.aborted || !this.database.isOpen) break;
      try {
        await this.database.write(() => this.database.run('UPDATE leases SET beat = beat + 1 WHERE holder = ?', this.#holder));
      } catch {
        // A beat that could not be written is a beat missed: the lease may be lost by it, and its writes then are refused.
      }
      for (const [name, { epoch, lost }] of this.#held) {
        const row = this.#row(name);
        if (row?.holder === this.#holder && row.epoch === epoch) continue;
        this.#held.delete(name);
        lost.abort();
      }
    }
    this.#beating = false;
  }
}
