import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { event, isSealed, mentee, supporterOf, type EventMetadata, type Json, type JsonObject, type Personal, type Sealed } from '@alongside/event-sourcing';
import { canonicalJson } from './body-digest.js';
import { EnvelopeCorrupt } from './envelope.js';
import { eraseSubjects } from './erasure.js';
import { inMemorySubjectKeys } from './in-memory-subject-keys.js';
import { normaliseEmail, normalisePostcode, normaliseTelephone } from './normalise.js';
import { personalData, type PersonalData } from './personal-data.js';
import { personalFieldsInTheClear } from './sealer.js';

const journeyId = 'c6a3b0c2-7a49-4c8e-9f50-1d2f3a4b5c6d';
const stream = `referral-${journeyId}`;
const eventId = '9a2f6c1e-0f39-4f0c-8a57-6b1f0d1e2c3b';
const metadata: EventMetadata = {
  eventId,
  schemaVersion: 1,
  occurredAt: '2026-03-01T09:00:00.000Z',
  recordedAt: '2026-03-01T09:00:00.000Z',
  actor: { id: 'staff-1', role: 'coordinator' },
  organisationId: 'organisation-1',
  journeyId,
  commandId: 'command-1',
  correlationId: 'command-1',
};

interface Introduced {
  readonly name: Personal<string>;
  readonly contact?: { readonly telephone?: Personal<string>; readonly channel: string };
  readonly answers?: readonly { readonly question: string; readonly text: Personal<string> }[];
  readonly notes?: Readonly<Record<string, Personal<Json>>>;
  readonly supporterId: string;
  readonly supporterName?: Personal<string> | null;
}

const Introduced = event('Introduced').of<Introduced>({
  says: 'Somebody was introduced.',
  personal: { name: mentee, 'contact.telephone': mentee, 'answers.*.text': mentee, 'notes.*': mentee, supporterName: supporterOf('supporterId') },
  example: { name: 'Ada Moss', supporterId: 'supporter-1' },
});

const introduced = {
  name: 'Ada Moss',
  contact: { telephone: '07700 900123', channel: 'telephone' },
  answers: [{ question: 'changes', text: 'Getting out more' }, { question: 'hopes', text: 'A quiet year' }],
  notes: { first: { long: ['and', 'deep'] }, second: 'short' },
  supporterId: 'b1',
  supporterName: 'Ben Hale',
} satisfies Introduced;

let data: PersonalData;
beforeEach(() => {
  data = personalData(inMemorySubjectKeys());
});

const seal = async (value: unknown, at = { stream, eventId }): Promise<JsonObject> =>
  data.seal(Introduced, at.stream, at.eventId, value as JsonObject, metadata);

const sealedName = async (): Promise<Sealed> => (await seal(introduced))['name'] as unknown as Sealed;

function edited(sealed: Sealed, position: number, value: string): Sealed {
  return { $sealed: sealed.$sealed.with(position, value) as unknown as Sealed['$sealed'] };
}

