import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { correlationOf } from './exchange.js';
import { correlationOfTrace, traceIdOf, traceParentOf, traceParentText } from './trace-ids.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('a correlation id', () => {
  test('that is a UUID is the trace id', () => {
    expect(traceIdOf('4BF92F35-77b3-4da6-a3ce-929d0e0e4736')).toBe(traceId);
    fc.assert(fc.property(fc.uuid(), (id) => correlationOfTrace(traceIdOf(id)) === id));
  });

  test('that is any other text names one trace all the same', () => {
    fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9_.:-]{1,100}$/), (id) => /^(?!0{32})[0-9a-f]{32}$/.test(traceIdOf(id)) && traceIdOf(id) === traceIdOf(id)));
    expect(traceIdOf('desk-1')).not.toBe(traceIdOf('desk-2'));
    // All zeros is no trace.
    expect(traceIdOf('00000000-0000-0000-0000-000000000000')).not.toMatch(/^0{32}$/);
  });

  test("is the caller's, else that of the caller's trace, else a new one", () => {
    const traceparent = `00-${traceId}-${spanId}-01`;
    expect(correlationOf('desk-1', traceparent)).toBe('desk-1');
    expect(correlationOf(undefined, traceparent)).toBe('4bf92f35-77b3-4da6-a3ce-929d0e0e4736');
    expect(correlationOf('not a plain one', 'nonsense')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a traceparent', () => {
  test('is read and written', () => {
    expect(traceParentOf(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, sampled: true });
    expect(traceParentOf(Buffer.from(`00-${traceId}-${spanId}-00`))).toEqual({ traceId, spanId, sampled: false });
    expect(traceParentText({ traceId, spanId, sampled: true })).toBe(`00-${traceId}-${spanId}-01`);
    // Of a version to come, what is known is taken.
    expect(traceParentOf(`01-${traceId}-${spanId}-03-more`)).toEqual({ traceId, spanId, sampled: true });
  });

  test.each([
    [undefined],
    ['nonsense'],
    [`00-${traceId}-${spanId}`],
    [`ff-${traceId}-${spanId}-01`],
    [`00-${'0'.repeat(32)}-${spanId}-01`],
    [`00-${traceId}-${'0'.repeat(16)}-01`],
    [`00-${traceId.toUpperCase()}-${spanId}-01`],
    [`00-${traceId}-${spanId}-01-more`],
  ])('that is none is passed over: %s', (header) => {
    expect(traceParentOf(header)).toBeUndefined();
  });
});
