import { describe, expect, test } from '@jest/globals';
import { exampleOf, reader, schemaOf } from './field.js';
import {
  AnyJson,
  Code,
  CommandBody,
  DateOnly,
  Decimal,
  Email,
  Id,
  Instant,
  Language,
  ListOf,
  ListOfCodes,
  ListOfIds,
  ListOfText,
  ListQuery,
  LongText,
  Nested,
  NotBefore,
  OneOf,
  RecordOf,
  Telephone,
  Text,
  TimeOfDay,
  TimeZone,
  WebAddress,
  WholeNumber,
  YesNo,
} from './fields.js';

class Answer {
  @Text({ max: 10, example: 'a walk' })
  text!: string;
}

class Everything extends CommandBody {
  @Text({ max: 20, example: 'Ada', says: 'What to call them' })
  name!: string;
  @LongText({ optional: true, example: 'Two\nlines' })
  note?: string;
  @Id({ optional: true })
  id?: string;
  @Code({ optional: true, example: 'early-days' })
  code?: string;
  @OneOf(['e-mail', 'telephone'], { optional: true })
  channel?: string;
  @DateOnly({ optional: true })
  from?: string;
  @DateOnly({ optional: true })
  @NotBefore('from')
  to?: string;
  @Instant({ optional: true })
  at?: string;
  @TimeOfDay({ optional: true })
  opens?: string;
  @WholeNumber({ min: 1, max: 5, optional: true })
  places?: number;
  @Decimal({ min: 0, max: 1, optional: true })
  share?: number;
  @YesNo({ optional: true })
  consent?: boolean;
  @Email({ optional: true })
  email?: string;
  @Telephone({ optional: true })
  telephone?: string;
  @WebAddress({ optional: true })
  site?: string;
  @TimeZone({ optional: true })
  zone?: string;
  @Language({ optional: true })
  language?: string;
  @ListOf(() => Answer, { optional: true, max: 2 })
  answers?: Answer[];
  @ListOfText({ optional: true, example: ['art'], unique: true })
  interests?: string[];
  @ListOfIds({ optional: true })
  ids?: string[];
  @ListOfCodes({ optional: true, example: ['grief'], min: 1 })
  codes?: string[];
  @Nested(() => Answer, { optional: true })
  nested?: Answer;
  @RecordOf('json', { optional: true, max: 2, example: { borough: 'Camden' } })
  form?: Record<string, unknown>;
  @RecordOf(() => Answer, { optional: true, example: { first: { text: 'a walk' } } })
  replies?: Record<string, Answer>;
  @AnyJson({ optional: true, example: ['x'] })
  anything?: unknown;
}

const read = reader(Everything);
const problemsOf = (fields: object): string[] => read({ name: 'Ada', ...fields }).problems.map((each) => `${each.path}: ${each.code}`);

