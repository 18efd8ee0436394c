import type { Disclosure, MatchingInformation, SafeContact } from '@alongside/contracts';
import { event, mentee, unchanged, type Personal } from '@alongside/event-sourcing';

// What other contexts told of a journey, in whatever order, kept as own events so that everything rebuilds from this log.

/** Where the journey belonged at the source, and the source stream's revision: older news is passed over. */
export interface Heard {
  readonly organisationId: string;
  readonly siteId?: string;
  readonly revision: number;
}

const heard = { organisationId: '00000000-0000-4000-8000-000000000001', siteId: '00000000-0000-4000-8000-000000000011', revision: 4 };

export const MatchingJourneyHeard = event('MatchingJourneyHeard').of<{ organisationId: string; siteId: string; personId: string; beganAt: string }>({
  says: 'A journey began: from now on matching can say what it is too early for.',
  example: { organisationId: heard.organisationId, siteId: heard.siteId, personId: '00000000-0000-4000-8000-000000000022', beganAt: '2026-01-05T09:00:00.000Z' },
});

export const MatchingInformationHeard = event('MatchingInformationHeard').of<Heard & { information: Personal<MatchingInformation>; disclosure: Personal<Disclosure> }>({
  says: 'What a good match needs, the latest.',
  personal: { information: mentee, disclosure: mentee },
  example: {
    ...heard,
    information: {
      challenges: ['addiction'],
      interests: ['art'],
      dislikes: ['crowds'],
      mattersMost: 'Somebody who listens.',
      about: { gender: 'man', ageBand: '30-39' },
      preferences: [{ about: 'gender', value: 'man', strength: 'wish' }],
      availability: [{ day: 'tuesday', from: '10:00', to: '16:00' }],
      area: 'East End',
      remote: false,
      languages: ['en'],
      accessNeeds: ['step-free'],
    },
    disclosure: { 'first-name': 'before-accepting', challenges: 'after-accepting' },
  },
});

export const MatchingAgreementHeard = event('MatchingAgreementHeard').of<Heard & { status: 'signed' | 'withdrawn' }>({
  says: 'The confidentiality agreement was signed or withdrawn; withdrawn, nobody is introduced.',
  example: { ...heard, status: 'signed' },
});

export const MatchingSafeContactHeard = event('MatchingSafeContactHeard').of<Heard & { safeContact?: Personal<SafeContact> }>({
  // Since version 2 it may be absent: what was known was somebody else's, and nothing holds.
  version: 2,
  upcast: { 1: unchanged },
  says: 'How the mentee may be reached without harm, or that nothing of it is known after all.',
  personal: { safeContact: mentee },
  example: { ...heard, safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'] } },
});

export const MatchingCoordinatorHeard = event('MatchingCoordinatorHeard').of<Heard & { coordinatorId: string }>({
  says: 'The journey has a (new) named contact.',
  example: { ...heard, coordinatorId: '00000000-0000-4000-8000-000000000052' },
});

export const MatchingSiteHeard = event('MatchingSiteHeard').of<Heard & { siteId: string }>({
  says: 'The journey belongs to another site; its place in the queue, its proposal and its supporter stay.',
  example: heard,
});

export const MatchingPersonHeard = event('MatchingPersonHeard').of<Heard & { personId: string }>({
  says: 'The journey turned out to be of another person: what their other journeys say of supporters counts here, and the other way round.',
  example: { ...heard, personId: '00000000-0000-4000-8000-000000000023' },
});

export const MatchingAssessmentReopened = event('MatchingAssessmentReopened').of<Heard>({
  says: 'The assessment goes on: nobody waits for a match meanwhile.',
  example: heard,
});

export const MatchingLeavingHeard = event('MatchingLeavingHeard').of<Heard>({
  says: 'The person leaves; the stage that the journey is in records it.',
  example: heard,
});

export const stops = ['died', 'erased', 'closed'] as const;
export type Stop = (typeof stops)[number];

export const MatchingStopped = event('MatchingStopped').of<Omit<Heard, 'revision'> & { cause: Stop }>({
  says: 'Nothing more is to come in matching: the person died or was erased, or the journey is closed.',
  example: { organisationId: heard.organisationId, siteId: heard.siteId, cause: 'closed' },
});

export const heardEvents = [
  MatchingJourneyHeard,
  MatchingInformationHeard,
  MatchingAgreementHeard,
  MatchingSafeContactHeard,
  MatchingCoordinatorHeard,
  MatchingSiteHeard,
  MatchingPersonHeard,
  MatchingAssessmentReopened,
  MatchingLeavingHeard,
  MatchingStopped,
] as const;
