import { organisations, type FormField } from '@alongside/contracts';
import { uuidOf } from '@alongside/event-sourcing';
import type { ContextDefinition } from '@alongside/service';
import { testIds } from '@alongside/testing';
import { startTestApp, tell, type TestApp } from '@alongside/testing/http';
import { referralsContext } from './referrals.context.js';

// For tests over HTTP: what other contexts would tell, told by hand.

export const otherSiteId = testIds.otherSiteId;
export const serviceId = uuidOf('test', 'service');

const field = (name: string, stage: FormField['stage'], type: FormField['type'], required = false): FormField => ({ name, label: name, stage, type, required, personal: true });
export const fields: readonly FormField[] = [
  field('name', 'registration', 'text', true),
  field('known-as', 'registration', 'text'),
  field('telephone', 'registration', 'telephone'),
  field('email', 'registration', 'email'),
  field('date-of-birth', 'before-meeting', 'date', true),
  field('postcode', 'before-meeting', 'text'),
  field('current-medication', 'before-meeting', 'check-only'),
  field('reason', 'before-meeting', 'long-text', true),
  field('gender', 'at-assessment', 'text'),
];

export const site = (siteId: string, name: string, status: 'open' | 'closing' | 'closed' = 'open') => ({
  siteId,
  name,
  status,
  timeZone: 'Europe/London',
  workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const,
  holidays: [],
});

export async function startReferrals(context: ContextDefinition = referralsContext): Promise<TestApp> {
  const app = await startTestApp({ contexts: [context] });
  await tell(app, organisations.SiteChanged, site(testIds.siteId, 'Riverside'));
  await tell(app, organisations.SiteChanged, site(otherSiteId, 'Hilltop'));
  await tell(app, organisations.ReferralFormConfigured, { version: 1, fields });
  await tell(app, organisations.ServiceChanged, { serviceId, name: 'Harbour', status: 'listed' });
  await tell(app, organisations.StaffMemberChanged, {
    staffId: testIds.coordinatorId,
    name: 'Ade Bright',
    email: 'ade.bright@example.org',
    grants: [{ role: 'coordinator', sites: [testIds.siteId] }],
    status: 'active',
  });
  await tell(app, organisations.ServiceStandardsSet, {
    version: 1,
    standards: {
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
    },
  });
  return app;
}

export const newReferral = (more: Readonly<Record<string, unknown>> = {}, form: Readonly<Record<string, unknown>> = {}) => ({
  purpose: 'peer-support',
  source: 'self',
  channel: 'telephone',
  siteId: testIds.siteId,
  form: { name: 'Robin Example', telephone: '01632 960011', ...form },
  consent: { toBeReferred: true },
  ...more,
});
