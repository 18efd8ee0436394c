import type { Answered, Transport } from './transport.js';

/** Somebody who signs in, or the public: what they ask, they ask as themselves. */
export interface Person {
  /** Account id; empty for the public. */
  readonly id: string;
  get(path: string): Promise<Answered>;
  post(path: string, body: unknown, key?: string): Promise<Answered>;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

const headersOf = (key: string | undefined, token: string | undefined): Readonly<Record<string, string>> => ({
  'content-type': 'application/json',
  ...(key !== undefined && { 'idempotency-key': key }),
  ...(token !== undefined && { authorization: `Bearer ${token}` }),
});

/** Anybody, not signed in. */
export function anybody(transport: Transport, from: string): Person {
  return {
    id: '',
    get: (path) => transport({ method: 'GET', path, headers: headersOf(undefined, undefined), from }),
    post: (path, body, key) => transport({ method: 'POST', path, headers: headersOf(key, undefined), body, from }),
  };
}

/** Somebody with an account; signs in when they first ask something, and again when their token is good no more. */
export function signedIn(transport: Transport, { id, email, password }: Credentials & { readonly id: string }, from: string): Person {
  let token: Promise<string> | undefined;
  const signIn = async (): Promise<string> => {
    const { status, body } = await transport({ method: 'POST', path: '/api/session', headers: headersOf(undefined, undefined), body: { email, password }, from });
    if (status !== 200) throw new Error(`an account of the scenario cannot sign in: ${status} ${String(body?.code)}`);
    return body.token as string;
  };
  const ask = async (method: 'GET' | 'POST', path: string, body?: unknown, key?: string): Promise<Answered> => {
    for (let again = true; ; again = false) {
      const bearer = await (token ??= signIn());
      const answer = await transport({ method, path, headers: headersOf(key, bearer), ...(body !== undefined && { body }), from });
      if (answer.status !== 401 || !again) return answer;
      token = undefined;
    }
  };
  return { id, get: (path) => ask('GET', path), post: (path, body, key) => ask('POST', path, body, key) };
}
