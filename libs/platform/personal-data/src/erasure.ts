import type { SubjectKeys, Tombstone } from './subject-keys.js';

/**
 * Erases subjects for good: their keys become tombstones, and whatever was sealed under them, in any store, reads `erased` from
 * then on. May be repeated.
 */
export async function eraseSubjects(keys: SubjectKeys, subjects: readonly string[], { at }: { readonly at: string }): Promise<void> {
  await keys.erase([...new Set(subjects)], at);
}

/** The list of erased subjects as JSON lines: to be kept longer than any backup of the keys. It holds ids and times only. */
export async function exportTombstones(keys: SubjectKeys): Promise<string> {
  return writeTombstones(await keys.tombstones());
}

/** Erases again what a list names, after keys were restored from a backup; answers how many were not erased yet. */
export async function applyTombstones(keys: SubjectKeys, lines: string): Promise<number> {
  const known = new Set((await keys.tombstones()).map(({ subject }) => subject));
  const byTime = new Map<string, string[]>();
  for (const { subject, erasedAt } of readTombstones(lines)) {
    if (known.has(subject)) continue;
    known.add(subject);
    byTime.set(erasedAt, [...(byTime.get(erasedAt) ?? []), subject]);
  }
  for (const [erasedAt, subjects] of byTime) await keys.erase(subjects, erasedAt);
  return [...byTime.values()].flat().length;
}

export function writeTombstones(tombstones: readonly Tombstone[]): string {
  return tombstones.map(({ subject, erasedAt }) => `${JSON.stringify({ subject, erasedAt })}\n`).join('');
}

/** Reads JSON lines. A last line without its end was torn by a crash, before anything was erased: it is passed over. */
export function readTombstones(lines: string): readonly Tombstone[] {
  return lines
    .slice(0, lines.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      const { subject, erasedAt } = parsed(line, index + 1);
      if (typeof subject !== 'string' || typeof erasedAt !== 'string') throw new TombstonesUnreadable(index + 1);
      return { subject, erasedAt };
    });
}

/** A list of erased subjects is damaged: nobody may go on as if they were not erased. */
export class TombstonesUnreadable extends Error {
  constructor(line: number) {
    super(`the list of erased subjects cannot be read at line ${line}`);
    this.name = 'TombstonesUnreadable';
  }
}

function parsed(line: string, number: number): Partial<Tombstone> {
  try {
    return JSON.parse(line) as Partial<Tombstone>;
  } catch {
    throw new TombstonesUnreadable(number);
  }
}
