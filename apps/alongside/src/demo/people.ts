import type { StaffMember } from './scenario/cast.js';

// Invented people. Whoever signs in does so by their part, so that the list of sign-ins names nobody.

export interface Sites {
  readonly riverside: string;
  readonly hillside: string;
}

const at = (...sites: readonly string[]) => ({ sites });
const everywhere = { allSites: true } as const;

export const administrator = { name: 'Imogen Vale', email: 'administrator@example.org' };

export const staff = {
  riverside: ({ riverside }: Sites): StaffMember => ({ name: 'Tobin Farrow', email: 'coordinator.riverside@example.org', grants: [{ role: 'coordinator', ...at(riverside) }] }),
  hillside: ({ hillside }: Sites): StaffMember => ({ name: 'Leila Ashdown', email: 'coordinator.hillside@example.org', grants: [{ role: 'coordinator', ...at(hillside) }] }),
  supervisor: (): StaffMember => ({ name: 'Marit Oakley', email: 'supervisor@example.org', grants: [{ role: 'supervisor', ...everywhere }] }),
  auditor: (): StaffMember => ({ name: 'Conrad Pell', email: 'auditor@example.org', grants: [{ role: 'auditor', ...everywhere }] }),
  analyst: (): StaffMember => ({ name: 'Yuna Brandt', email: 'analyst@example.org', grants: [{ role: 'analyst', ...everywhere }] }),
  referrer: (): StaffMember => ({ name: 'Asha Merrow', email: 'referrer@example.org', agency: 'Harbour Clinic', grants: [{ role: 'referrer', ...everywhere }] }),
} as const;
export type StaffKey = keyof typeof staff;

export const siteFacts = {
  riverside: { name: 'Riverside', area: 'East' },
  hillside: { name: 'Hillside', area: 'West' },
} as const;

export const services = {
  drugsAndAlcohol: { name: 'Harbour Drug and Alcohol Service', description: 'Walk-in advice and treatment.', provider: 'Harbour Trust', areas: ['East'], contact: { telephone: '01632 960101', address: '1 Quay Street' }, eligibility: 'Adults' },
  housing: { name: 'Keystone Housing Advice', description: 'Help to find and keep a home.', provider: 'Keystone', areas: ['East', 'West'], contact: { telephone: '01632 960102' } },
  safety: { name: 'Lantern Safe Homes', description: 'Shelter and advice for whoever is not safe at home, day and night.', areas: [], contact: { telephone: '01632 960103' } },
  counselling: { name: 'Millbrook Counselling', description: 'Talking therapy, by appointment.', areas: ['West'], contact: { email: 'hello@millbrook.example.org' } },
  debt: { name: 'Plain Numbers Debt Advice', description: 'Free advice on debts and benefits.', areas: [], contact: { telephone: '01632 960105' } },
  legal: { name: 'Northgate Law Centre', description: 'Free legal advice.', areas: ['East', 'West'], contact: { email: 'advice@northgate.example.org' } },
  supportGroup: { name: 'Tuesday Circle', description: 'An open group for people with a new diagnosis and those close to them.', areas: ['West'], contact: { email: 'circle@example.org' }, eligibility: 'Anybody' },
  artGroup: { name: 'Paint and Tea', description: 'An open painting group at the library, all levels.', areas: ['East'], contact: { telephone: '01632 960107', address: 'The Library, Bridge Road' } },
  walking: { name: 'Slow Walks', description: 'Easy walks on Saturdays, company included.', areas: [], contact: { email: 'walks@example.org' } },
} as const;
export type ServiceKey = keyof typeof services;

const week = (...periods: readonly (readonly [day: string, from: string, to: string])[]) => periods.map(([day, from, to]) => ({ day, from, to }));
const told = {
  'first-name': 'before-accepting',
  challenges: 'before-accepting',
  interests: 'before-accepting',
  languages: 'before-accepting',
  gender: 'before-accepting',
  availability: 'before-accepting',
  'matters-most': 'before-accepting',
  dislikes: 'after-accepting',
  'age-band': 'after-accepting',
  area: 'after-accepting',
  contact: 'never',
} as const;

export interface SupporterFacts {
  readonly name: string;
  readonly site: keyof Sites;
  readonly capacity: number;
  readonly profile: object;
  /** What keeps them from being matched, if anything. */
  readonly standing?: 'in-training' | 'check-expired' | 'supervision-overdue' | 'paused';
}

