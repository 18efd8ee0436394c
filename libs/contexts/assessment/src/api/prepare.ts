import {
  answerProblems,
  birthDateProblems,
  dateIn,
  disclosedItems,
  disclosureStages,
  keptAnswer,
  organisations,
  type Disclosure,
  type FormAnswers,
  type FormField,
  type InformationItem,
} from '@alongside/contracts';
import { InvalidField } from '@alongside/event-sourcing';
import { coordinates, type Request, type Work } from '@alongside/service';
import { personIdOf, type Assessment, type Begun } from '../domain/state.js';

/** What deciding needs besides the body: settings of the organisation, what is sealed, the local date. */

export const organisationOf = (state: Assessment | undefined): string => state?.known.organisationId ?? '';

export async function timeZoneOf(work: Work, organisationId: string, siteId: string | undefined): Promise<string> {
  const site = siteId === undefined ? undefined : await work.setting(organisations.SiteChanged, organisationId, siteId);
  return site?.timeZone ?? 'UTC';
}

/** The calendar date of a moment at the site that holds the journey. */
export async function localDate(work: Work, state: Assessment | undefined, moment: string): Promise<string> {
  return dateIn(await timeZoneOf(work, organisationOf(state), state?.known.siteId), moment);
}

/** The form that this referral began with. */
export async function formOf(work: Work, state: Assessment | undefined): Promise<readonly FormField[]> {
  const version = state === undefined || state.status === 'none' ? undefined : state.picture.about.formVersion;
  const form = version === undefined ? undefined : await work.setting(organisations.ReferralFormConfigured, organisationOf(state), String(version));
  return form?.fields ?? [];
}

export async function checkedForm(work: Work, state: Assessment | undefined, form: FormAnswers): Promise<FormAnswers> {
  const today = await localDate(work, state, work.now);
  const problems = [...answerProblems(form, await formOf(work, state), ['at-assessment'], 'form'), ...birthDateProblems(form, today, 'form')];
  if (problems.length > 0) throw new InvalidField(problems);
  return Object.fromEntries(Object.entries(form).map(([name, answer]) => [name, keptAnswer(answer)]));
}

/** Services must be in the directory; a retired one is no place to point anybody to. */
export async function listedServices(work: Work, state: Assessment | undefined, serviceIds: readonly string[]): Promise<readonly string[]> {
  const services = await work.settings(organisations.ServiceChanged, organisationOf(state));
  const problems = serviceIds.flatMap((id, index) => (services.get(id)?.status === 'listed' ? [] : [{ path: `serviceIds.${index}`, code: 'unknown' }]));
  if (problems.length > 0) throw new InvalidField(problems);
  return serviceIds;
}

export async function knownStaff(work: Work, state: Assessment | undefined, staffId: string): Promise<void> {
  const member = await work.setting(organisations.StaffMemberChanged, organisationOf(state), staffId);
  if (member?.status !== 'active') throw new InvalidField([{ path: 'withStaffId', code: 'unknown' }]);
}

const reaching = { telephone: 'telephone', video: 'video' } as const;

/** Meeting in person reaches out to nobody; a call does. Nothing said about safe contact: nothing is ruled out. */
export async function channelIsSafe(work: Work, state: Assessment | undefined, channel: 'in-person' | keyof typeof reaching): Promise<boolean> {
  const sealed = state?.known.safeContact;
  if (channel === 'in-person' || sealed === undefined) return true;
  const safe = await work.open({ contact: sealed });
  return safe.contact === 'erased' || safe.contact.channels.includes(reaching[channel]);
}

export async function packItems(work: Work, organisationId: string): Promise<readonly { readonly item: InformationItem; readonly version: number }[]> {
  return (await work.setting(organisations.InformationPackPublished, organisationId))?.items ?? [];
}

/** A version of an item that was published: the one in force, or an earlier one that somebody still had. */
export async function publishedVersion(work: Work, state: Assessment | undefined, item: InformationItem, version: number | undefined): Promise<number> {
  const inForce = (await packItems(work, organisationOf(state))).find((each) => each.item === item)?.version;
  if (inForce === undefined) throw new InvalidField([{ path: 'item', code: 'not-in-the-pack' }]);
  if (version !== undefined && version > inForce) throw new InvalidField([{ path: 'version', code: 'unknown' }]);
  return version ?? inForce;
}

export async function standardWeeks(work: Work, state: Assessment | undefined): Promise<number> {
  const set = await work.setting(organisations.ServiceStandardsSet, organisationOf(state));
  return set?.standards.deferralReviewWeeks ?? 8;
}

export function checkedDisclosure(sent: unknown): Disclosure {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) throw new InvalidField([{ path: 'disclosure', code: 'wrong-type' }]);
  const problems = Object.entries(sent).flatMap(([item, stage]) => {
    if (!(disclosedItems as readonly string[]).includes(item)) return [{ path: `disclosure.${/^[a-z-]{1,40}$/.test(item) ? item : '(unnamed)'}`, code: 'unknown-field' }];
    return (disclosureStages as readonly unknown[]).includes(stage) ? [] : [{ path: `disclosure.${item}`, code: 'not-one-of' }];
  });
  if (problems.length > 0) throw new InvalidField(problems);
  return sent as Disclosure;
}

export const requiredAtAssessment = (fields: readonly FormField[]): readonly string[] =>
  fields.filter((each) => each.stage === 'at-assessment' && each.required && each.type !== 'check-only').map((each) => each.name);

/** An earlier journey of the same person (still: the link may have been a mistake) that told something which this coordinator may know of: what was told at another site stays there. */
export const toldTo = (user: Request['user'], own: Begun, earlier: Assessment | undefined): earlier is Begun =>
  hasTold(earlier) && personIdOf(earlier) === personIdOf(own) && coordinates(user, earlier.known.siteId ?? earlier.picture.about.siteId);

const hasTold = (state: Assessment | undefined): state is Begun =>
  state !== undefined && state.status !== 'none' && (Object.keys(state.picture.answers).length > 0 || Object.keys(state.picture.form).length > 0 || state.picture.matching !== undefined);
