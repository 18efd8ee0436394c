import type { MatchingWeights } from '@alongside/contracts';
import { InvalidField } from '@alongside/event-sourcing';
import type { Grant, SiteCalendar } from './events.js';

export const sameJson = (one: unknown, other: unknown): boolean => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

export function checkCalendar(calendar: SiteCalendar, path = ''): void {
  if (!isTimeZone(calendar.timeZone)) throw new InvalidField([{ path: `${path}timeZone`, code: 'not-a-time-zone' }]);
  if (calendar.workingDays.length === 0) throw new InvalidField([{ path: `${path}workingDays`, code: 'too-few' }]);
  calendar.workingHours?.forEach((period, index) => {
    if (period.to <= period.from) throw new InvalidField([{ path: `${path}workingHours.${index}.to`, code: 'before-from' }]);
  });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export function checkGrants(grants: readonly Grant[], sites: Readonly<Record<string, { readonly status: string }>>): void {
  if (grants.length === 0) throw new InvalidField([{ path: 'grants', code: 'too-few' }]);
  grants.forEach((grant, index) => {
    // Supporters are registered in matching's register, with what a supporter needs.
    if (grant.role === 'supporter') throw new InvalidField([{ path: `grants.${index}.role`, code: 'registered-as-supporter' }]);
    if (grants.findIndex((each) => each.role === grant.role) !== index) throw new InvalidField([{ path: `grants.${index}.role`, code: 'repeated' }]);
    if (grant.sites === 'all') return;
    if (grant.sites.length === 0) throw new InvalidField([{ path: `grants.${index}.sites`, code: 'too-few' }]);
    grant.sites.forEach((siteId, at) => {
      if (!sites[siteId]) throw new InvalidField([{ path: `grants.${index}.sites.${at}`, code: 'unknown' }]);
    });
  });
}

export function checkWeights(weights: MatchingWeights): void {
  const values = Object.values(weights);
  if (values.every((each) => each === 0)) throw new InvalidField([{ path: 'livedExperience', code: 'all-zero' }]);
}
