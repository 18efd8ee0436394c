import type { EventMetadata } from '@alongside/event-store';
import { event, mentee, menteeOf, staffOf, supporterOf } from './event.js';

const metadata = { journeyId: 'journey-1' } as EventMetadata;

describe('an event definition', () => {
  const NoteTaken = event('NoteTaken').of<{ note: string }>({ says: 'A note was taken.', example: { note: 'invented' }, personal: { note: mentee }, version: 2 });

  it('makes events, and knows its type, version and personal fields', () => {
    expect(NoteTaken({ note: 'invented' })).toEqual({ type: 'NoteTaken', data: { note: 'invented' } });
    expect([NoteTaken.type, NoteTaken.version, Object.keys(NoteTaken.personal)]).toEqual(['NoteTaken', 2, ['note']]);
    const Plain = event('Plain').of<object>({ says: 'Nothing special.', example: {} });
    expect([Plain.version, Plain.personal]).toEqual([1, {}]);
  });

  it('says whose a field is, from metadata or data', () => {
    expect(mentee.of({}, metadata)).toBe('mentee-journey-1');
    expect(menteeOf('match.journeyId').of({ match: { journeyId: 'journey-2' } }, metadata)).toBe('mentee-journey-2');
    expect(supporterOf('supporterId').of({ supporterId: 'supporter-1' }, metadata)).toBe('supporter-supporter-1');
  });

  it('refuses to guess whose a field is', () => {
    expect(() => mentee.of({}, {} as EventMetadata)).toThrow('metadata.journeyId');
    expect(() => staffOf('staffId').of({ staff: 'other' }, metadata)).toThrow('staffId');
  });
});