describe('a body', () => {
  test('is read into a plain object, trimmed and normalised, without what was left out', () => {
    const sent = { name: '  Ade\u0301 ', at: '2026-01-02T03:04:05+01:00', id: '7C9E6679-7425-40DE-944B-E07FC1F90AE7' };
    expect(read(sent)).toEqual({ value: { name: 'Adé', at: '2026-01-02T02:04:05.000Z', id: '7c9e6679-7425-40de-944b-e07fc1f90ae7' }, problems: [] });
  });

  test.each([
    [{ name: undefined }, 'name: required'],
    [{ name: null }, 'name: required'],
    [{ note: null }, 'note: wrong-type'],
    [{ name: 7 }, 'name: wrong-type'],
    [{ name: '   ' }, 'name: empty'],
    [{ name: '\u200b' }, 'name: empty'],
    [{ name: 'x'.repeat(21) }, 'name: too-long'],
    [{ name: 'a\u0000b' }, 'name: control-characters'],
    [{ name: 'two\nlines' }, 'name: control-characters'],
    [{ name: 'half \ud800' }, 'name: control-characters'],
    [{ note: 'x'.repeat(4001) }, 'note: too-long'],
    [{ id: 'ada' }, 'id: not-an-id'],
    [{ code: 'Not A Code' }, 'code: not-a-code'],
    [{ channel: 'pigeon' }, 'channel: not-one-of'],
    [{ from: '2026-02-31' }, 'from: impossible-date'],
    [{ from: '2025-02-29' }, 'from: impossible-date'],
    [{ from: '31.01.2026' }, 'from: not-a-date'],
    [{ from: 20260101 }, 'from: wrong-type'],
    [{ from: '2026-03-02', to: '2026-03-01' }, 'to: before-from'],
    [{ at: '2026-02-31T10:00:00Z' }, 'at: not-an-instant'],
    [{ at: '2026-02-01T10:00:00' }, 'at: not-an-instant'],
    [{ at: '2026-02-01T24:00:00Z' }, 'at: not-an-instant'],
    [{ at: '0001-01-01T00:00:00+23:00' }, 'at: not-an-instant'],
    [{ opens: '24:00' }, 'opens: not-a-time'],
    [{ places: 0 }, 'places: too-small'],
    [{ places: 6 }, 'places: too-large'],
    [{ places: 1.5 }, 'places: not-whole'],
    [{ places: '3' }, 'places: wrong-type'],
    [{ share: Number.NaN }, 'share: wrong-type'],
    [{ consent: 'yes' }, 'consent: wrong-type'],
    [{ email: 'ada at example.org' }, 'email: not-an-email-address'],
    [{ email: 'ada@localhost' }, 'email: not-an-email-address'],
    [{ email: 'a\ud800b@example.org' }, 'email: not-an-email-address'],
    [{ from: { toString: 'x' }, to: '2026-03-01' }, 'from: wrong-type'],
    [{ telephone: 'call me' }, 'telephone: not-a-telephone-number'],
    [{ site: 'javascript:alert(1)' }, 'site: not-a-web-address'],
    [{ zone: 'Europe/Atlantis' }, 'zone: not-a-time-zone'],
    [{ language: 'English' }, 'language: not-a-language'],
    [{ answers: [{ text: 'well' }, { text: 'far too long a text' }] }, 'answers.1.text: too-long'],
    [{ answers: [{}] }, 'answers.0.text: required'],
    [{ answers: ['x'] }, 'answers.0: wrong-type'],
    [{ answers: [{ text: 'a' }, { text: 'a' }, { text: 'a' }] }, 'answers: too-many'],
    [{ answers: { 0: 'x' } }, 'answers: wrong-type'],
    [{ interests: ['art', 'art'] }, 'interests.1: repeated'],
    [{ codes: [] }, 'codes: too-few'],
    [{ nested: [] }, 'nested: wrong-type'],
    [{ nested: { text: 'a', more: 1 } }, 'nested.more: unknown-field'],
    [{ form: { a: 1, b: 2, c: 3 } }, 'form: too-many'],
    [{ form: { 'not a name': 1 } }, 'form.(unnamed): wrong-format'],
    [{ form: JSON.parse('{"__proto__": {"x": 1}}') as object }, 'form.__proto__: wrong-format'],
    [{ form: { $sealed: { text: 'x' } } }, 'form.$sealed: reserved-name'],
    [{ form: { plan: { steps: [{ $sealed: 1 }] } } }, 'form.plan.steps.0.$sealed: reserved-name'],
    [{ form: { '$ two words': 1 } }, 'form.(unnamed): reserved-name'],
    [{ anything: { $sealed: 1 } }, 'anything.$sealed: reserved-name'],
    [{ anything: [[[{ $: 'x' }]]] }, 'anything.0.0.0.$: reserved-name'],
    [{ replies: { $sealed: { text: 'x' } } }, 'replies.$sealed: reserved-name'],
    [{ replies: { first: { text: '' } } }, 'replies.first.text: empty'],
    [{ replies: { first: [{ text: 'x' }] } }, 'replies.first: wrong-type'],
    [{ answers: [[{ text: 'x' }]] }, 'answers.0: wrong-type'],
    [{ answers: [null] }, 'answers.0: wrong-type'],
    [{ interests: ['art', null, 'art'] }, 'interests.1: wrong-type', 'interests.2: repeated'],
    [{ constructor: 'x' }, 'constructor: unknown-field'],
    [JSON.parse('{"__proto__": {"id": 7}}') as object, '__proto__: unknown-field'],
    [{ nested: JSON.parse('{"text": "x", "__proto__": 1, "hasOwnProperty": 1}') as object }, 'nested.__proto__: unknown-field', 'nested.hasOwnProperty: unknown-field'],
    [{ from: '2026-02-31', to: '2026-01-01' }, 'from: impossible-date'],
    [{ from: '2026-03-02', to: '01.01.2026' }, 'to: not-a-date'],
    [{ colour: 'red', at: 1, id: 2, occurredAt: 3 }, 'occurredAt: wrong-type', 'id: wrong-type', 'at: wrong-type', 'colour: unknown-field'],
    [{ anything: [[[[[1]]]]] }, 'anything.0.0.0.0: too-deep'],
    [{ occurredAt: 'Tuesday' }, 'occurredAt: not-an-instant'],
    [{ colour: 'red' }, 'colour: unknown-field'],
    [{ 'a secret name that someone typed': 1 }, '(unnamed): unknown-field'],
  ])('%j is refused as %s', (fields, ...problems) => {
    expect(problemsOf(fields)).toEqual(problems);
  });

  test('may name what is data as it likes', () => {
    const form = JSON.parse('{"constructor": "x", "toString": {"hasOwnProperty": [1]}}') as object;
    expect(read({ name: 'Ada', form })).toEqual({ value: { name: 'Ada', form }, problems: [] });
  });

  test('is answered with a hundred problems at most, and no deeper than it may be', () => {
    const unknown = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`field-${index}`, 1]));
    expect(problemsOf(unknown)).toHaveLength(100);
    const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown;
    expect(problemsOf({ anything: deep, form: { deep }, colour: deep, nested: { text: deep } })).toEqual([
      'nested.text: wrong-type',
      'form.deep.0.0.0.0: too-deep',
      'anything.0.0.0.0: too-deep',
      'colour: unknown-field',
    ]);
  });

  test.each([[[]], ['text'], [null], [undefined], [7]])('that is %j and no object is refused', (body) => {
    expect(read(body).problems).toEqual([{ path: '', code: 'wrong-type', message: 'must be an object' }]);
  });

  test('never has its values in the problems', () => {
    const { problems } = read({ name: 'Ada Lovelace of Somewhere Far', from: '2026-02-31', email: 'ada' });
    expect(problems).toHaveLength(3);
    expect(JSON.stringify(problems)).not.toMatch(/Lovelace|02-31|"ada"/);
  });

  test('has an example that it accepts itself', () => {
    expect(read(exampleOf(Everything)).problems).toEqual([]);
  });

  test('is described with what is required, its limits and nothing else allowed', () => {
    expect(schemaOf(Everything)).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: { name: { type: 'string', minLength: 1, maxLength: 20, description: 'What to call them' }, places: { type: 'integer', minimum: 1, maximum: 5 } },
    });
  });
});

