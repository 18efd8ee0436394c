/** A server that a test has for itself: to kill (as `kill -9`), to pause and to start again on the same address and data. */
export interface OwnServer {
  readonly address: string;
  start(): Promise<unknown>;
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

interface ServerPrograms {
  readonly startFerretDb: (folder: string, port?: number) => Promise<OwnServer>;
  readonly freePorts: (count: number) => Promise<readonly number[]>;
}

const program = async <Name extends keyof ServerPrograms>(file: string, name: Name): Promise<ServerPrograms[Name]> =>
  ((await import(new URL(`../../../../tools/servers/${file}.mjs`, import.meta.url).href)) as ServerPrograms)[name];

/** A server of MongoDB's wire protocol, its data in `folder`. Needs Go. */
export async function ownFerretDb(folder: string, port?: number): Promise<OwnServer> {
  return (await program('ferretdb', 'startFerretDb'))(folder, port);
}

/** A port of this machine that was free a moment ago. */
export async function freePort(): Promise<number> {
  const [port = 0] = await (await program('server-process', 'freePorts'))(1);
  return port;
}
