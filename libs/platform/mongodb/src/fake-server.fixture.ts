import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { mongo } from 'mongoose';

type Answer = (command: Record<string, unknown>) => Record<string, unknown> | Promise<Record<string, unknown>>;

const opReply = 1;
const opQuery = 2004;
const opMessage = 2013;

/** Just enough of the wire protocol (OP_QUERY, OP_REPLY, OP_MSG) to refuse a driver in the ways that servers do. */
export async function fakeServer(answer: Answer, { tls = false } = {}): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
        const length = received.readInt32LE(0);
        void reply(received.subarray(0, length), answer).then((bytes) => socket.write(bytes));
        received = received.subarray(length);
      }
    });
  };
  const server: Server = tls ? createTlsServer({ key: untrustedKey, cert: untrustedCertificate }, serve) : createServer(serve);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { readonly port: number }).port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

async function reply(request: Buffer, answer: Answer): Promise<Buffer> {
  const [id, code] = [request.readInt32LE(4), request.readInt32LE(12)];
  // OP_QUERY: flags, a name that ends with a zero, two numbers, the document. OP_MSG: flags, the kind of section, the document.
  const start = code === opQuery ? request.indexOf(0, 20) + 9 : 21;
  const body = Buffer.from(mongo.BSON.serialize(await answer(mongo.BSON.deserialize(request.subarray(start, start + request.readInt32LE(start))))));
  const head = code === opQuery ? Buffer.alloc(20) : Buffer.alloc(5);
  if (code === opQuery) head.writeInt32LE(1, 16);
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + head.length + body.length, 0);
  header.writeInt32LE(id, 8);
  header.writeInt32LE(code === opQuery ? opReply : opMessage, 12);
  return Buffer.concat([header, head, body]);
}

/** Made for these tests, and trusted by nobody. */
export const untrustedKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIuJO4tFO6vM2KAJR
0/y2t0cqgmgd0+Fg8LeSPcBd9uahRANCAAR3qACbfQ+HMP5O553Ld9IPyMRdMd3k
FtGgNB5RuyH6xmbsn2DjK/Kt2xec9dokWneHABpCUx8pmmY2skFnYNF0
-----END PRIVATE KEY-----`;
export const untrustedCertificate = `-----BEGIN CERTIFICATE-----
MIIBijCCATGgAwIBAgIUWjJ1KHFuqsh1ZtX8T1w3cczcXCEwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPbm9ib2R5IHlvdSBrbm93MCAXDTI2MTEyMjA0NTI0M1oYDzIx
MjYxMDI5MDQ1MjQzWjAaMRgwFgYDVQQDDA9ub2JvZHkgeW91IGtub3cwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAR3qACbfQ+HMP5O553Ld9IPyMRdMd3kFtGgNB5R
uyH6xmbsn2DjK/Kt2xec9dokWneHABpCUx8pmmY2skFnYNF0o1MwUTAdBgNVHQ4E
FgQUHMIytbGEfutnej7Cgw14dckwTxswHwYDVR0jBBgwFoAUHMIytbGEfutnej7C
gw14dckwTxswDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBHlokg
rydmAywRH5Swf5OHpDqKwI73oTSyt+EergKV0QIgf4YlfXvIAQZPyPJ2KoMz1sXP
T33jjINKxU/4eLj3N7Q=
-----END CERTIFICATE-----`;
