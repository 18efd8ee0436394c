// The names of streams are the published language of the log (docs/catalogue.md): by them history is read across contexts.

/** Which context writes streams of a category. */
const contextOfCategory: Readonly<Record<string, string>> = {
  referral: 'referrals',
  person: 'referrals',
  assessment: 'assessment',
  matching: 'matching',
  supporter: 'matching',
  support: 'supervision',
  supervision: 'supervision',
  'group-supervision': 'supervision',
  evaluation: 'evaluation',
  questionnaire: 'evaluation',
  improvement: 'evaluation',
  organisation: 'organisations',
};

/** The five streams of a journey, in the order in which a mentee comes through them. */
export const journeyCategories = ['referral', 'assessment', 'matching', 'support', 'evaluation'] as const;
export type JourneyCategory = (typeof journeyCategories)[number];

const idLength = 36;

/** `referral` of `referral-<journeyId>`: ids are UUIDs. */
export const categoryOf = (stream: string): string => stream.slice(0, -(idLength + 1));
export const contextOf = (stream: string): string => contextOfCategory[categoryOf(stream)] ?? categoryOf(stream);

export const journeyStreams = (journeyId: string): readonly string[] => journeyCategories.map((category) => `${category}-${journeyId}`);

const openingContexts = ['organisations', 'referrals', 'assessment', 'matching', 'supervision', 'evaluation', 'journeys'] as const;

/** Where it stands written who opened the record of this id, in whichever context. */
export const accessStreams = (recordId: string): readonly string[] => openingContexts.map((context) => `access-${context}-${recordId}`);
