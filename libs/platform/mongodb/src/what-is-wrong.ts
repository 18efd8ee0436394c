interface Facts {
  readonly code?: unknown;
  readonly message?: string;
  readonly name?: string;
  readonly cause?: unknown;
  /** Of what the operating system refused. */
  readonly syscall?: string;
  /** Of a server that was not found: what the driver knows of all of them. Those that are not of the replica set that was asked for it leaves out. */
  readonly reason?: { readonly type?: string; readonly servers?: ReadonlyMap<string, { readonly type: string }> };
}

const isSelection = ({ name }: Facts): boolean => /^Mongo(?:ose)?ServerSelection/.test(name ?? '');
const isReplicaSet = ({ reason }: Facts): boolean => reason?.type?.startsWith('ReplicaSet') ?? false;

/** Each with what to do. The first that fits counts: what lies behind a failed selection of a server stands in its message. */
const ills: readonly { readonly fits: (facts: Facts, text: string) => boolean; readonly says: (hosts: string, text: string) => string }[] = [
  {
    // Looked for at the start, but the driver reads it later. Its path may hold any word that is looked for below.
    fits: ({ code, syscall }) => typeof code === 'string' && /^(?:open|read)$/.test(syscall ?? ''),
    says: (_hosts, text) => `a file that the address names cannot be read (${/\b(E[A-Z]+)\b/.exec(text)?.[1] ?? 'unknown'}): give it back, or correct tlsCAFile, tlsCRLFile or tlsCertificateKeyFile`,
  },
  {
    fits: ({ code }, text) => code === 18 || /authentication failed|auth failed|bad auth/i.test(text),
    says: (hosts) => `${hosts} refuses the user or the password: check both in the address, and its authSource`,
  },
  {
    fits: ({ code }, text) => /requires authentication/i.test(text) && (code === 13 || code === undefined),
    says: (hosts) => `${hosts} wants to know who asks: put user and password into the address`,
  },
  {
    fits: ({ code }, text) => code === 13 || /not authorized/i.test(text),
    says: (hosts) => `${hosts} does not let this user do this: run "alongside setup" as an administrator of the database, or give the user the role readWrite`,
  },
  {
    fits: (_facts, text) => /certificate|self[- ]signed|unable to verify|altnames?/i.test(text),
    says: (hosts) => `the certificate of ${hosts} is not trusted: name its authority by tlsCAFile in the address, and the host as the certificate does`,
  },
  {
    fits: (_facts, text) => /wrong version number|packet length too long|before secure TLS|SSL routines|tlsv1 alert|not accepting SSL/i.test(text),
    says: (hosts) => `${hosts} does not speak TLS as the address asks: check the port, and tls=true there and on the server`,
  },
  {
    fits: ({ name }, text) => name === 'MongoCompatibilityError' || /wire version|requires at least/i.test(text),
    says: (hosts, text) => `the server at ${hosts} is too old: ${/MongoDB [\d.]+/.exec(text)?.[0] ?? 'a newer one'} is the least`,
  },
  {
    fits: ({ name }, text) => name === 'MongoParseError' && /not supported/.test(text),
    says: (_hosts, text) => `the address has an option that there is none of (${/options? ([\w, ]+?) (?:is|are) not supported/i.exec(text)?.[1] ?? 'unknown'}): take it out`,
  },
  {
    fits: ({ name }) => name === 'MongoParseError' || name === 'MongoAddressInvalid',
    says: () => 'the address cannot be read: it must be mongodb://[user:password@]host[:port]/[database][?options], with %-escapes in user and password',
  },
  {
    fits: (_facts, text) => /ENOTFOUND|EAI_AGAIN|querySrv/.test(text),
    says: (hosts) => `there is no host of the name ${hosts}: correct the address`,
  },
  {
    fits: (facts) => isReplicaSet(facts) && facts.reason?.servers?.size === 0,
    says: (hosts) => `${hosts} is no member of the replica set that the address names: correct replicaSet there, or take it out where the server stands alone`,
  },
  {
    fits: (facts) => isReplicaSet(facts) && [...(facts.reason?.servers?.values() ?? [])].some(({ type }) => type.startsWith('RS')),
    says: (hosts) => `${hosts} has no primary now: wait for its election, or check that most members run`,
  },
  {
    fits: (facts, text) => isSelection(facts) && /^connection .* closed/.test(text),
    says: (hosts) => `${hosts} closes the connection without an answer: check that it is the port of the database, and whether the server wants tls=true in the address`,
  },
  {
    fits: (facts, text) => isSelection(facts) || /^Mongo(?:Network|NotConnected|TopologyClosed|Pool)/.test(facts.name ?? '') || /ECONN|EPIPE|timed out|buffering/i.test(text),
    says: (hosts) => `${hosts} cannot be reached: start it, or correct the address`,
  },
];

/** One line for an operator: what is wrong with the server or the way to it, and what to do. Names no user and no password. */
export function whatIsWrong(error: unknown, hosts: string): string {
  const facts = error as Facts;
  const text = `${facts.message ?? ''} ${(facts.cause as Facts | undefined)?.message ?? ''} ${typeof facts.code === 'string' ? facts.code : ''}`;
  const ill = ills.find(({ fits }) => fits(facts, text));
  if (ill) return ill.says(hosts, text);
  const { code, name } = facts;
  return `${hosts} answered with an error (${typeof code === 'string' || typeof code === 'number' ? code : name}): see the log of the server`;
}
