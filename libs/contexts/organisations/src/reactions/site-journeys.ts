import { evaluation, referrals } from '@alongside/contracts';
import { follow, reaction, type Process, type Reaction, type Work } from '@alongside/service';
import { JourneyArrivedAtSite, JourneyLeftSite, SiteClosing } from '../domain/events.js';
import { organisationAggregate } from '../domain/organisation.js';
import { openJourneysOf, siteJourneysAggregate } from '../domain/site-journeys.js';

export const siteJourneysReactions: readonly Reaction[] = [
  reaction(referrals.ReferralReceived, 'count-arrival', 'The site holds the journey.', async ({ data, organisationId, source }, work) => {
    await work.execute(siteJourneysAggregate, data.siteId, 'arrive', { organisationId, siteId: data.siteId, journeyId: data.journeyId, sourceRevision: source.revision });
  }),
  reaction(referrals.JourneyMoved, 'count-move', 'The journey left one site for another.', async ({ data, organisationId, source }, work) => {
    const word = { organisationId, journeyId: data.journeyId, sourceRevision: source.revision };
    await work.execute(siteJourneysAggregate, data.toSiteId, 'arrive', { ...word, siteId: data.toSiteId });
    await work.execute(siteJourneysAggregate, data.fromSiteId, 'leave', { ...word, siteId: data.fromSiteId, why: 'moved' });
  }),
  reaction(evaluation.JourneyClosed, 'count-closing', 'The site holds the journey no longer.', async ({ data, organisationId }, work) => {
    await work.execute(siteJourneysAggregate, data.siteId, 'leave', { organisationId, siteId: data.siteId, journeyId: data.journeyId, sourceRevision: -1, why: 'closed' });
  }),
];

async function completeWhenEmpty(organisationId: string, siteId: string, work: Work): Promise<void> {
  const journeys = await work.load(siteJourneysAggregate, siteId);
  if (!journeys || openJourneysOf(journeys.state) === 0) await work.execute(organisationAggregate, organisationId, 'complete-site-closing', { siteId });
}

/** A closing site closes when its last journey has gone; one that closed too soon goes on closing when a journey arrives late. */
export const completeSiteClosing: Process = {
  name: 'complete-site-closing',
  says: 'Closes a closing site when its last journey has closed or moved.',
  on: [
    follow(SiteClosing, ({ data, metadata }, work) => completeWhenEmpty(metadata.organisationId, data.siteId, work)),
    follow(JourneyLeftSite, ({ data }, work) => completeWhenEmpty(data.organisationId, data.siteId, work)),
    follow(JourneyArrivedAtSite, async ({ data }, work) => {
      await work.execute(organisationAggregate, data.organisationId, 'note-late-journey', { siteId: data.siteId });
    }),
  ],
};
