import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The package has no types: as much of it as is used here. */
interface ProviderType {
  new (issuer: string, configuration: object): { callback(): RequestListener };
}

export interface PersonAtProvider {
  readonly email: string;
  readonly email_verified?: boolean | string;
}

export interface TestProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Requests that it answered, by path. */
  readonly asked: string[];
  /** A browser at the provider: signs in there, and comes back with the address that it is sent to. */
  signIn(at: string, person: string): Promise<string>;
  /** Begins to answer, or begins again, at the same address. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A real provider, in this process. People are named by their key. */
export async function startTestProvider(redirectUri: string, people: Readonly<Record<string, PersonAtProvider>>, options: { readonly emailInToken?: boolean } = {}): Promise<TestProvider> {
  const { default: Provider } = (await import('oidc-provider' as string)) as { default: ProviderType };
  const asked: string[] = [];
  let handle: RequestListener = (_request, reply) => void reply.writeHead(503).end();
  const listening = async (port: number): Promise<Server> => {
    const server = createServer((request, reply) => {
      asked.push((request.url ?? '').split('?', 1)[0] ?? '');
      handle(request, reply);
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return server;
  };
  let server = await listening(0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const [clientId, clientSecret] = ['alongside', 'a secret of the tests'];
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri], grant_types: ['authorization_code'], response_types: ['code'] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: options.emailInToken !== true,
    cookies: { keys: ['of the tests'] },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  });
  // It says on the terminal what is not for production: it is not.
  handle = provider.callback();

  return {
    issuer,
    clientId,
    clientSecret,
    asked,

    async signIn(at, person) {
      const cookies = new Map<string, string>();
      let location = at;
      let form: string | undefined;
      for (let step = 0; step < 12 && location.startsWith(issuer); step += 1) {
        const answer: Response = await fetch(location, {
          redirect: 'manual',
          headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }) },
          ...(form !== undefined && { method: 'POST', body: form }),
        });
        for (const each of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
          cookies.set(name, value);
        }
        const next = answer.headers.get('location');
        if (next !== null) {
          location = new URL(next, location).href;
          form = undefined;
        } else {
          const page = await answer.text();
          form = page.includes('name="login"') ? `prompt=login&login=${person}&password=any` : 'prompt=consent';
        }
      }
      return location;
    },

    async start() {
      server = await listening(port);
    },

    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