describe('a class of fields', () => {
  class Base {
    @Text({ optional: true, max: 3, example: 'a' })
    loose?: string;
    @DateOnly()
    strict!: string;
  }
  class Derived extends Base {
    @Text({ max: 5, example: 'a' })
    override loose: string = '';
    @DateOnly({ optional: true })
    override strict: string = '';
    @NotBefore('strict')
    @DateOnly({ optional: true })
    until?: string;
  }
  class Third extends Derived {}
  const codesOf = (type: new () => object, sent: object): string[] => reader(type)(sent).problems.map((each) => `${each.path}: ${each.code}`);

  test('takes the place of its base for the fields that it declares again', () => {
    expect(codesOf(Derived, {})).toEqual(['loose: required']);
    expect(codesOf(Derived, { loose: 'four' })).toEqual([]);
    expect(codesOf(Derived, { loose: 'four', strict: '2026-03-02', until: '2026-03-01' })).toEqual(['until: before-strict']);
    expect(codesOf(Third, { loose: 'four' })).toEqual([]);
    expect(codesOf(Third, { loose: 'longer' })).toEqual(['loose: too-long']);
    expect(codesOf(Base, { loose: 'four' })).toEqual(['loose: too-long', 'strict: required']);
    expect(codesOf(Base, {})).toEqual(['strict: required']);
  });

  test('without fields refuses every field', () => {
    class Nothing {}
    expect(reader(Nothing)({})).toEqual({ value: {}, problems: [] });
    expect(codesOf(Nothing, { a: 1, constructor: 2 })).toEqual(['a: unknown-field', 'constructor: unknown-field']);
  });

  test('may ask for an order only of its own fields', () => {
    class Astray extends Base {
      @NotBefore('loose')
      declare strict: string;
    }
    expect(() => reader(Astray)({})).toThrow('strict has a check across fields but is no field of the same class');
  });
});

describe('a query string', () => {
  class Filter extends ListQuery {
    @YesNo({ optional: true })
    open?: boolean;
    @ListOfCodes({ optional: true, example: ['a'] })
    status?: string[];
  }

  test('is read as what its fields are', () => {
    expect(reader(Filter, 'query')({ limit: '20', open: 'false', status: 'new,met' })).toEqual({ value: { limit: 20, open: false, status: ['new', 'met'] }, problems: [] });
  });

  test('refuses a limit over a hundred, a parameter given twice and one that nobody declared', () => {
    const { problems } = reader(Filter, 'query')({ limit: '101', open: ['true', 'false'], sort: 'x' });
    expect(problems.map((each) => `${each.path}: ${each.code}`)).toEqual(['limit: too-large', 'open: wrong-type', 'sort: unknown-field']);
  });
});
