import type { DigestBody, Sealer } from '@alongside/event-sourcing';
import { bodyDigest, createDigestBody } from './body-digest.js';
import { createDigests, type Digests } from './digests.js';
import { createOpener, type Opener } from './opener.js';
import { createSealer } from './sealer.js';
import type { SubjectKeys } from './subject-keys.js';

/** Everything that is done with personal data, over one key store. */
export interface PersonalData extends Sealer, Opener, Digests {
  readonly keys: SubjectKeys;
  bodyDigest(subject: string, canonicalJson: string): Promise<string | undefined>;
  /** For the command handling. */
  readonly digestBody: DigestBody;
}

export function personalData(keys: SubjectKeys): PersonalData {
  const opener = createOpener(keys);
  return {
    keys,
    ...createSealer(keys),
    ...opener,
    ...createDigests(keys, opener),
    bodyDigest: (subject, canonical) => bodyDigest(keys, subject, canonical),
    digestBody: createDigestBody(keys),
  };
}
