/** One line for an operator: what is wrong with the server or the way to it, and what to do. Names no user and no password. */
export function whatIsWrong(error: unknown, host: string): string {
  const { code, message = '', name = '' } = error as { readonly code?: unknown; readonly message?: string; readonly name?: string };
  if (code === 18 || /authentication failed/i.test(message)) return `${host} refuses the user or the password: check both in the address`;
  if (code === 13 || /not authorized/i.test(message)) return `${host} does not let this user do this: run "alongside setup" as an administrator of the database`;
  if (/certificate|self-signed|unable to verify|altnames/i.test(message)) return `the certificate of ${host} is not trusted: check tlsCAFile in the address`;
  if (/wire version|requires at least/i.test(message)) return `the server at ${host} is too old`;
  if (name === 'MongoServerSelectionError' || /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|timed out|buffering/i.test(message)) return `${host} cannot be reached: start it, or correct the address`;
  return `${host} answered with an error (${typeof code === 'string' || typeof code === 'number' ? code : name})`;
}