export const supporters = {
  rosa: {
    name: 'Rosa Lindqvist-Hay',
    site: 'riverside',
    capacity: 3,
    profile: { knownAs: 'Rosa', introduction: 'I like to walk and talk.', livedExperience: ['addiction', 'homelessness'], interests: ['walking', 'cooking'], dislikes: ['crowds'], languages: ['en', 'es'], gender: 'woman', ageBand: '40-49', area: 'East', remote: true, availability: week(['tuesday', '13:00', '17:00'], ['thursday', '13:00', '17:00']), accessOffered: ['step-free'], disclosure: told },
  },
  marek: {
    name: 'Marek Dunmore',
    site: 'riverside',
    capacity: 2,
    profile: { knownAs: 'Marek', introduction: 'A match on the big screen, and then we talk.', livedExperience: ['mental-health', 'loneliness'], interests: ['football', 'pub-quiz', 'film'], dislikes: ['small-talk'], languages: ['en', 'pl'], gender: 'man', ageBand: '30-39', area: 'East', remote: true, availability: week(['monday', '17:00', '21:00'], ['wednesday', '17:00', '21:00']), disclosure: told },
  },
  ingrid: {
    name: 'Ingrid Sallow',
    site: 'riverside',
    capacity: 2,
    profile: { knownAs: 'Ingrid', introduction: 'I draw when words do not come.', livedExperience: ['mental-health', 'long-term-illness'], interests: ['painting', 'reading'], dislikes: ['noise'], languages: ['en', 'sv'], gender: 'woman', ageBand: '50-59', area: 'East', remote: true, availability: week(['monday', '16:00', '19:00'], ['saturday', '10:00', '13:00']), disclosure: told },
  },
  pavel: {
    name: 'Pavel Thorne',
    site: 'hillside',
    capacity: 2,
    profile: { knownAs: 'Pavel', livedExperience: ['mental-health'], interests: ['music', 'walking'], dislikes: [], languages: ['en', 'pl'], gender: 'man', ageBand: '40-49', area: 'West', remote: false, availability: week(['wednesday', '09:00', '12:00'], ['friday', '09:00', '12:00']), disclosure: told },
  },
  aisha: {
    name: 'Aisha Rowan',
    site: 'hillside',
    capacity: 3,
    profile: { knownAs: 'Aisha', introduction: 'I bring cake.', livedExperience: ['long-term-illness', 'loneliness'], interests: ['gardening', 'cooking'], dislikes: ['noise'], languages: ['en', 'ur'], gender: 'woman', ageBand: '50-59', area: 'West', remote: true, availability: week(['monday', '10:00', '15:00'], ['thursday', '10:00', '15:00']), accessOffered: ['step-free'], preferences: [{ about: 'language', value: 'ur', strength: 'wish' }], disclosure: told },
  },
  gwen: {
    name: 'Gwen Tarrant',
    site: 'riverside',
    capacity: 2,
    profile: { knownAs: 'Gwen', livedExperience: ['hiv', 'mental-health'], interests: ['film', 'reading'], dislikes: ['crowds'], languages: ['en', 'cy'], gender: 'woman', ageBand: '30-39', area: 'East', remote: true, availability: week(['tuesday', '18:00', '21:00'], ['sunday', '14:00', '18:00']), disclosure: told },
  },
  samuel: {
    name: 'Samuel Adair-Lane',
    site: 'hillside',
    capacity: 2,
    profile: { knownAs: 'Sam', livedExperience: ['hiv', 'loneliness'], interests: ['music', 'cooking'], dislikes: ['crowds'], languages: ['en', 'fr'], gender: 'man', ageBand: '40-49', area: 'West', remote: true, availability: week(['tuesday', '17:00', '20:00'], ['saturday', '09:00', '12:00']), disclosure: told },
  },
  hanne: {
    name: 'Hanne Brook',
    site: 'riverside',
    capacity: 2,
    profile: { knownAs: 'Hanne', introduction: 'No hurry at all.', livedExperience: ['homelessness', 'addiction', 'mental-health'], interests: ['gardening', 'music'], dislikes: ['small-talk'], languages: ['en', 'de'], gender: 'woman', ageBand: '60-69', area: 'East', remote: false, availability: week(['tuesday', '09:00', '13:00'], ['wednesday', '09:00', '13:00'], ['friday', '09:00', '13:00']), accessOffered: ['step-free'], disclosure: told },
  },
  bridget: {
    name: 'Bridget Fallow',
    site: 'hillside',
    capacity: 1,
    standing: 'check-expired',
    profile: { knownAs: 'Bridget', livedExperience: ['addiction'], interests: ['reading', 'walking'], dislikes: [], languages: ['en'], gender: 'woman', ageBand: '60-69', area: 'West', remote: true, availability: week(['friday', '13:00', '17:00']), disclosure: told },
  },
  tomas: {
    name: 'Tomas Iverley',
    site: 'riverside',
    capacity: 2,
    standing: 'paused',
    profile: { knownAs: 'Tom', livedExperience: ['loneliness', 'long-term-illness'], interests: ['gardening', 'football'], dislikes: ['noise'], languages: ['en'], gender: 'man', ageBand: '60-69', area: 'East', remote: false, availability: week(['monday', '09:00', '12:00']), disclosure: told },
  },
  nell: {
    name: 'Nell Harkin',
    site: 'riverside',
    capacity: 1,
    standing: 'in-training',
    profile: { knownAs: 'Nell', livedExperience: ['mental-health'], interests: ['music', 'art'], dislikes: [], languages: ['en'], gender: 'non-binary', ageBand: '20-29', area: 'East', remote: true, availability: week(['saturday', '12:00', '16:00']), disclosure: told },
  },
  olive: {
    name: 'Olive Branning',
    site: 'hillside',
    capacity: 2,
    standing: 'supervision-overdue',
    profile: { knownAs: 'Olive', livedExperience: ['loneliness', 'mental-health'], interests: ['reading', 'film'], dislikes: ['crowds'], languages: ['en'], gender: 'woman', ageBand: '30-39', area: 'West', remote: true, availability: week(['thursday', '18:00', '21:00']), disclosure: told },
  },
} as const satisfies Readonly<Record<string, SupporterFacts>>;
export type SupporterKey = keyof typeof supporters;

export const supporterEmail = (key: SupporterKey): string => `supporter.${String(Object.keys(supporters).indexOf(key) + 1).padStart(2, '0')}@example.org`;
