import type { Disclosure, FormAnswers, InformationItem, MatchingInformation, SafeContact } from '@alongside/contracts';
import type { Personal } from '@alongside/event-sourcing';
import type { Meeting, MeetingChannel, Opened, Question, ReadinessLevel } from './events.js';

/** What was told about the journey from outside; may come before the assessment opens. */
export interface Known {
  readonly organisationId?: string;
  readonly siteId?: string;
  /** Where the latest word came from; counts until the site itself is known. */
  readonly fromSiteId?: string;
  readonly coordinatorId?: string;
  readonly safeContact?: Personal<SafeContact>;
  /** The relationship that the mentee is in. */
  readonly relationshipId?: string;
  /** Relationships that are over, heard of in whatever order. */
  readonly over: readonly string[];
  /** The person leaves: whoever gets the journey back closes it. */
  readonly leaving: boolean;
  readonly journeyClosed: boolean;
  /** Revision of the latest word heard, by its source stream and topic. */
  readonly heard: Readonly<Record<string, number>>;
}

export interface Picture {
  readonly about: Opened;
  readonly meeting: { readonly status: 'to-arrange' } | ({ readonly status: 'arranged' } & Meeting) | { readonly status: 'missed'; readonly meetingAt: string } | { readonly status: 'held'; readonly heldAt: string; readonly channel: MeetingChannel };
  readonly answers: Readonly<Partial<Record<Question, Personal<string>>>>;
  readonly form: Readonly<Record<string, Personal<FormAnswers[string]>>>;
  readonly readiness?: { readonly person: Personal<ReadinessLevel>; readonly coordinator: Personal<ReadinessLevel>; readonly words?: Personal<{ readonly person?: string; readonly coordinator?: string }> };
  readonly given: Readonly<Partial<Record<InformationItem, number>>>;
  readonly agreement: { readonly status: 'none' } | { readonly status: 'signed' | 'withdrawn'; readonly version: number };
  readonly matching?: { readonly information: Personal<MatchingInformation>; readonly disclosure: Personal<Disclosure> };
  readonly carriedOverFrom: readonly string[];
  /** Services that the person was pointed to. */
  readonly signposts: readonly string[];
}

export type Ending = 'signposted' | 'declined' | 'closed';

export type Assessment = { readonly known: Known } & (
  | { readonly status: 'none' }
  | { readonly status: 'open'; readonly picture: Picture }
  | { readonly status: 'deferred'; readonly picture: Picture; readonly reviewOn: string }
  | { readonly status: 'suitable'; readonly picture: Picture }
  | { readonly status: Ending; readonly picture: Picture }
);

export type Begun = Exclude<Assessment, { readonly status: 'none' }>;
