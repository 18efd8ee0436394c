import { assessment, evaluation, matching, organisations, referrals, type Disclosure, type SafeContact, type ServiceStandards } from '@alongside/contracts';
import { uuidOf } from '@alongside/event-sourcing';
import type { DataOf, IntegrationEvent } from '@alongside/messaging';
import { testIds } from '@alongside/testing';
import { messageTold, type TestApp } from '@alongside/testing/http';

// What other contexts would have said, for tests of this one over HTTP.

const { organisationId, siteId, otherSiteId, coordinatorId, supervisorId, supporterId, personId } = testIds;

export const otherCoordinatorId = uuidOf('test', 'other-coordinator');
export const otherSupervisorId = uuidOf('test', 'other-supervisor');
export const otherSupporterId = uuidOf('test', 'other-supporter');
export const serviceId = uuidOf('test', 'service');

const standards: ServiceStandards = {
  firstContactDays: 2,
  firstMeetingDays: 10,
  supervisionWeeks: 4,
  quietDays: 14,
  deferralReviewWeeks: 12,
  pauseReviewWeeks: 4,
  checkInWeeks: 4,
  goalReviewWeeks: 8,
  proposalDays: 7,
  invitationDays: 14,
  strainThreshold: 4,
};

export function told(app: TestApp) {
  const revisions = new Map<string, number>();
  async function say<Event extends IntegrationEvent>(event: Event, stream: string, data: DataOf<Event>, about: { readonly key?: string; readonly journeyId?: string; readonly siteId?: string } = {}): Promise<void> {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const message = messageTold(app, event, data, { stream, revision, ...about });
    await app.platform.broker.publish([message]);
  }

  const organisation = `organisation-${organisationId}`;
  const inJourney = (journeyId: string) => ({ journeyId, siteId });
  const staff = (staffId: string, role: 'coordinator' | 'supervisor', status: 'active' | 'removed' = 'active') =>
    say(organisations.StaffMemberChanged, organisation, { staffId, name: 'Somebody', email: 'somebody@example.org', grants: [{ role, sites: [siteId] }], status });

  return {
    say,
    staff,
    async organisation(): Promise<void> {
      await say(organisations.SiteChanged, organisation, { siteId, name: 'Harbour', status: 'open', timeZone: 'Europe/London', workingDays: ['monday'], holidays: [] });
      await say(organisations.ServiceStandardsSet, organisation, { version: 1, standards });
      await say(organisations.ServiceChanged, organisation, { serviceId, name: 'Benefits advice', status: 'listed' });
      await staff(coordinatorId, 'coordinator');
      await staff(otherCoordinatorId, 'coordinator');
      await staff(supervisorId, 'supervisor');
      await staff(otherSupervisorId, 'supervisor');
    },
    async supporter(id: string = supporterId, status: 'active' | 'retired' = 'active'): Promise<void> {
      await say(matching.SupporterChanged, `supporter-${id}`, { supporterId: id, siteId, name: 'Sam Ashdown', status, registeredAt: app.clock.now().toISOString() }, { key: id, siteId });
    },
    training: (training: string, completedOn: string) => say(matching.TrainingCompleted, `supporter-${supporterId}`, { supporterId, training, completedOn }, { key: supporterId, siteId }),
    async referral(journeyId: string): Promise<void> {
      await say(referrals.ReferralReceived, `referral-${journeyId}`, { journeyId, personId, siteId, purpose: 'peer-support' }, inJourney(journeyId));
      await say(referrals.CoordinatorAssigned, `referral-${journeyId}`, { journeyId, coordinatorId }, inJourney(journeyId));
    },
    safeContact: (journeyId: string, more: Partial<SafeContact> = {}) =>
      say(
        referrals.SafeContactSet,
        `referral-${journeyId}`,
        { journeyId, safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['email'], note: 'never after six', ...more } },
        inJourney(journeyId),
      ),
    safeContactTakenBack: (journeyId: string) => say(referrals.SafeContactTakenBack, `referral-${journeyId}`, { journeyId }, inJourney(journeyId)),
    mayBeTold: (journeyId: string, disclosure: Disclosure) =>
      say(
        assessment.MatchingInformationRecorded,
        `assessment-${journeyId}`,
        {
          journeyId,
          information: { challenges: [], interests: ['gardening'], dislikes: [], about: {}, preferences: [], availability: [], remote: false, languages: ['en'], accessNeeds: [] },
          disclosure,
        },
        inJourney(journeyId),
      ),
    moved: (journeyId: string) => say(referrals.JourneyMoved, `referral-${journeyId}`, { journeyId, fromSiteId: siteId, toSiteId: otherSiteId }, inJourney(journeyId)),
    died: (journeyId: string) => say(referrals.PersonDied, `referral-${journeyId}`, { journeyId, personId, siteId, beganAt: app.clock.now().toISOString() }, inJourney(journeyId)),
    erased: (journeyId: string) =>
      say(
        referrals.PersonErased,
        `referral-${journeyId}`,
        { journeyId, personId, siteId, beganAt: app.clock.now().toISOString(), subjects: [`mentee-${journeyId}`] },
        inJourney(journeyId),
      ),
    closed: (journeyId: string) =>
      say(evaluation.JourneyClosed, `evaluation-${journeyId}`, { journeyId, personId, siteId, outcome: 'completed', closedOn: app.clock.now().toISOString().slice(0, 10) }, inJourney(journeyId)),
    introduced: (journeyId: string, relationshipId: string, id: string = supporterId, more: Partial<DataOf<typeof matching.MatchIntroduced>> = {}) =>
      say(
        matching.MatchIntroduced,
        `matching-${journeyId}`,
        {
          journeyId,
          personId,
          siteId,
          beganAt: app.clock.now().toISOString(),
          relationshipId,
          supporterId: id,
          contactPersonId: coordinatorId,
          firstMeetingPlace: 'The library café',
          disclosed: { 'first-name': 'Rowan', interests: ['gardening'], contact: ['telephone'] },
          knownAs: 'Rowan Mallory',
          ...more,
        },
        inJourney(journeyId),
      ),
  };
}
