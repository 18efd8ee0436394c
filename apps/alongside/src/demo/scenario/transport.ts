/** A request of the public API, from an address. */
export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Network address of who asks. */
  readonly from: string;
}

export interface Answered {
  readonly status: number;
  /** Parsed JSON. What a route answers is for the scenario to know. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** How a scenario reaches the public API: within the process, or over the network. */
export type Transport = (asked: Asked) => Promise<Answered>;

/** JSON where it is JSON, else nothing. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
