import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { erased } from '@alongside/event-sourcing';
import type { SubjectKey, SubjectKeys, Tombstone } from './subject-keys.js';

/** Subjects' keys that live as long as the process: for tests that are about something else. */
export function inMemorySubjectKeys(): SubjectKeys {
  const keys = new Map<string, KeyObject>();
  const secrets = new Map<string, KeyObject>();
  const tombstones = new Map<string, Tombstone>();
  const newKey = (): KeyObject => createSecretKey(randomBytes(32));

  const lookUp = (subject: string): SubjectKey | undefined => (tombstones.has(subject) ? erased : keys.get(subject));

  return {
    async make(subjects) {
      for (const subject of subjects) if (!lookUp(subject)) keys.set(subject, newKey());
      return new Map(subjects.map((subject) => [subject, lookUp(subject) ?? erased]));
    },
    async find(subjects) {
      return new Map(subjects.flatMap((subject) => {
        const key = lookUp(subject);
        return key ? [[subject, key] as const] : [];
      }));
    },
    async secret(name) {
      const secret = secrets.get(name) ?? newKey();
      secrets.set(name, secret);
      return secret;
    },
    async erase(subjects, erasedAt) {
      for (const subject of subjects) {
        if (!tombstones.has(subject)) tombstones.set(subject, { subject, erasedAt });
        keys.delete(subject);
      }
    },
    async tombstones() {
      return [...tombstones.values()];
    },
    async rewrap() {
      return 0;
    },
    async close() {},
  };
}
