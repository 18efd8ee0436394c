import { join } from 'node:path';
import {
  AccessRecorded,
  accessRecorder,
  createLinks,
  createSignIn,
  createTokens,
  loadSigningKeys,
  newKeySet,
  openAccounts,
  type Accounts,
  type Grant,
  type SignIn,
  type Tokens,
} from '@alongside/access';
import type { AnyEventDefinition, Clock } from '@alongside/event-sourcing';
import type { EventStore } from '@alongside/event-store';
import type { PersonalData } from '@alongside/personal-data';
import type { Configuration } from './configuration.js';
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
  close(): void;
}

export interface AccessParts {
  /** Of the accounts. */
  readonly file: string;
  readonly store: EventStore;
  readonly personal: PersonalData;
  readonly clock: Clock;
  readonly configuration: Configuration;
}

const setUp = 'set-up';
const notValid = (): HttpProblem => new HttpProblem(403, 'set-up-token-not-valid');

/** How long one command may take to register the first organisation before another one with the token may try. */
const claimMs = 10_000;

export async function openAccess({ file, store, personal, clock, configuration }: AccessParts): Promise<AccessBinding> {
  const keys = await (configuration.accounts.kind === 'sqlite'
    ? loadSigningKeys({ file: join(configuration.dataFolder, 'signing-keys.json') })
    : loadSigningKeys({ value: newKeySet(), file: '' }));
  const accounts = await openAccounts({ file, keys: personal.keys, clock });
  const tokens = createTokens({ keys, clock });
  const links = createLinks(await personal.keys.secret('links'));
  const signIn = createSignIn({ accounts, tokens, links, clock });
  const record = accessRecorder({ store, sealer: personal, clock });

  /** The command that registered the first organisation. */
  const firstCommand = async (): Promise<string | undefined> => {
    for await (const event of store.readAll({ prefixes: ['organisation-'], limit: 1 })) return event.metadata.commandId;
    return undefined;
  };
  let claim: { readonly commandId: string; readonly at: number } | undefined;
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
      if (first !== undefined && first !== commandId) throw notValid();
      // Two at once: one registers, the other is told to come again, and then that it is too late.
      const at = performance.now();
      if (claim && claim.commandId !== commandId && at - claim.at < claimMs) throw unavailable('busy', 1);
      claim = { commandId, at };
    },

    close: () => accounts.close(),
  };
}
