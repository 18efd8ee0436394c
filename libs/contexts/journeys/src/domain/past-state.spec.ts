import { aggregate, decider, event, fold, type Occurred, type RecordedEvent } from '@alongside/event-sourcing';
import { inStream, recorded, testIds } from '@alongside/testing';
import fc from 'fast-check';
import { upTo } from './history.js';
import { statesOf } from './past-state.js';

const Added = event('Added').of<{ letter: string }>({ says: 'A letter was added.', example: { letter: 'a' } });
const letters = (category: string) =>
  aggregate({
    category,
    events: [Added],
    // Not commutative: another order, or one event more or less, folds to something else.
    decider: decider<string, never, ReturnType<typeof Added>>({ initial: '', decide: {}, evolve: { Added: (state, { data }) => `${state}${data.letter}` } }),
    belonging: () => undefined,
  });
const aggregates = [letters('referral'), letters('assessment')];
const streams = [`referral-${testIds.journeyId}`, `assessment-${testIds.journeyId}`];
const start = Date.parse('2026-03-02T10:00:00.000Z');
const time = (minutes: number): string => new Date(start + minutes * 60_000).toISOString();

/** Events of two streams, each recorded a while after the one before, and having occurred some time earlier. */
const histories = fc
  .array(fc.record({ stream: fc.constantFrom(...streams), letter: fc.string({ minLength: 1, maxLength: 1 }), wait: fc.integer({ min: 1, max: 500 }), late: fc.integer({ min: 0, max: 900 }) }), { minLength: 1, maxLength: 30 })
  .map((told) => {
    let minutes = 0;
    return recorded(told.map(({ stream, letter }) => inStream(stream, Added({ letter })))).map((each, index) => {
      const { wait, late } = told[index] as (typeof told)[number];
      minutes += wait;
      return { ...each, metadata: { ...each.metadata, recordedAt: time(minutes), occurredAt: time(minutes - late) } };
    });
  });

const folded = (events: readonly RecordedEvent[], stream: string) =>
  fold(letters('any').decider, events.filter((each) => each.stream === stream) as unknown as readonly Occurred<ReturnType<typeof Added>>[]);
const statesBy = (events: readonly RecordedEvent[]) => Object.fromEntries(statesOf(events, aggregates, streams).map(({ stream, state }) => [stream, state]));
const expected = (events: readonly RecordedEvent[]) => Object.fromEntries(streams.filter((stream) => events.some((each) => each.stream === stream)).map((stream) => [stream, folded(events, stream)]));

describe('state as of a moment', () => {
  it('at the recording of any event is the fold of what was recorded until then, that event included', () => {
    fc.assert(
      fc.property(histories, fc.nat(), (events, pick) => {
        const n = pick % events.length;
        const asOf = events[n]?.metadata.recordedAt ?? '';
        expect(statesBy(upTo(events, asOf))).toEqual(expected(events.slice(0, n + 1)));
        const justBefore = new Date(Date.parse(asOf) - 1).toISOString();
        expect(statesBy(upTo(events, justBefore))).toEqual(expected(events.slice(0, n)));
      }),
    );
  });

  it('by occurrence folds exactly what had happened, in the order in which it was written down', () => {
    fc.assert(
      fc.property(histories, fc.nat(), (events, pick) => {
        const asOf = events[pick % events.length]?.metadata.occurredAt ?? '';
        const happened = events.filter(({ metadata }) => metadata.occurredAt <= asOf);
        expect(statesBy(upTo(events, asOf, 'occurred'))).toEqual(expected(happened));
      }),
    );
  });

  it('says how far each stream had come', () => {
    const events = recorded([inStream(streams[0] ?? '', Added({ letter: 'a' })), inStream(streams[0] ?? '', Added({ letter: 'b' }))]);
    expect(statesOf(events, aggregates, streams)).toEqual([
      { stream: streams[0], context: 'referrals', events: 2, revision: 1, lastOccurredAt: '2026-03-02T10:00:00.000Z', lastRecordedAt: '2026-03-02T10:00:00.000Z', state: 'ab' },
    ]);
  });

  it('leaves out streams that nothing here can fold', () => {
    expect(statesOf(recorded([inStream(`matching-${testIds.journeyId}`, Added({ letter: 'a' }))]), aggregates, [`matching-${testIds.journeyId}`])).toEqual([]);
  });
});
