import { setTimeout as pause } from 'node:timers/promises';
import type { Person } from './person.js';
import type { Timeline, When } from './timeline.js';
import type { Answered } from './transport.js';

/** How long others may take to hear of something, in milliseconds, and how often they are asked. */
const patience = 20_000;
const askEvery = 10;

/** A step of a scenario that was refused for good; names the rule or the fields, never what was sent. */
export class StepRefused extends Error {
  /** Shown in logs, which show no messages. */
  readonly code: string;

  constructor(path: string, { status, body }: Answered) {
    const fields = ((body?.errors ?? []) as readonly { path: string; code: string }[]).map((each) => `${each.path} ${each.code}`);
    super(`${path} answered ${status} ${String(body?.rule ?? body?.code ?? '')} ${fields.join(', ')}`.trim());
    this.name = 'StepRefused';
    this.code = this.message;
  }
}

/** What others have not heard of yet may answer differently in a moment. */
const mayChange = ({ status, body }: Answered): boolean =>
  status === 404 || status === 409 || status === 503 || (status === 422 && (body?.errors as readonly { code: string }[] | undefined)?.some(({ code }) => code === 'unknown') === true);

/** Steps of one story, in order: each with an idempotency key of its own, so that a story that was cut short can be told again. */
export interface Story {
  readonly timeline: Timeline;
  /**
   * Does something that must succeed: asked again, within bounds, while other contexts have not heard yet what it rests on.
   * Resolves with the answer's body; throws `StepRefused`.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  step(by: Person, path: string, when: When | undefined, body?: object): Promise<any>;
  /** Asks once, for what is expected to be refused. */
  attempt(by: Person, path: string, when: When | undefined, body?: object): Promise<Answered>;
}

export interface StoryOptions {
  /** Part of every key: no two stories of one run share it. */
  readonly name: string;
  readonly timeline: Timeline;
  readonly signal?: AbortSignal;
}

export function story({ name, timeline, signal }: StoryOptions): Story {
  let steps = 0;
  const sent = async (when: When | undefined, body: object): Promise<object> => (when === undefined ? body : { ...body, occurredAt: await timeline.at(when) });
  return {
    timeline,
    async step(by, path, when, body = {}) {
      const key = `${name}-${steps++}`;
      const whole = await sent(when, body);
      const answer = await until(() => by.post(path, whole, key), (each) => !mayChange(each), signal);
      if (answer.status >= 300) throw new StepRefused(path, answer);
      return answer.body as unknown;
    },
    attempt: async (by, path, when, body = {}) => by.post(path, await sent(when, body)),
  };
}

/** Asks until the answer is as wanted, or for as long as patience lasts; resolves with the last answer. */
export async function until(ask: () => Promise<Answered>, isWanted: (answer: Answered) => boolean, signal?: AbortSignal): Promise<Answered> {
  for (const began = performance.now(); ; await pause(askEvery)) {
    signal?.throwIfAborted();
    const answer = await ask();
    if (isWanted(answer) || performance.now() - began > patience) return answer;
  }
}
