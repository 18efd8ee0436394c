import { NotCoded, mustBeCoded } from './coded.js';
import { readModel, type Document } from './read-model.js';

const organisationId = '0a9a1157-0000-4000-8000-0000000a9a15';

describe('a document without identities', () => {
  it('holds ids, codes, dates, numbers and zones', () => {
    const document = { organisationId, stage: 'first-contact', receivedAt: '2026-03-02T10:00:00.000+01:00', zone: 'Europe/Berlin', days: 10, open: true, none: null, goals: { 'goal-1': 'achieved' }, list: ['monday'] };
    expect(() => mustBeCoded(document)).not.toThrow();
  });

  it.each([
    ['a sentence', { organisationId, why: 'She moved away' }, 'document.why'],
    ['something long', { organisationId, why: 'a'.repeat(81) }, 'document.why'],
    ['something sealed', { organisationId, deep: { name: { $sealed: [1, 'subject', 'stream', 'event', 'name', 'box'] } } }, 'document.deep.name'],
    ['a sentence in a list', { organisationId, why: ['moved', 'moved away'] }, 'document.why'],
    ['a sentence as a name', { organisationId, goals: { 'to read better': 1 } }, 'document.goals'],
  ])('does not hold %s, and nobody is told what it was', (_what, document, field) => {
    const error = (() => {
      try {
        return mustBeCoded(document);
      } catch (thrown) {
        return thrown as Error;
      }
    })();
    expect(error).toBeInstanceOf(NotCoded);
    expect(error).toMatchObject({ field, message: `${field} is neither an id, a code, a date nor a number` });
  });

  it('is looked at where it differs from the shape before', () => {
    const before = { organisationId, why: 'moved', goals: { a: 1 } };
    expect(() => mustBeCoded({ ...before }, before)).not.toThrow();
    const changed = (change: object): Document => ({ ...before, ...change });
    expect(() => mustBeCoded(changed({ why: 'She moved away' }), before)).toThrow(NotCoded);
    expect(() => mustBeCoded(changed({ goals: { 'to read better': 1 } }), before)).toThrow(NotCoded);
    expect(() => mustBeCoded(changed({ 'a name': undefined }), before)).toThrow(NotCoded);
  });

  it('is of a read model that is not searched by names', () => {
    const model = { name: 'testing.people', version: 1, says: '', streams: [], documentOf: () => undefined, indexes: [], on: [], identities: 'none' } as const;
    expect(() => readModel({ ...model, search: { name: { of: () => [], as: 'words' } } })).toThrow('testing.people has search fields');
    expect(readModel(model).name).toBe('testing.people');
  });
});
