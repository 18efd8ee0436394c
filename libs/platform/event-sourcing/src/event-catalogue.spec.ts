import type { JsonObject, RecordedEvent } from '@alongside/event-store';
import fc from 'fast-check';
import { event, mentee } from './event.js';
import { EventCatalogue, UnknownEvent } from './event-catalogue.js';
import { isSealed } from './sealed.js';

const PersonMet = event('PersonMet').of<{ fullName: string; places: string[]; count: number }>({
  version: 3,
  says: 'Somebody met the person.',
  example: { fullName: 'Robin Example', places: ['library'], count: 1 },
  personal: { fullName: mentee, places: mentee },
  personalBefore: { 1: { name: mentee } },
  upcast: {
    1: ({ name, ...rest }) => ({ ...rest, fullName: name ?? '', places: [] }),
    2: (data) => ({ ...data, count: 1 }),
  },
});
const Other = event('Other').of<object>({ says: 'Something else.', example: {} });
const catalogue = new EventCatalogue([PersonMet, Other, PersonMet]);

const recorded = (type: string, schemaVersion: number, data: JsonObject): RecordedEvent => ({
  stream: 'referral-1',
  revision: 4,
  position: '5',
  type,
  data,
  metadata: { schemaVersion } as RecordedEvent['metadata'],
});
const sealed = { $sealed: [1, 'mentee-1', 'referral-1', 'event-1', 'name', 'box'] } as const;

describe('the event catalogue', () => {
  it('gives events of today back as they are', () => {
    const current = recorded('PersonMet', 3, PersonMet.options.example as unknown as JsonObject);
    expect(catalogue.upToDate(current)).toBe(current);
  });

  it('brings every earlier version up to date, carrying what is sealed', () => {
    const first = catalogue.upToDate(recorded('PersonMet', 1, { name: sealed }));
    expect(first).toMatchObject({ data: { fullName: sealed, places: [], count: 1 }, metadata: { schemaVersion: 3 }, revision: 4 });
    expect(catalogue.upToDate(recorded('PersonMet', 2, { fullName: 'a', places: ['b'] })).data).toEqual({ fullName: 'a', places: ['b'], count: 1 });
  });

  it.each(['Robin Example', 'erased'])('opens before it upcasts: %s', async (content) => {
    const open = async (data: JsonObject) => Object.fromEntries(Object.entries(data).map(([key, value]) => [key, isSealed(value) ? content : value]));
    expect((await catalogue.openedUpToDate(recorded('PersonMet', 1, { name: sealed }), open)).data).toEqual({ fullName: content, places: [], count: 1 });
  });

  it('says which events a newer program wrote', () => {
    const knows = (type: string, version: number) => catalogue.knows(recorded(type, version, {}));
    expect([knows('PersonMet', 1), knows('PersonMet', 3), knows('PersonMet', 4), knows('PersonMet', 0), knows('Unheard', 1)]).toEqual([true, true, false, false, false]);
  });

  it('knows which fields a version sealed', () => {
    expect(Object.keys(catalogue.personalAt('PersonMet', 1))).toEqual(['name']);
    expect(Object.keys(catalogue.personalAt('PersonMet', 2))).toEqual(['fullName', 'places']);
  });

  it('makes the same of a version, whichever versions it came through', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const direct = catalogue.upToDate(recorded('PersonMet', 1, { name }));
        const second = catalogue.upToDate(recorded('PersonMet', 2, { fullName: name, places: [] }));
        expect(direct.data).toEqual(second.data);
      }),
    );
  });

  it.each([
    ['an unknown type', recorded('NeverDefined', 1, {})],
    ['a later version', recorded('PersonMet', 4, {})],
    ['no version', recorded('PersonMet', 0, {})],
  ])('refuses %s, naming the place', (_, unknown) => {
    expect(() => catalogue.upToDate(unknown)).toThrow(UnknownEvent);
    expect(() => catalogue.upToDate(unknown)).toThrow(expect.objectContaining({ stream: 'referral-1', revision: 4, type: unknown.type, version: unknown.metadata.schemaVersion }));
  });

  it('refuses two definitions of one type, and a version that nothing upcasts', () => {
    const Twin = event('Other').of<object>({ says: 'Something else again.', example: {} });
    expect(() => new EventCatalogue([Other, Twin])).toThrow('two event definitions have the type Other');
    const Gap = event('Gap').of<object>({ says: '', example: {}, version: 3, upcast: { 1: (data) => data } });
    expect(() => new EventCatalogue([Gap])).toThrow('Gap has version 3, but nothing upcasts version 2');
  });
});
