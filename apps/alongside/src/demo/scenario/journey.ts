import type { Person } from './person.js';
import type { Story } from './story.js';
import type { When } from './timeline.js';
import type { Answered } from './transport.js';

export type Context = 'referrals' | 'assessment' | 'matching' | 'supervision' | 'evaluation';

/** One mentee's way, as its coordinator sees it. */
export interface Journey {
  readonly id: string;
  readonly personId: string;
  readonly story: Story;
  readonly coordinator: Person;
  /** A command of a context on this journey; by the coordinator, unless somebody else does it. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  does(context: Context, command: string, when: When, body?: object, by?: Person): Promise<any>;
  /** The same, asked once: for what is expected to be refused. */
  tries(context: Context, command: string, when: When, body?: object, by?: Person): Promise<Answered>;
}

/** The steps of a journey that exists. */
export function journeyOf(story: Story, coordinator: Person, { id, personId }: { readonly id: string; readonly personId: string }): Journey {
  const path = (context: Context, command: string): string => `/api/${context}/${id}/${command}`;
  return {
    id,
    personId,
    story,
    coordinator,
    does: (context, command, when, body = {}, by = coordinator) => story.step(by, path(context, command), when, body),
    tries: (context, command, when, body = {}, by = coordinator) => story.attempt(by, path(context, command), when, body),
  };
}

export interface Referral {
  readonly siteId: string;
  readonly source: string;
  readonly channel: string;
  /** Registration fields. */
  readonly form: Readonly<Record<string, string>>;
  readonly referrer?: { readonly name: string; readonly agency: string; readonly contact: string };
  readonly safeContact?: object;
  readonly mayInformReferrer?: boolean;
  readonly purpose?: string;
}

/** A referral comes in; by the coordinator who takes it down, unless a referrer sends it. */
export async function receive(story: Story, coordinator: Person, when: When, referral: Referral, by: Person = coordinator): Promise<Journey> {
  const { mayInformReferrer = referral.referrer !== undefined || by !== coordinator, purpose = 'peer-support', ...rest } = referral;
  const received = await story.step(by, '/api/referrals/receive-referral', when, {
    purpose,
    ...rest,
    consent: { toBeReferred: true, toInformReferrer: mayInformReferrer },
  });
  return journeyOf(story, coordinator, { id: received.journeyId as string, personId: received.personId as string });
}

/** A named contact, the first conversation, and who they are. */
export async function identify(journey: Journey, when: When, method = 'clinic-details', channel = 'telephone'): Promise<void> {
  await journey.does('referrals', 'assign-coordinator', when, { coordinatorId: journey.coordinator.id, menteeTold: true });
  await journey.does('referrals', 'record-contact-attempt', when, { channel, outcome: 'reached' });
  await journey.does('referrals', 'confirm-identity', when, { method });
}

export const fillIn = (journey: Journey, when: When, form: Readonly<Record<string, string>>): Promise<unknown> => journey.does('referrals', 'amend-form', when, { form, by: 'mentee' });

/** Everything up to acceptance. */
export async function getToKnow(journey: Journey, when: When, form: Readonly<Record<string, string>>, method?: string, channel?: string): Promise<void> {
  await identify(journey, when, method, channel);
  await fillIn(journey, when, form);
}

export interface Told {
  readonly answers: Readonly<Record<'changes-wanted' | 'how-a-supporter-would-help' | 'what-from-sessions' | 'where-at-the-end' | 'other-support', string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly readiness?: { readonly person: string; readonly coordinator: string; readonly words?: object };
  readonly matching: object;
  readonly disclosure?: object;
}

/** What most people are content to have told: a first name and what they share beforehand, more when both have said yes. */
export const usualDisclosure = {
  'first-name': 'before-accepting',
  challenges: 'before-accepting',
  interests: 'before-accepting',
  availability: 'before-accepting',
  languages: 'before-accepting',
  dislikes: 'after-accepting',
  'matters-most': 'after-accepting',
  'access-needs': 'after-accepting',
  area: 'after-accepting',
  contact: 'after-accepting',
} as const;

