import { commanding, specify, testIds } from '@alongside/testing';
import { JourneyArrivedAtSite, JourneyLeftSite } from './events.js';
import { openJourneysOf, siteJourneys } from './site-journeys.js';

const given = specify(siteJourneys);
const { organisationId, siteId, journeyId } = testIds;
const word = { organisationId, siteId, journeyId, sourceRevision: 3 };

describe('journeys of a site', () => {
  it('arrive once', () => {
    given().when(commanding('arrive', word)).then(JourneyArrivedAtSite(word));
    given(JourneyArrivedAtSite(word)).when(commanding('arrive', word)).nothing();
  });
  it('leave and come back in the order of the referral', () => {
    const left = JourneyLeftSite({ ...word, why: 'moved', sourceRevision: 5 });
    given(JourneyArrivedAtSite(word), left).when(commanding('arrive', { ...word, sourceRevision: 9 })).then(JourneyArrivedAtSite({ ...word, sourceRevision: 9 }));
    given(JourneyArrivedAtSite({ ...word, sourceRevision: 9 })).when(commanding('leave', { ...word, why: 'moved', sourceRevision: 5 })).nothing();
  });
  it('close for good, also before their arrival was heard', () => {
    const closed = JourneyLeftSite({ ...word, why: 'closed', sourceRevision: -1 });
    given(closed).when(commanding('arrive', word)).nothing();
    given(closed).when(commanding('leave', { ...word, why: 'moved' })).nothing();
    expect(openJourneysOf(given(JourneyArrivedAtSite(word), closed).state)).toBe(0);
    expect(openJourneysOf(given(JourneyArrivedAtSite(word)).state)).toBe(1);
  });
});
