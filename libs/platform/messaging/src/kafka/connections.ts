import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const keepAliveDelay = 60_000;

export const openSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  // Without TLS kafkajs passes none, whatever its types say.
  const tls = ssl as typeof ssl | undefined;
  const socket = tls ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ...tls }, onConnect) : connect({ host, port }, onConnect);
  return socket.setKeepAlive(true, keepAliveDelay);
};

/** The connections of one client. Once cut there are none, whatever goes on inside of it: what hangs ends. */
export class Connections {
  readonly #sockets = new Set<Socket>();
  #cut = false;

  constructor(private readonly open: ISocketFactory) {}

  readonly factory: ISocketFactory = (request) => {
    if (this.#cut) throw new Error('cut off');
    const socket = this.open(request);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  };

  cut(): void {
    this.#cut = true;
    // kafkajs takes no notice of a socket that closes without an error.
    for (const socket of this.#sockets) socket.destroy(new Error('cut off'));
  }
}
