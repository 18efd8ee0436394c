import type { EventDefinition, RecordedEvent } from '@alongside/event-sourcing';

/** Every document says whose it is; every index begins with it. */
export interface Document {
  readonly organisationId: string;
}

export interface ProjectionStep<Doc extends Document> {
  readonly type: string;
  readonly apply: (document: Doc | undefined, event: RecordedEvent) => Doc | undefined;
}

/** Personal values of a document that can be searched: the platform keeps keyed digests of them beside the documents. */
export interface SearchField<Doc extends Document> {
  /** Values (sealed) of the document that this search field covers. */
  readonly of: (document: Doc) => readonly unknown[];
  /**
   * `words`: normalised words and their prefixes of two letters and more, so that a part of a name finds it.
   * `exact`: the normalised whole value (telephone, e-mail, birth date, postcode).
   */
  readonly as: 'words' | 'exact';
}

/** One read model: its document's type, which events make it, its indexes. Nothing else knows how it is stored. */
// The document stands in parameters, too: a list of read models needs the wide form.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export interface ReadModel<Doc extends Document = any> {
  /** `<context>.<name>`, kebab-case. */
  readonly name: string;
  /** Raise it when the shape or a projection changes: the live copy is then rebuilt. */
  readonly version: number;
  /** One sentence for the catalogue. */
  readonly says: string;
  /** Stream prefixes with their hyphen, of the own context only (`journeys` reads all). */
  readonly streams: readonly string[];
  /** The one sequence (journey, supporter, organisation, person) that an event belongs to: the document's id. */
  readonly documentOf: (event: RecordedEvent) => string | undefined;
  /** Top-level document fields to index together; organisationId goes first by itself. */
  readonly indexes: readonly (readonly (keyof Doc & string)[])[];
  readonly search?: Readonly<Record<string, SearchField<Doc>>>;
  /**
   * Documents tell nobody's identity: ids, codes, dates and numbers alone, nothing sealed, nothing written by hand. Analysts may then read
   * them straight from the database, where there is one. Checked whenever a document is written.
   */
  readonly identities?: 'none';
  readonly on: readonly ProjectionStep<Doc>[];
}

// Definitions of different documents in one list: keys and handlers make them invariant, hence the wide form.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyReadModel = ReadModel<any>;

/** A document's next shape for one event. Pure; `undefined` removes it; applying an event twice changes nothing. */
export function when<Doc extends Document, Type extends string, Data>(
  definition: EventDefinition<Type, Data>,
  apply: (document: Doc | undefined, event: RecordedEvent<Type, Data>) => Doc | undefined,
): ProjectionStep<Doc> {
  return { type: definition.type, apply: apply as ProjectionStep<Doc>['apply'] };
}

/** Like `when`, for events that only change a document that is there. */
export function update<Doc extends Document, Type extends string, Data>(
  definition: EventDefinition<Type, Data>,
  change: (document: Doc, event: RecordedEvent<Type, Data>) => Doc | undefined,
): ProjectionStep<Doc> {
  return when<Doc, Type, Data>(definition, (document, event) => document && change(document, event));
}

/** For events after which the document is no more. */
export function remove<Doc extends Document>(definition: { readonly type: string }): ProjectionStep<Doc> {
  return { type: definition.type, apply: () => undefined };
}

export function readModel<Doc extends Document>(definition: ReadModel<Doc>): ReadModel<Doc> {
  if (definition.identities === 'none' && definition.search) throw new Error(`${definition.name} has search fields: they are made of what tells who somebody is`);
  return definition;
}

/** The id that follows a stream's category: the journey of `referral-<journeyId>`. */
export function idOf(event: RecordedEvent, category: string): string | undefined {
  return event.stream.startsWith(`${category}-`) ? event.stream.slice(category.length + 1) : undefined;
}

export type Scalar = string | number | boolean | null;

/**
 * Conditions on one top-level field; `contains`: the field is a list that holds this scalar. `exists: false`: absent or null.
 * `lt`, `lte`, `gt` and `gte` compare numbers with numbers and texts, by code point, with texts; nothing is less or greater than null.
 */
export type Condition =
  | Scalar
  | {
      readonly in?: readonly Scalar[];
      readonly not?: Scalar;
      readonly lt?: Scalar;
      readonly lte?: Scalar;
      readonly gt?: Scalar;
      readonly gte?: Scalar;
      readonly exists?: boolean;
      readonly contains?: Scalar;
    };

export type Filter<Doc extends Document = Document> = { readonly [Key in keyof Doc & string]?: Condition } & {
  readonly anyOf?: readonly Filter<Doc>[];
  readonly allOf?: readonly Filter<Doc>[];
};

export interface Query<Doc extends Document = Document> {
  readonly organisationId: string;
  readonly where?: Filter<Doc>;
  /** Every word given must be found in this search field. */
  readonly search?: { readonly field: string; readonly text: string };
  /** Top-level field to sort by, then by id. Default: id. */
  readonly sort?: { readonly field: keyof Doc & string; readonly direction?: 'ascending' | 'descending' };
  /** 1 to 100, default 50. */
  readonly limit?: number;
  /** Opaque, from the page before. */
  readonly cursor?: string;
}

export interface Found<Doc extends Document> {
  readonly id: string;
  readonly document: Doc;
}

export interface Page<Doc extends Document> {
  readonly items: readonly Found<Doc>[];
  /** Present when there is more. */
  readonly next?: string;
}

/** Reading one read model's live copy. */
export interface Documents<Doc extends Document> {
  get(id: string): Promise<Doc | undefined>;
  find(query: Query<Doc>): Promise<Page<Doc>>;
  /** Every match, in pages underneath: for sums and worklists that are computed in the query. Bound it with `where`. */
  all(query: Omit<Query<Doc>, 'limit' | 'cursor'>): AsyncIterable<Found<Doc>>;
  count(query: Omit<Query<Doc>, 'limit' | 'cursor' | 'sort'>): Promise<number>;
  /**
   * Ids of documents that share this value of a search field (`exact`) or any word of it (`words`), most in common first.
   * The value is sealed or plain text. What is erased is like nothing. At most `limit` where one is given.
   */
  like(organisationId: string, field: string, value: unknown, limit?: number): Promise<readonly string[]>;
}
