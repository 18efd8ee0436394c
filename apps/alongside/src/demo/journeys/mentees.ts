import type { Told } from '../scenario/journey.js';

const week = (...periods: readonly (readonly [day: string, from: string, to: string])[]) => periods.map(([day, from, to]) => ({ day, from, to }));

export const afternoons = week(['tuesday', '13:00', '17:00'], ['thursday', '13:00', '17:00']);
export const evenings = week(['monday', '17:00', '20:00'], ['wednesday', '17:00', '20:00']);
export const mornings = week(['monday', '09:00', '12:00'], ['wednesday', '09:00', '12:00'], ['friday', '09:00', '12:00']);

/** What a good match needs; whatever is not named is not known, or none. */
export const matching = (known: object): object => ({
  challenges: [],
  interests: [],
  dislikes: [],
  about: {},
  preferences: [],
  availability: [],
  remote: true,
  languages: ['en'],
  accessNeeds: [],
  ...known,
});

/** The five answers in few words, for people of whom the demo tells little else. */
export const toldBriefly = (changes: string, end: string, known: object): Told => ({
  answers: {
    'changes-wanted': changes,
    'how-a-supporter-would-help': 'Somebody who knows it from the inside.',
    'what-from-sessions': 'Company, and a nudge now and then.',
    'where-at-the-end': end,
    'other-support': 'The clinic, and my sister.',
  },
  form: { languages: 'English' },
  matching: matching(known),
});

/** Everything that is asked before the meeting. */
export const beforeMeeting = (born: string, reason: string): Readonly<Record<string, string>> => ({ 'date-of-birth': born, reason });

export const byTelephone = { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone', 'text-message', 'email'] } as const;
export const harbourClinic = { name: 'Asha Merrow', agency: 'Harbour Clinic', contact: 'referrals@harbour.example.org' } as const;
