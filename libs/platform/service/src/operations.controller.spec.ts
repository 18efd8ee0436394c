import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Missing } from './dependencies.js';
import type { HttpReply } from './exchange.js';
import { openMetrics } from './metrics.js';
import { OperationsController } from './operations.controller.js';

const broker: Missing = { name: 'messages', variable: 'ALONGSIDE_MESSAGES', why: 'kafka 127.0.0.1:9092 cannot be reached' };

let missing: readonly Missing[];
let caughtUp: boolean;
let controller: OperationsController;

beforeEach(() => {
  missing = [];
  caughtUp = true;
  controller = new OperationsController({ metrics: openMetrics(async () => undefined), missing: () => missing, checks: [() => ({ name: 'read-models', ready: caughtUp })] });
});

const answerTo = (ask: 'started' | 'ready') => {
  const answer: { status?: number; retryAfter?: string; body?: unknown } = {};
  const reply = {
    code: (status: number) => (answer.status = status),
    headers: (headers: Readonly<Record<string, string>>) => (answer.retryAfter = headers['retry-after'] ?? ''),
    header: () => reply,
    send: (body: string) => (answer.body = JSON.parse(body)),
  };
  controller[ask](reply as unknown as HttpReply);
  return answer;
};

describe('a process that has caught up', () => {
  it('has started and is ready while everything is there', () => {
    expect(answerTo('started')).toEqual({ status: 200, body: { status: 'started' } });
    expect(answerTo('ready')).toEqual({ status: 200, body: { status: 'ready' } });
  });

  it('goes on being sent requests while a server is away, and says which', () => {
    missing = [broker];
    expect(answerTo('started')).toEqual({ status: 200, body: { status: 'started' } });
    expect(answerTo('ready')).toEqual({ status: 503, retryAfter: '1', body: { status: 'not-ready', missing: ['messages'], why: [broker] } });
  });
});

it('a process that has not caught up yet is sent no requests, whether a server is away or not', () => {
  caughtUp = false;
  expect(answerTo('started')).toEqual({ status: 503, retryAfter: '1', body: { status: 'not-started', missing: ['read-models'] } });
  missing = [broker];
  expect(answerTo('started')).toEqual({ status: 503, retryAfter: '1', body: { status: 'not-started', missing: ['messages', 'read-models'], why: [broker] } });
  expect(answerTo('ready')).toMatchObject({ status: 503, body: { status: 'not-ready', missing: ['messages', 'read-models'] } });
});
