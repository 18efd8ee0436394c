/** A server that a test has for itself: to kill (as `kill -9`), to pause and to start again on the same address and data. */
export interface OwnServer {
  readonly address: string;
  start(): Promise<unknown>;
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

export interface KafkaOptions {
  readonly protocol?: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';
  /** Further lines of its properties. */
  readonly more?: string;
}

interface ServerPrograms {
  readonly startFerretDb: (folder: string, port?: number) => Promise<OwnServer>;
  readonly startKafka: (folder: string, ports?: readonly number[], options?: KafkaOptions) => Promise<OwnServer>;
  readonly freePorts: (count: number) => Promise<readonly number[]>;
}

const program = async <Name extends keyof ServerPrograms>(file: string, name: Name): Promise<ServerPrograms[Name]> =>
  ((await import(new URL(`../../../../tools/servers/${file}.mjs`, import.meta.url).href)) as ServerPrograms)[name];

/** A server of MongoDB's wire protocol, its data in `folder`. Needs Go. */
export async function ownFerretDb(folder: string, port?: number): Promise<OwnServer> {
  return (await program('ferretdb', 'startFerretDb'))(folder, port);
}

/** A Kafka broker, its data in `folder`, on any ports or on these (clients, controller). Needs Java and Maven. */
export async function ownKafka(folder: string, options?: KafkaOptions, ports?: readonly [clients: number, controller: number]): Promise<OwnServer> {
  return (await program('kafka', 'startKafka'))(folder, ports, options);
}

/** A port of this machine that was free a moment ago. */
export async function freePort(): Promise<number> {
  const [port = 0] = await (await program('server-process', 'freePorts'))(1);
  return port;
}