describe('sealing', () => {
  it('leaves nothing marked personal in the clear, and the rest as it was', async () => {
    const sealed = await seal(introduced);
    const text = JSON.stringify(sealed);
    for (const word of ['Moss', '900123', 'Getting', 'quiet', 'deep', 'short', 'Hale']) expect(text).not.toContain(word);
    expect(sealed).toMatchObject({ contact: { channel: 'telephone' }, answers: [{ question: 'changes' }, { question: 'hopes' }], supporterId: 'b1' });
    expect(personalFieldsInTheClear(Introduced.personal, sealed)).toEqual([]);
    expect(personalFieldsInTheClear(Introduced.personal, { name: 'Ada Moss' })).toEqual(['name']);
  });

  it('opens to what was sealed', async () => {
    expect(await data.open(await seal(introduced))).toEqual(introduced);
  });

  it('seals each field for its own subject, under its own place', async () => {
    const sealed = (await seal(introduced)) as unknown as { answers: { text: Sealed }[]; supporterName: Sealed };
    expect(sealed.answers[1]?.text.$sealed.slice(0, 5)).toEqual([1, `mentee-${journeyId}`, stream, eventId, 'answers.1.text']);
    expect(sealed.supporterName.$sealed[1]).toBe('supporter-b1');
  });

  it('passes over what is absent or null', async () => {
    expect(await seal({ supporterId: 'b1', supporterName: null, answers: [] })).toEqual({ supporterId: 'b1', supporterName: null, answers: [] });
  });

  it('leaves what came sealed from elsewhere as it is, and that still opens', async () => {
    const name = await sealedName();
    const copy = await seal({ ...introduced, name }, { stream: 'matching-1', eventId: 'another' });
    expect(copy['name']).toEqual(name);
    expect(await data.open(copy)).toEqual(introduced);
  });

  it('opens envelopes within what was sealed whole', async () => {
    const name = await sealedName();
    const sealed = await seal({ name: 'Ada Moss', supporterId: 'b1', notes: { copied: { name, at: 'the door' } } });
    expect(await data.open(sealed)).toMatchObject({ notes: { copied: { name: 'Ada Moss', at: 'the door' } } });
  });

  it('seals what only looks like an envelope', async () => {
    const sealed = await seal({ name: { $sealed: 'Ada Moss' }, supporterId: 'b1' });
    expect(JSON.stringify(sealed)).not.toContain('Moss');
    expect(await data.open(sealed)).toMatchObject({ name: { $sealed: 'Ada Moss' } });
  });

  it('opens any JSON to itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()), async (whole, record) => {
        const value = JSON.parse(JSON.stringify({ name: whole, notes: record, supporterId: 'b1' })) as JsonObject;
        expect(await data.open(await seal(value))).toEqual(value);
      }),
    );
  });

  it('goes by the version that is written, also while a later one is only read', async () => {
    const Met = event('Met').of<{ names: readonly Personal<string>[] }>({
      says: 'Somebody was met.',
      version: 2,
      personal: { 'names.*': mentee },
      personalBefore: { 1: { name: mentee } },
      upcast: { 1: ({ name }) => ({ names: [name ?? ''] }) },
      writes: { version: 1, as: ({ names }) => ({ name: (names as readonly string[])[0] ?? '' }) },
      example: { names: ['Ada Moss'] },
    });
    const first = await data.seal(Met, stream, eventId, { name: 'Ada Moss' }, metadata);
    const second = await data.seal(Met, stream, eventId, { names: ['Ada Moss'] }, { ...metadata, schemaVersion: 2 });
    expect([isSealed(first['name']), isSealed((second['names'] as readonly Json[])[0])]).toEqual([true, true]);
    expect(JSON.stringify([first, second])).not.toContain('Moss');
  });

  it('never seals twice alike', async () => {
    expect(await sealedName()).not.toEqual(await sealedName());
  });
});

describe('an envelope', () => {
  it.each([
    ['stream', 2, 'referral-another'],
    ['event', 3, 'another'],
    ['field', 4, 'contact.telephone'],
  ])('moved to another %s does not open', async (_what, position, value) => {
    const moved = edited(await sealedName(), position, value);
    await expect(data.open({ moved })).rejects.toThrow(EnvelopeCorrupt);
    expect(await data.verifyEnvelope(moved)).toBe('corrupt');
  });

  it('under another subject does not open', async () => {
    await seal(introduced);
    await expect(data.open(edited(await sealedName(), 1, 'supporter-b1'))).rejects.toThrow(EnvelopeCorrupt);
  });

  it('with any bit changed does not open', async () => {
    const sealed = await sealedName();
    const box = Buffer.from(sealed.$sealed[5], 'base64');
    await fc.assert(
      fc.asyncProperty(fc.nat(box.length * 8 - 1), async (bit) => {
        const changed = Buffer.from(box);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(await data.verifyEnvelope(edited(sealed, 5, changed.toString('base64')))).toBe('corrupt');
      }),
    );
  });

  it.each([{ $sealed: 'torn' }, { $sealed: [1, 'mentee-1'] }, { $sealed: [1, 'mentee-1', 's', 'e', 'f', ''] }])('that is no envelope, %j, is corrupt', async (value) => {
    await data.keys.make(['mentee-1']);
    await expect(data.open({ value })).rejects.toThrow(EnvelopeCorrupt);
    expect(await data.verify({ value })).toEqual([{ field: expect.any(String), verdict: 'corrupt' }]);
  });

  it('says where it stood, and nothing of what it holds', async () => {
    const failure: unknown = await data.open(edited(await sealedName(), 3, 'another')).catch((caught: unknown) => caught);
    expect(String(failure)).toContain(stream);
    expect(JSON.stringify(failure)).not.toContain('Moss');
  });

  it('whose key is gone without a tombstone reads erased, and is counted as corrupt', async () => {
    const elsewhere = personalData(inMemorySubjectKeys());
    const sealed = await sealedName();
    expect(await elsewhere.open({ sealed })).toEqual({ sealed: 'erased' });
    expect(await elsewhere.verifyEnvelope(sealed)).toBe('corrupt');
  });
});

