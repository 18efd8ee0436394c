import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

interface DriverConnection extends EventEmitter {
  readonly error: Error | null;
  writeCommand(...command: unknown[]): Promise<void>;
}

const fromMongoose = createRequire(createRequire(import.meta.url).resolve('mongoose'));
const { prototype } = (fromMongoose('mongodb/lib/cmap/connection') as { readonly Connection: { readonly prototype: DriverConnection } }).Connection;
const { writeCommand } = prototype;

/**
 * The driver (mongodb 7.8.0) writes a command and, where the socket does not take it at once, waits for `drain` or `error`. A socket that was
 * destroyed without an error gives neither: in the moment before it says `close`, and when a server that stands still is given up. The command
 * is then never answered; where it was the monitor's, the server is never looked at again, and not found until a restart. Here a write ends with
 * its connection.
 */
export function mendConnection(): void {
  prototype.writeCommand = async function (...command): Promise<void> {
    const closed = Promise.withResolvers<never>();
    const close = (): void => closed.reject(this.error);
    this.once('close', close);
    try {
      await Promise.race([writeCommand.apply(this, command), closed.promise]);
    } finally {
      this.off('close', close);
    }
  };
}
