export interface ServiceProcess {
  readonly name: string;
  readonly replica: number;
  readonly port: number;
  readonly url: string;
  readonly log: string;
  readonly pid: number | undefined;
  start(): Promise<unknown>;
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
  said(): string;
  readiness(): Promise<{ readonly status: number; readonly body: unknown } | undefined>;
  ready(limit?: number): Promise<void>;
  printed(pattern: RegExp, limit: number): Promise<RegExpExecArray>;
}

export interface ServicesOptions {
  readonly folder: string;
  readonly eventStore: string;
  readonly messages: string;
  readonly documents: string;
  readonly replicas?: number | Readonly<Record<string, number>>;
  readonly gateways?: number;
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Services {
  readonly url: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly processes: readonly ServiceProcess[];
  one(name: string, replica?: number): ServiceProcess;
  all(name: string): readonly ServiceProcess[];
  alongside(...args: string[]): Promise<{ readonly code: number; readonly output: string; readonly errors: string }>;
  setUp(...args: string[]): Promise<string>;
  start(limit?: number): Promise<Services>;
  ready(limit?: number): Promise<unknown>;
  setUpToken(): Promise<string>;
  stop(): Promise<unknown>;
}

export declare const serviceNames: readonly string[];
export declare function ownAddresses(servers: { readonly kafka: string; readonly mongodb: string }): { readonly messages: string; readonly documents: string };
export declare function removeTopics(addresses: { readonly messages: string }): Promise<void>;
export declare function prepareServices(options: ServicesOptions): Promise<Services>;
export declare function startServices(options: ServicesOptions & { readonly setUp?: readonly string[] }): Promise<Services>;
