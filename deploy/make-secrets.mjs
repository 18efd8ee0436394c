// Makes the secrets that docker-compose.yml reads, once: node deploy/make-secrets.mjs [folder, default deploy/secrets]
// Plain Node, nothing installed. Keep a copy of key-encryption-key where you keep such things: without it no personal value can be read.
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), 'secrets');

const password = () => randomBytes(24).toString('base64url');

function signingKeys() {
  const { privateKey } = generateKeyPairSync('ed25519');
  return JSON.stringify({ keys: [{ ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'EdDSA', use: 'sig' }] });
}

const [administrator, alongside] = [password(), password()];
const secrets = {
  'mongodb-administrator-password': administrator,
  'mongodb-password': alongside,
  'mongodb-administrator-url': `mongodb://administrator:${administrator}@mongodb:27017/alongside?authSource=admin`,
  'mongodb-url': `mongodb://alongside:${alongside}@mongodb:27017/alongside?authSource=alongside`,
  'key-encryption-key': randomBytes(32).toString('base64'),
  'signing-keys': signingKeys(),
};

const there = Object.keys(secrets).filter((name) => existsSync(join(folder, name)));
if (there.length > 0) {
  console.error(`${folder} has secrets already (${there.join(', ')}): they are not replaced, because what was written with them could not be read any more`);
  process.exitCode = 1;
} else {
  // Nobody else on this machine gets into the folder. Within it they can be read by everybody: in a container a file is mounted as it is, for
  // a user that is not this one.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  for (const [name, value] of Object.entries(secrets)) writeFileSync(join(folder, name), `${value}\n`, { mode: 0o444, flag: 'wx' });
  console.log(`${Object.keys(secrets).length} secrets in ${folder}`);
}