describe('erasure', () => {
  it('makes every field of the subject read erased, and no other', async () => {
    const sealed = await seal(introduced);
    await eraseSubjects(data.keys, [`mentee-${journeyId}`], { at: '2026-03-02T10:00:00.000Z' });
    expect(await data.open(sealed)).toEqual({
      ...introduced,
      name: 'erased',
      contact: { telephone: 'erased', channel: 'telephone' },
      answers: [{ question: 'changes', text: 'erased' }, { question: 'hopes', text: 'erased' }],
      notes: { first: 'erased', second: 'erased' },
    });
    expect((await data.verify(sealed)).map(({ verdict }) => verdict)).toEqual(['erased', 'erased', 'erased', 'erased', 'erased', 'erased', 'opened']);
  });

  it('lets nothing of the subject be written again', async () => {
    await eraseSubjects(data.keys, [`mentee-${journeyId}`], { at: '2026-03-02T10:00:00.000Z' });
    const sealed = await seal(introduced);
    expect(sealed).toMatchObject({ name: 'erased', notes: { first: 'erased' } });
    expect(isSealed(sealed['supporterName'])).toBe(true);
    expect(personalFieldsInTheClear(Introduced.personal, sealed)).toEqual([]);
  });
});

describe('digests', () => {
  const kept = async (value: unknown, field = 'name', organisationId = 'organisation-1') => (await data.digests([{ organisationId, field, as: 'words', value }]))[0] ?? [];
  const asked = (text: string, field = 'name', organisationId = 'organisation-1') => data.queryDigests(organisationId, field, 'words', text);
  const isFound = async (text: string, value: unknown): Promise<boolean> => {
    const [query, document] = [await asked(text), await kept(value)];
    return query.length > 0 && query.every((digest) => document.includes(digest));
  };

  it.each(['moss', 'Mo', 'ada', 'ADA MOSS', 'moss ada', 'a moss'])('find Ada Moss by %s', async (text) => {
    expect(await isFound(text, await sealedName())).toBe(true);
  });

  it.each(['oss', 'adam', 'ada hale', 'm', ''])('do not find Ada Moss by %j', async (text) => {
    expect(await isFound(text, await sealedName())).toBe(false);
  });

  it.each([
    ['gomez', 'Lucía Gómez'],
    ['lukasz', 'Łukasz Nowak'],
    ['oneill', "Mary-Ann O'Neill"],
    ["o'neill", "Mary-Ann O'Neill"],
    ['mary ann', 'Mary-Ann O’Neill'],
    ['strasse', 'Straße'],
  ])('find %s in %s', async (text, value) => {
    expect(await isFound(text, value)).toBe(true);
  });

  it('find a word by any beginning of two letters or more', async () => {
    const letters = fc.stringMatching(/^[a-z]{2,40}$/);
    await fc.assert(
      fc.asyncProperty(letters, fc.nat(), async (word, cut) => {
        expect(await isFound(word.slice(0, 2 + (cut % (word.length - 1))), `Someone ${word}`)).toBe(true);
      }),
    );
  });

  it('say nothing across fields and organisations, and hold no word', async () => {
    const digests = await kept('Ada Moss');
    expect(await kept('Ada Moss', 'referrer')).not.toEqual(expect.arrayContaining([digests[0]]));
    expect(await kept('Ada Moss', 'name', 'organisation-2')).not.toEqual(expect.arrayContaining([digests[0]]));
    expect(digests.join(' ').toLowerCase()).not.toContain('moss');
  });

  it('are those of each value in a list, and none once it is erased', async () => {
    const name = await sealedName();
    expect(await kept([name, 'Ben Hale'])).toEqual([...(await kept('Ada Moss')), ...(await kept('Ben Hale'))]);
    await eraseSubjects(data.keys, [`mentee-${journeyId}`], { at: '2026-03-02T10:00:00.000Z' });
    expect(await kept(name)).toEqual([]);
    expect(await kept([name, 'Ben Hale'])).toEqual(await kept('Ben Hale'));
  });

  it('are the same made together and alone', async () => {
    const wanted = ['organisation-1', 'organisation-2'].flatMap((organisationId) =>
      ['name', 'referrer'].flatMap((field) => ['Ada Moss', 'Adam Hale', ''].map((value) => ({ organisationId, field, as: 'words' as const, value }))),
    );
    expect(await data.digests([{ organisationId: 'organisation-1', field: 'name', as: 'exact', value: 'ada' }, ...wanted])).toEqual([
      ...(await data.digests([{ organisationId: 'organisation-1', field: 'name', as: 'exact', value: 'ada' }])),
      ...(await Promise.all(wanted.map(({ value, field, organisationId }) => kept(value, field, organisationId)))),
    ]);
    expect(await data.digests([])).toEqual([]);
  });

  it('match a whole value exactly, however it is written', async () => {
    const [[one] = []] = await data.digests([{ organisationId: 'organisation-1', field: 'born', as: 'exact', value: '1984-02-29' }]);
    expect(await data.queryDigests('organisation-1', 'born', 'exact', ' 1984-02-29 ')).toEqual([one]);
    expect(await data.queryDigests('organisation-1', 'born', 'exact', '1984-02')).not.toEqual([one]);
    expect(await data.queryDigests('organisation-1', 'born', 'exact', '  ')).toEqual([]);
  });

  it.each([
    [normaliseTelephone, '07700 900123', '07700900123'],
    [normaliseTelephone, '+44 (0)7700 900123', '07700900123'],
    [normaliseTelephone, '0044 7700 900-123', '07700900123'],
    [normaliseTelephone, '+48 601 000 000', '48601000000'],
    [normalisePostcode, ' sw1a 1aa', 'SW1A1AA'],
    [normaliseEmail, ' Ada.Moss@Example.ORG ', 'ada.moss@example.org'],
  ])('%p makes %s %s', (normalise, text, expected) => {
    expect((normalise as (text: string) => string)(text)).toBe(expected);
  });
});

