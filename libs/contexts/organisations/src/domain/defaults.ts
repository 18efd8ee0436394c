import type { FormField, InformationItem, MatchingWeights, ServiceStandards, SupporterRequirements, Term } from '@alongside/contracts';

/** What every organisation begins with, so that a first referral can come in on the first day; all of it can be set anew. */

const field = (name: string, label: string, stage: FormField['stage'], type: FormField['type'], required: boolean, more: Partial<FormField> = {}): FormField => ({
  name,
  label,
  stage,
  type,
  required,
  personal: true,
  ...more,
});

export const defaultForm: readonly FormField[] = [
  field('name', 'Name', 'registration', 'text', true, { help: 'The name you want us to use in our records.' }),
  field('known-as', 'What you like to be called', 'registration', 'text', false),
  field('telephone', 'Telephone', 'registration', 'telephone', false),
  field('email', 'E-mail', 'registration', 'email', false),
  field('date-of-birth', 'Date of birth', 'before-meeting', 'date', true),
  field('address', 'Address', 'before-meeting', 'address', false),
  field('postcode', 'Postcode', 'before-meeting', 'text', false),
  field('clinic', 'Clinic or doctor', 'before-meeting', 'text', false),
  field('current-medication', 'A medication that you take, to confirm who you are', 'before-meeting', 'check-only', false),
  field('reason', 'Reason for referral', 'before-meeting', 'long-text', true, { help: 'In your own words, as much or as little as you like.' }),
  field('gender', 'Gender', 'at-assessment', 'text', false),
  field('languages', 'Languages you are at ease in', 'at-assessment', 'text', false),
  field('access-needs', 'What we should know so that you can take part', 'at-assessment', 'long-text', false),
  field('emergency-contact', 'Whom to call in an emergency', 'at-assessment', 'text', false),
];

/** Fields whose meaning the system relies on (search, likeness, greeting): their type stands. */
export const fixedFieldTypes: Readonly<Record<string, FormField['type']>> = {
  name: 'text',
  'known-as': 'text',
  telephone: 'telephone',
  email: 'email',
  'date-of-birth': 'date',
  postcode: 'text',
  reason: 'long-text',
};

export const defaultPack: readonly { readonly item: InformationItem; readonly title: string; readonly text: string }[] = [
  {
    item: 'confidentiality-information',
    title: 'What we keep to ourselves',
    text: 'What you tell us stays with the people who support you. We pass something on only when you agree, or to prevent serious and imminent harm.',
  },
  {
    item: 'confidentiality-agreement',
    title: 'Confidentiality agreement',
    text: 'I will keep to myself what I learn about my peer supporter and other people here, and my peer supporter will do the same for me.',
  },
  { item: 'emergency-contacts', title: 'If you need help now', text: 'In danger, call the emergency services. The numbers to call day and night are on the sheet that your coordinator gives you.' },
  { item: 'about-the-organisation', title: 'Who we are and how to reach us', text: 'We offer peer support: somebody who has come through something alike walks alongside you for a while.' },
  { item: 'complaints-policy', title: 'If something is not right', text: 'Tell anyone on the staff, in any way you like. A complaint never changes the support that you get.' },
  { item: 'other-organisations', title: 'Other organisations', text: 'Services near you that can help with what peer support cannot.' },
];

export const defaultStandards: ServiceStandards = {
  firstContactDays: 2,
  firstMeetingDays: 10,
  supervisionWeeks: 6,
  quietDays: 21,
  deferralReviewWeeks: 8,
  pauseReviewWeeks: 4,
  checkInWeeks: 6,
  goalReviewWeeks: 8,
  proposalDays: 7,
  invitationDays: 28,
  strainThreshold: 4,
};

export const defaultRequirements: SupporterRequirements = {
  trainings: [{ code: 'peer-support-foundation', label: 'Peer support foundation course' }],
  checks: [{ code: 'background-check', label: 'Background check', validMonths: 36 }],
};

export const defaultWeights: MatchingWeights = {
  livedExperience: 30,
  wishes: 20,
  availability: 20,
  area: 10,
  languages: 15,
  access: 10,
  interests: 15,
  dislikes: 5,
  lessons: 25,
};

const term = (list: Term['list'], code: string, label: string, ...synonyms: readonly string[]): Term => ({ code, list, label, synonyms });

export const defaultTerms: readonly Term[] = [
  term('challenge', 'hiv', 'Living with HIV', 'hiv positive', 'hiv diagnosis'),
  term('challenge', 'homelessness', 'Homelessness', 'no home', 'sleeping rough', 'housing'),
  term('challenge', 'addiction', 'Addiction', 'alcohol', 'drugs', 'substance use', 'recovery'),
  term('challenge', 'long-term-illness', 'Long-term illness', 'chronic illness'),
  term('challenge', 'mental-health', 'Mental health', 'depression', 'anxiety'),
  term('challenge', 'loneliness', 'Loneliness', 'isolation'),
  term('interest', 'art', 'Art', 'painting', 'drawing', 'galleries'),
  term('interest', 'music', 'Music', 'singing', 'concerts'),
  term('interest', 'football', 'Football', 'soccer'),
  term('interest', 'walking', 'Walking', 'hiking', 'rambling'),
  term('interest', 'cooking', 'Cooking', 'baking'),
  term('interest', 'reading', 'Reading', 'books', 'literature'),
  term('interest', 'film', 'Film', 'cinema', 'movies'),
  term('interest', 'gardening', 'Gardening', 'allotment', 'plants'),
  term('interest', 'pub-quiz', 'Pub quizzes', 'quiz', 'trivia'),
  term('dislike', 'crowds', 'Crowds', 'busy places'),
  term('dislike', 'small-talk', 'Small talk'),
  term('dislike', 'noise', 'Noise', 'loud places'),
];
