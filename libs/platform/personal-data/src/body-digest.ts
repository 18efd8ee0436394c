import { createHmac } from 'node:crypto';
import { erased, menteeSubject, supporterSubject, type DigestBody, type Json } from '@alongside/event-sourcing';
import type { SubjectKeys } from './subject-keys.js';

/** JSON text that is the same for equal values: keys in order, no white space, absent fields left out (as RFC 8785 has it). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null) as string;
  const fields = Object.entries(value as Record<string, Json | undefined>).filter(([, each]) => each !== undefined);
  fields.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(',')}}`;
}

/**
 * Digest of a command's body, keyed by its subject's key: tells whether a repeated command is the same one, and tells nobody else
 * anything. Undefined once the subject is erased: then nothing can be compared any more.
 */
export async function bodyDigest(keys: SubjectKeys, subject: string, canonical: string): Promise<string | undefined> {
  const key = (await keys.make([subject])).get(subject) ?? erased;
  if (key === erased) return undefined;
  const digestKey = createHmac('sha256', key).update('alongside body digest').digest();
  return createHmac('sha256', digestKey).update(canonical).digest('base64url').slice(0, 22);
}

/**
 * Digests of commands' bodies under the keys of everybody whom they tell of: whom the stream is about (the journey's mentee, else the
 * supporter, else the organisation), and whose personal fields the command's events hold. Once any of them is erased, nobody can try
 * out what a body may have said. A body that tells of nobody is digested under the organisation's key alone.
 */
export function createDigestBody(keys: SubjectKeys): DigestBody {
  return async (body, stream, { organisationId, journeyId }, tells) => {
    const organisation = `organisation-${organisationId}`;
    const supporterId = /^(?:supporter|supervision)-(.+)$/.exec(stream)?.[1];
    const own = journeyId !== undefined ? menteeSubject(journeyId) : supporterId !== undefined ? supporterSubject(supporterId) : organisation;
    const subjects = tells.ofNobody ? [organisation] : [own, ...tells.of.filter((each) => each !== own).sort()];
    let digest: string | undefined = canonicalJson(body);
    for (const subject of subjects) if (digest !== undefined) digest = await bodyDigest(keys, subject, digest);
    return digest;
  };
}
