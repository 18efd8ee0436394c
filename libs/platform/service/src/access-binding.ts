import { join } from 'node:path';
import {
  AccessRecorded,
  accessRecorder,
  createLinks,
  createSignIn,
  createTokens,
  keySetFrom,
  loadSigningKeys,
  newKeySet,
  openAccounts,
  type Accounts,
  type Grant,
  type SignIn,
  type SigningKey,
  type Tokens,
} from '@alongside/access';
import type { AnyEventDefinition, Clock } from '@alongside/event-sourcing';
import type { EventStore } from '@alongside/event-store';
import type { Lease, Progress } from '@alongside/messaging';
import type { Mongo } from '@alongside/mongodb';
import type { PersonalData } from '@alongside/personal-data';
import type { Configuration } from './configuration.js';
import { openedFrom } from './opening.js';
import { HttpProblem, unavailable } from './problems.js';
import type { AccessToRecord } from './services.js';

/** What access itself writes into the log. */
export const accessEvents: readonly AnyEventDefinition[] = [AccessRecorded];

export interface AccessBinding {
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly signIn: SignIn;
  recordAccess(context: string, opened: AccessToRecord): Promise<void>;
  /** The page at which an account that was added sets its password; the same again for the same `issuedAt`. */
  invitationLink(accountId: string, issuedAt: string): string;
  /** The token of a link that a context gives out, and what an authentic one is for. */
  linkToken(purpose: string, subject: string): string;
  linkSubject(purpose: string, token: string): string | undefined;
  /** Whether nobody has registered an organisation yet. */
  isEmpty(): Promise<boolean>;
  /** The link that an empty system prints; undefined once an organisation is registered. */
  setUpLink(): Promise<string | undefined>;
  /** Whether this token is the system's set-up token. */
  isSetUpToken(token: string): boolean;
  /** Throws 403 unless the token is the set-up token of a still empty system, or was used by this very command. */
  useSetUpToken(token: string, commandId: string): Promise<void>;
  close(): Promise<void>;
}

export interface AccessParts {
  /** Where the accounts are, if on a server. */
  readonly mongo: Mongo | undefined;
  readonly store: EventStore;
  readonly personal: PersonalData;
  readonly clock: Clock;
  readonly configuration: Configuration;
  readonly progress: Pick<Progress, 'acquire'>;
}

const setUp = 'set-up';
const notValid = (): HttpProblem => new HttpProblem(403, 'set-up-token-not-valid');

/** How long one command may take to register the first organisation before another one with the token may try. */
const claimMs = 10_000;
/** How long a claim of another process is waited for, in milliseconds, before its command is told to come again. */
const claimWithin = 1_000;

/** Given, or kept in the data folder, or, where there is none, made of a secret that every process shares. */
async function signingKeysOf({ signingKeys, accounts, dataFolder }: Configuration, personal: PersonalData): Promise<readonly [SigningKey, ...SigningKey[]]> {
  if (signingKeys !== undefined) return loadSigningKeys({ value: signingKeys, file: '' });
  if (accounts.kind === 'sqlite') return loadSigningKeys({ file: join(dataFolder, 'signing-keys.json') });
  return loadSigningKeys({ value: accounts.kind === 'mongodb' ? keySetFrom(await personal.keys.secret('signing')) : newKeySet(), file: '' });
}

async function accountsOf({ accounts }: Configuration, mongo: Mongo | undefined, personal: PersonalData, clock: Clock): Promise<Accounts> {
  if (mongo) {
    const { openMongoAccounts } = await import('@alongside/access/mongo');
    return openMongoAccounts({ mongo, keys: personal.keys, clock });
  }
  const file = accounts.kind === 'sqlite' ? accounts.file : ':memory:';
  return openedFrom(file, () => openAccounts({ file, keys: personal.keys, clock }));
}

export async function openAccess({ mongo, store, personal, clock, configuration, progress }: AccessParts): Promise<AccessBinding> {
  const keys = await openedFrom(configuration.dataFolder, () => signingKeysOf(configuration, personal));
  const accounts = await accountsOf(configuration, mongo, personal, clock);
  const tokens = createTokens({ keys, clock });
  const links = createLinks(await personal.keys.secret('links'));
  const signIn = createSignIn({ accounts, tokens, links, clock });
  const record = accessRecorder({ store, sealer: personal, clock });

  /** The command that registered the first organisation. */
  const firstCommand = async (): Promise<string | undefined> => {
    for await (const event of store.readAll({ prefixes: ['organisation-'], limit: 1 })) return event.metadata.commandId;
    return undefined;
  };
  const claims = setUpClaims(progress);
  const isSetUpToken = (token: string): boolean => links.read(setUp, token) !== undefined;

  return {
    accounts,
    tokens,
    signIn,
    isSetUpToken,

    async recordAccess(context, { id, what, user, roles, belonging, reason, correlationId }) {
      const [first, ...others] = roles as readonly Grant['role'][];
      // A public page is nobody's look at a record.
      if (first === undefined) return;
      await record({ context, recordId: id, what, reader: user, roles: [first, ...others], belonging, correlationId, ...(reason !== undefined && { reason }) });
    },

    invitationLink: (accountId, issuedAt) => `${configuration.publicUrl}/api/session/invitations/${signIn.invitationToken({ accountId, issuedAt })}`,

    // Undated: whatever may be said of its time stands in the log of the context.
    linkToken: (purpose, subject) => links.tokenFor({ purpose, subject, issuedAt: new Date(0).toISOString() }),
    linkSubject: (purpose, token) => links.read(purpose, token)?.subject,

    isEmpty: async () => (await firstCommand()) === undefined,

    async setUpLink() {
      if ((await firstCommand()) !== undefined) return undefined;
      return `${configuration.publicUrl}/api/session/set-up/${links.tokenFor({ purpose: setUp, subject: 'organisation', issuedAt: clock.now().toISOString() })}`;
    },

    async useSetUpToken(token, commandId) {
      if (!isSetUpToken(token)) throw notValid();
      const first = await firstCommand();
      if (first === commandId) return;
      if (first !== undefined) throw notValid();
      // Two at once: one registers, the other is told to come again, and then that it is too late.
      if (!(await claims.take(commandId))) throw unavailable('busy', 1);
      // Whoever had the claim before may have registered while we waited for it.
      const since = await firstCommand();
      if (since !== undefined && since !== commandId) throw notValid();
    },

    async close() {
      await claims.close();
      await accounts.close();
    },
  };
}

/** The right to register the first organisation: one command's at a time, over all processes. */
function setUpClaims(progress: Pick<Progress, 'acquire'>) {
  let claim: { readonly commandId: string; readonly lease: Lease; readonly over: NodeJS.Timeout } | undefined;
  const giveUp = async (): Promise<void> => {
    const given = claim;
    claim = undefined;
    if (!given) return;
    clearTimeout(given.over);
    await given.lease.release();
  };
  const hold = (commandId: string, lease: Lease): true => {
    if (claim) clearTimeout(claim.over);
    claim = { commandId, lease, over: setTimeout(() => void giveUp().catch(() => undefined), claimMs).unref() };
    return true;
  };
  return {
    async take(commandId: string): Promise<boolean> {
      if (claim && !claim.lease.lost.aborted) return claim.commandId === commandId && hold(commandId, claim.lease);
      const lease = await progress.acquire('set-up', AbortSignal.timeout(claimWithin));
      return lease !== undefined && hold(commandId, lease);
    },
    close: giveUp,
  };
}
