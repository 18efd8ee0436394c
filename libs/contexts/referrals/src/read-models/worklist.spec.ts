import type { ReferralDocument } from './referrals.js';
import { offersOf, worklistOf, type SiteNow } from './worklist.js';

const site: SiteNow = {
  timeZone: 'Europe/London',
  calendar: { workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], holidays: ['2026-04-03', '2026-04-06'] },
  standards: { firstContactDays: 2, firstMeetingDays: 10, deferralReviewWeeks: 8 },
  now: '2026-04-10T10:00:00.000Z',
  dueBy: '2026-12-31',
  isCoordinator: (staffId) => staffId === 'ade',
};
const referral: ReferralDocument = {
  organisationId: 'organisation',
  siteId: 'site',
  personId: 'person',
  status: 'received',
  purpose: 'peer-support',
  source: 'self',
  channel: 'telephone',
  // Still 1 April in UTC; 2 April, the Thursday before Easter, in London.
  receivedAt: '2026-04-01T23:30:00.000Z',
  coordinatorId: 'ade',
  identityConfirmed: false,
  progress: {},
  undecided: [],
  formerSiteIds: [],
};
const due = (more: Partial<ReferralDocument> = {}, at: Partial<SiteNow> = {}) => worklistOf('journey', { ...referral, ...more }, { ...site, ...at }).map(({ kind, dueOn, overdue }) => `${kind} ${dueOn}${overdue ? ' overdue' : ''}`);

describe('the worklist of a site', () => {
  it('counts working days of the site, in its time zone, over weekend and holidays', () => expect(due()).toEqual(['first-contact-due 2026-04-08 overdue', 'first-meeting-due 2026-04-20']));
  it('shows what is due today unless asked for more', () => {
    const { dueBy: _dueBy, ...today } = site;
    expect(worklistOf('journey', referral, today).map(({ kind }) => kind)).toEqual(['first-contact-due']);
    expect(worklistOf('journey', referral, { ...today, now: '2026-04-07T10:00:00.000Z' })).toEqual([]);
  });
  it('knows contact and meeting from what happened', () => {
    expect(due({ firstContactAt: '2026-04-07T10:00:00.000Z' })).toEqual(['first-meeting-due 2026-04-20']);
    expect(due({ firstContactAt: '2026-04-07T10:00:00.000Z', status: 'accepted', progress: { met: '2026-04-08T10:00:00.000Z' } })).toEqual([]);
  });
  it('waits for no meeting of who was deferred, until the assessment goes on', () => {
    const contacted = { firstContactAt: '2026-04-07T10:00:00.000Z', status: 'accepted' as const };
    expect(due({ ...contacted, progress: { deferred: '2026-04-08T10:00:00.000Z' } })).toEqual([]);
    expect(due({ ...contacted, progress: { deferred: '2026-04-08T10:00:00.000Z', reopened: '2026-04-09T10:00:00.000Z' } })).toEqual(['first-meeting-due 2026-04-20']);
  });
  it('asks again about deferrals, on their date or by the standards', () => {
    expect(due({ status: 'deferred', deferredAt: '2026-04-02T10:00:00.000Z', reviewOn: '2026-05-01' })).toEqual(['deferral-review-due 2026-05-01']);
    expect(due({ status: 'deferred', deferredAt: '2026-04-02T10:00:00.000Z' })).toEqual(['deferral-review-due 2026-05-28']);
  });
  it('names undecided duplicates while they hold something up', () => {
    expect(due({ undecided: ['other'] })).toContain('undecided-duplicate 2026-04-02 overdue');
    expect(due({ undecided: ['other'], status: 'accepted' })).not.toContain('undecided-duplicate 2026-04-02 overdue');
  });
  it('names journeys without a contact, and those whose contact has left', () => {
    const { coordinatorId: _coordinatorId, ...nobodys } = referral;
    expect(worklistOf('journey', nobodys, site).map(({ kind }) => kind)).toContain('coordinator-missing');
    expect(due({ coordinatorId: 'left' })).toContain('coordinator-missing 2026-04-02 overdue');
  });
  it('names journeys that another site has given back', () => expect(due({ returnedAt: '2026-04-02T10:00:00.000Z' })).toContain('transfer-returned 2026-04-02 overdue'));
  it('promises nothing before the standards are known', () => expect(due({}, { standards: undefined })).toEqual([]));
});

describe('the worklist of a site that a journey is offered to', () => {
  it('shows the offer as its own', () =>
    expect(offersOf('journey', { ...referral, offeredTo: 'other', offeredAt: '2026-04-09T10:00:00.000Z' }, site)).toEqual([
      { kind: 'transfer-to-accept', journeyId: 'journey', siteId: 'other', coordinatorId: 'ade', dueOn: '2026-04-09', overdue: true },
    ]));
  it('shows none where there is none', () => expect(offersOf('journey', referral, site)).toEqual([]));
});