export const informationPack = ['confidentiality-information', 'confidentiality-agreement', 'emergency-contacts', 'about-the-organisation', 'complaints-policy', 'other-organisations'] as const;

export const arrangeMeeting = (journey: Journey, when: When, meetingAt: When, place = 'The quiet room'): Promise<unknown> =>
  journey.does('assessment', 'arrange-meeting', when, { meetingAt: journey.story.timeline.instant(meetingAt), channel: 'in-person', withStaffId: journey.coordinator.id, place });

/** The meeting with all that is asked, told and signed there, up to the decision. */
export async function meet(journey: Journey, when: When, told: Told): Promise<void> {
  await journey.does('assessment', 'record-meeting', when, { outcome: 'held' });
  await tell(journey, when, told);
  await inform(journey, when);
}

export async function tell(journey: Journey, when: When, { answers, form, readiness, matching, disclosure = usualDisclosure }: Told): Promise<void> {
  await journey.does('assessment', 'record-answers', when, { answers, ...(form && { form }), by: 'mentee' });
  await journey.does('assessment', 'record-readiness', when, { person: 'ready', coordinator: 'ready', ...readiness, by: 'mentee' });
  await journey.does('assessment', 'record-matching-information', when, { information: matching, disclosure, by: 'mentee' });
}

export async function inform(journey: Journey, when: When): Promise<void> {
  for (const item of informationPack) await journey.does('assessment', 'give-information', when, { item, how: 'by-hand' });
  await journey.does('assessment', 'sign-confidentiality-agreement', when, { how: 'on-paper', returned: 'on-the-spot', by: 'mentee' });
}

export const findSuitable = (journey: Journey, when: When): Promise<unknown> => journey.does('assessment', 'find-suitable', when);

export interface Introduction {
  readonly supporter: Person;
  readonly proposed: When;
  readonly answered: When;
  readonly introduced: When;
  readonly firstMeeting: When;
  readonly place?: string;
}

/** Proposed, accepted on both sides, introduced: a relationship opens. */
export async function match(journey: Journey, { supporter, proposed, answered, introduced, firstMeeting, place = 'The library café' }: Introduction): Promise<void> {
  const { timeline } = journey.story;
  await journey.does('matching', 'propose-match', proposed, { supporterId: supporter.id, answerBy: timeline.date(proposed[0] + 14) });
  await journey.does('matching', 'respond-to-match', answered, { side: 'supporter', answer: 'accepted' }, supporter);
  await journey.does('matching', 'respond-to-match', answered, { side: 'mentee', answer: 'accepted', by: 'mentee' });
  await journey.does('matching', 'introduce', introduced, { contactPersonId: journey.coordinator.id, firstMeetingAt: timeline.instant(firstMeeting), firstMeetingPlace: place });
}

export interface Session {
  readonly when: When;
  readonly note?: string;
  readonly minutes?: number;
  readonly channel?: string;
  readonly kind?: string;
  readonly coreFunctions?: readonly string[];
}

export async function logSessions(journey: Journey, supporter: Person, sessions: readonly Session[]): Promise<void> {
  for (const { when, minutes = 60, channel = 'in-person', kind = 'meeting', coreFunctions = ['social-and-emotional-support'], note } of sessions) {
    await journey.does('supervision', 'log-session', when, { minutes, channel, kind, coreFunctions, ...(note !== undefined && { note }) }, supporter);
  }
}

export const agreeGroundRules = (journey: Journey, supporter: Person, when: When): Promise<unknown> =>
  journey.does(
    'supervision',
    'agree-ground-rules',
    when,
    {
      mutualConfidentiality: true,
      exceptions: ['Danger to life'],
      boundaries: 'We meet in public places and lend each other no money.',
      contact: 'Text messages between nine and six.',
      by: 'mentee',
    },
    supporter,
  );

/** Sets the mentee's goals; resolves with their ids, in the same order. */
export async function setGoals(journey: Journey, supporter: Person, when: When, goals: readonly { readonly title: string; readonly plan?: readonly string[] }[]): Promise<readonly string[]> {
  const { goalIds } = await journey.does('supervision', 'set-goals', when, { goals, by: 'mentee' }, supporter);
  return goalIds as readonly string[];
}
