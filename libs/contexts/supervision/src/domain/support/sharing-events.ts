import { event, mentee, unchanged, type Personal } from '@alongside/event-sourcing';
import { exampleIds } from '../example-ids.js';
import type { Voice } from '../voice.js';

/** What may leave: the less, the better. */
export const sharedCategories = ['status', 'contact-details', 'assessment', 'goals', 'sessions', 'concerns', 'other'] as const;
export type SharedCategory = (typeof sharedCategories)[number];

export const SharingAuthorised = event('SharingAuthorised').of<{
  readonly authorisationId: string;
  readonly categories: readonly SharedCategory[];
  readonly until?: string;
  readonly by: Voice;
  readonly authorisation: Personal<{ readonly recipient: string; readonly purpose: string }>;
}>({
  personal: { authorisation: mentee },
  says: 'The mentee allowed something to be told to somebody, for a purpose.',
  example: {
    authorisationId: exampleIds.authorisationId,
    categories: ['goals'],
    until: '2026-12-31',
    by: 'mentee',
    authorisation: { recipient: 'Dr Okafor, Elm Street Surgery', purpose: 'To plan the next appointment.' },
  },
});

export const SharingAuthorisationWithdrawn = event('SharingAuthorisationWithdrawn').of<{ readonly authorisationId: string; readonly by: Voice }>({
  says: 'The mentee took the permission back.',
  example: { authorisationId: exampleIds.authorisationId, by: 'mentee' },
});

/** The one reason to tell without being allowed. */
export const harmException = 'imminent-serious-foreseeable-harm';

export const InformationDisclosed = event('InformationDisclosed').of<{
  readonly disclosureId: string;
  readonly categories: readonly SharedCategory[];
  readonly authorisationId?: string;
  readonly exception?: typeof harmException;
  /** Told without the mentee's authorisation: the supervisor and the auditor look at it. */
  readonly flagged: boolean;
  /** Since version 2. */
  readonly by?: Voice;
  readonly details: Personal<{ readonly recipient?: string; readonly what: string; readonly reason?: string }>;
}>({
  version: 2,
  personal: { details: mentee },
  upcast: { 1: unchanged },
  says: 'Something was told on, with the authorisation of the mentee or to prevent harm.',
  example: {
    disclosureId: exampleIds.disclosureId,
    categories: ['contact-details'],
    exception: harmException,
    flagged: true,
    by: 'staff',
    details: { recipient: 'Emergency services', what: 'Name and address', reason: 'Said goodbye on the telephone and did not answer again.' },
  },
});

export const DisclosureReviewed = event('DisclosureReviewed').of<{
  readonly disclosureId: string;
  /** Since version 2. */
  readonly by?: Voice;
  readonly note?: Personal<string>;
}>({
  version: 2,
  upcast: { 1: unchanged },
  personal: { note: mentee },
  says: 'A supervisor looked at a disclosure that was made without authorisation.',
  example: { disclosureId: exampleIds.disclosureId, by: 'staff', note: 'Right in the situation.' },
});

export const sharingEvents = [SharingAuthorised, SharingAuthorisationWithdrawn, InformationDisclosed, DisclosureReviewed] as const;
