import { dateIn } from '@alongside/contracts';
import { InvalidField, mustBe, refuseUnless, type CommandsOf, type EventsOf } from '@alongside/event-sourcing';
import { defined } from '../defined.js';
import { voiceOf, type Voice } from '../voice.js';
import {
  DisclosureReviewed,
  InformationDisclosed,
  SharingAuthorisationWithdrawn,
  SharingAuthorised,
  sharingEvents,
  type SharedCategory,
  type harmException,
} from './sharing-events.js';
import { changed, onKnown, supportPart, writable } from './state.js';

export type SharingCommand = CommandsOf<{
  'authorise-sharing': {
    readonly by?: Voice;
    readonly categories: readonly SharedCategory[];
    readonly until?: string;
    readonly recipient: string;
    readonly purpose: string;
    readonly timeZone: string;
  };
  'withdraw-authorisation': { readonly authorisationId: string; readonly by?: Voice };
  disclose: {
    readonly by?: Voice;
    readonly categories: readonly SharedCategory[];
    readonly authorisationId?: string;
    readonly exception?: typeof harmException;
    readonly recipient?: string;
    readonly what: string;
    readonly reason?: string;
    readonly timeZone: string;
  };
  'review-disclosure': { readonly by?: Voice; readonly disclosureId: string; readonly note?: string };
}>;

export const sharing = supportPart<SharingCommand, EventsOf<typeof sharingEvents>>({
  decide: {
    'authorise-sharing': ({ data, occurredAt, newId }, state) => {
      writable(state);
      refuseUnless(data.by === undefined || data.by === 'mentee', 'only-the-mentee-authorises');
      if (data.until !== undefined && data.until < dateIn(data.timeZone, occurredAt)) throw new InvalidField([{ path: 'until', code: 'in-the-past' }]);
      const { categories, until, recipient, purpose } = data;
      return [SharingAuthorised(defined({ authorisationId: newId('authorisation'), categories, until, by: 'mentee' as const, authorisation: { recipient, purpose } }))];
    },
    'withdraw-authorisation': ({ data, actor }, state) => {
      const authorisation = mustBe(state, 'known').authorisations[data.authorisationId];
      if (!authorisation) throw new InvalidField([{ path: 'authorisationId', code: 'unknown' }]);
      if (authorisation.withdrawnAt !== undefined) return [];
      return [SharingAuthorisationWithdrawn({ authorisationId: data.authorisationId, by: voiceOf(actor, data.by ?? 'mentee') })];
    },
    disclose: ({ data, actor, occurredAt, newId }, state) => {
      const known = writable(state);
      const { categories, authorisationId, exception, recipient, what, reason } = data;
      const disclosureId = newId('disclosure');
      const by = voiceOf(actor, data.by);
      if (exception !== undefined) {
        refuseUnless(reason !== undefined, 'exception-needs-reason');
        if (recipient === undefined) throw new InvalidField([{ path: 'recipient', code: 'required' }]);
        return [InformationDisclosed({ disclosureId, categories, exception, flagged: true, by, details: { recipient, what, reason } })];
      }
      refuseUnless(authorisationId !== undefined, 'not-authorised');
      const authorisation = known.authorisations[authorisationId];
      if (!authorisation) throw new InvalidField([{ path: 'authorisationId', code: 'unknown' }]);
      refuseUnless(authorisation.withdrawnAt === undefined || authorisation.withdrawnAt > occurredAt, 'authorisation-withdrawn');
      refuseUnless(authorisation.authorisedAt <= occurredAt, 'not-authorised');
      refuseUnless(authorisation.until === undefined || dateIn(data.timeZone, occurredAt) <= authorisation.until, 'authorisation-expired');
      const beyond = categories.filter((each) => !authorisation.categories.includes(each));
      refuseUnless(beyond.length === 0, 'beyond-authorisation', { categories: beyond });
      return [InformationDisclosed({ disclosureId, categories, authorisationId, flagged: false, by, details: defined({ recipient, what, reason }) })];
    },
    'review-disclosure': ({ data, actor }, state) => {
      const disclosure = writable(state).disclosures[data.disclosureId];
      if (!disclosure) throw new InvalidField([{ path: 'disclosureId', code: 'unknown' }]);
      refuseUnless(disclosure.flagged, 'disclosure-was-authorised');
      return disclosure.reviewed ? [] : [DisclosureReviewed(defined({ disclosureId: data.disclosureId, by: voiceOf(actor, data.by), note: data.note }))];
    },
  },
  evolve: {
    SharingAuthorised: onKnown((state, { data, metadata }) => {
      const { authorisationId, categories, until, authorisation } = data;
      return {
        ...state,
        authorisations: {
          ...state.authorisations,
          [authorisationId]: defined({ authorisationId, categories, until, authorisation, authorisedAt: metadata.occurredAt, takenDownBy: metadata.actor.id }),
        },
      };
    }),
    SharingAuthorisationWithdrawn: onKnown((state, { data, metadata }) => ({
      ...state,
      authorisations: changed(state.authorisations, data.authorisationId, (each) => ({ ...each, withdrawnAt: metadata.occurredAt, withdrawnBy: data.by })),
    })),
    InformationDisclosed: onKnown((state, { data, metadata }) => {
      const { disclosureId, categories, authorisationId, exception, flagged, details } = data;
      const disclosed = { disclosedAt: metadata.occurredAt, disclosedBy: metadata.actor.id, reviewed: false };
      return { ...state, disclosures: { ...state.disclosures, [disclosureId]: defined({ disclosureId, categories, authorisationId, exception, flagged, details, ...disclosed }) } };
    }),
    DisclosureReviewed: onKnown((state, { data, metadata }) => ({
      ...state,
      disclosures: changed(state.disclosures, data.disclosureId, (each) => ({ ...each, reviewed: true, review: defined({ at: metadata.occurredAt, by: metadata.actor.id, note: data.note }) })),
    })),
  },
});
