/** Servers that ports can stand on, and what their addresses begin with. */
const schemes = {
  // The server has been renamed since, and its addresses with it.
  eventstoredb: ['esdb', 'esdb+discover', 'kurrentdb', 'kurrentdb+discover'],
  mongodb: ['mongodb', 'mongodb+srv'],
  kafka: ['kafka'],
} as const;

export type ServerKind = keyof typeof schemes;

export const schemesOf = (kind: ServerKind): readonly string[] => schemes[kind];

/** `scheme://[user:password@]host[:port][,host[:port]…][/…][?…]`: several hosts are no address that `URL` reads. */
const form = /^([a-z+]+):\/\/(?:[^@/\s]+@)?((?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?(?:,(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?)*)(?:\/[^?\s]*)?(?:\?\S*)?$/i;

export function isAddressOf(kind: ServerKind, text: string): boolean {
  const [, scheme = ''] = form.exec(text) ?? [];
  return schemesOf(kind).includes(scheme.toLowerCase());
}

/** The hosts of an address, as they may be shown: without user, password and options. */
export const hostsOf = (address: string): string => form.exec(address)?.[2] ?? '(no host)';
