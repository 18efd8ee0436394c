/** What is kept and logged of an error. Never its message: that may quote what somebody told. */
export interface Failure {
  readonly code: string;
  /** File and line that threw. */
  readonly at?: string;
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: 'not-an-error' };
  const own = (error as { readonly code?: unknown }).code;
  const code = typeof own === 'string' && /^[\w.-]{1,64}$/.test(own) ? own : error.name;
  // The stack begins with the message, so the frames are looked for behind it.
  const frames = (error.stack ?? '').slice(error.name.length + 2 + error.message.length);
  const at = /\(?([^\s/\\()]+:\d+):\d+\)?$/m.exec(frames)?.[1];
  return at === undefined ? { code } : { code, at };
}