describe('the digest of a body', () => {
  it('is the same for equal values in any order of keys, and only for those', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (one, other) => {
        const [canonicalOne, canonicalOther] = [canonicalJson(one), canonicalJson(other)];
        expect(JSON.parse(canonicalOne)).toEqual(JSON.parse(JSON.stringify(one)));
        expect((await data.bodyDigest('mentee-1', canonicalOne)) === (await data.bodyDigest('mentee-1', canonicalOther))).toBe(canonicalOne === canonicalOther);
      }),
    );
    expect(canonicalJson({ b: [1, { d: 2, c: undefined }], a: 'x' })).toBe('{"a":"x","b":[1,{"d":2}]}');
  });

  it('differs from subject to subject, and is gone with the subject', async () => {
    expect(await data.bodyDigest('mentee-1', '{}')).not.toBe(await data.bodyDigest('mentee-2', '{}'));
    await eraseSubjects(data.keys, ['mentee-1'], { at: '2026-03-02T10:00:00.000Z' });
    expect(await data.bodyDigest('mentee-1', '{}')).toBeUndefined();
  });

  const about = { actor: metadata.actor, organisationId: 'organisation-1' };
  const digest = (stream: string, journey?: string, of: readonly string[] = [], ofNobody = false) =>
    data.digestBody({ note: 'x' }, stream, journey === undefined ? about : { ...about, journeyId: journey }, { of, ofNobody });

  it('is keyed by whom the stream is about', async () => {
    const before = [await digest('support-1', '1'), await digest('supporter-2'), await digest('supervision-2'), await digest('organisation-1')];
    expect(new Set(before).size).toBe(3);
    await eraseSubjects(data.keys, ['mentee-1', 'supporter-2'], { at: '2026-03-02T10:00:00.000Z' });
    expect([await digest('support-1', '1'), await digest('supporter-2'), await digest('supervision-2'), await digest('organisation-1')]).toEqual([
      undefined,
      undefined,
      undefined,
      before[3],
    ]);
  });

  it('is keyed by everybody else whom the body tells of as well', async () => {
    const before = await digest('organisation-1', undefined, ['staff-1', 'staff-2']);
    expect(before).not.toBe(await digest('organisation-1'));
    expect(await digest('organisation-1', undefined, ['staff-2', 'staff-1'])).toBe(before);
    expect(await digest('support-1', '1', ['mentee-1'])).toBe(await digest('support-1', '1'));
    await eraseSubjects(data.keys, ['staff-2'], { at: '2026-03-02T10:00:00.000Z' });
    expect(await digest('organisation-1', undefined, ['staff-1', 'staff-2'])).toBeUndefined();
  });

  it('of a body that tells of nobody can be compared when they are gone', async () => {
    const before = await digest('referral-1', '1', [], true);
    await eraseSubjects(data.keys, ['mentee-1'], { at: '2026-03-02T10:00:00.000Z' });
    expect(await digest('referral-1', '1', [], true)).toBe(before);
  });
});
