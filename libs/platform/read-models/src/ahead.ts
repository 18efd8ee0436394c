import type { EventStore } from '@alongside/event-store';
import type { CopyState } from './read-model-store.js';

/** Copies that have seen more than there is: the log was put back to an earlier state, and what was made of the later one is worth nothing. May take a while, see `endsBefore`. */
export async function aheadOf(log: Pick<EventStore, 'endsBefore'>, copies: readonly CopyState[], signal?: AbortSignal): Promise<readonly CopyState[]> {
  const checkpoints = [...new Set(copies.flatMap(({ checkpoint }) => checkpoint ?? []))].sort();
  for (const position of checkpoints) {
    if (await log.endsBefore(position, signal)) return copies.filter(({ checkpoint }) => checkpoint !== undefined && checkpoint >= position);
  }
  return [];
}
