import { uuidOf } from '@alongside/event-sourcing';
import { commanding, specify, testIds } from '@alongside/testing';
import { assessment } from './assessment.js';
import { AssessmentClosed, AssessmentOpened, ConfidentialityAgreementSigned, InformationGiven, SupportDeclinedByPerson } from './events.js';

// The same again changes nothing. What says something else is written down or refused, never dropped.

const given = specify(assessment);
const { organisationId, siteId, personId } = testIds;
const serviceId = uuidOf('test', 'service');
const opened = AssessmentOpened({ organisationId, siteId, personId, beganAt: '2026-02-20T09:00:00.000Z', formVersion: 1, earlierJourneyIds: [] });

describe('said again', () => {
  it('a closing for another reason is refused', () => {
    const closed = AssessmentClosed({ reason: 'unreachable' });
    given(opened, closed).when(commanding('close-assessment', { reason: 'unreachable', by: 'staff' })).nothing();
    given(opened, closed).when(commanding('close-assessment', { reason: 'moved-away' })).refused('assessment-not-open');
    given(opened, AssessmentClosed({ reason: 'withdrawn' })).when(commanding('close-assessment', { reason: 'unreachable' })).refused('assessment-not-open');
  });

  it('a no with anything more to it is refused', () => {
    const declined = SupportDeclinedByPerson({ toldHowToComeBack: true, serviceIds: [serviceId], words: 'Has plenty of support.' });
    const again = (more: object) => commanding('record-declined', { toldHowToComeBack: true, serviceIds: [], ...more });
    given(opened, declined).when(again({})).nothing();
    given(opened, declined).when(again({ serviceIds: [serviceId] })).nothing();
    for (const more of [{ toldHowToComeBack: false }, { serviceIds: [uuidOf('test', 'another-service')] }, { words: 'Has moved in with family.' }])
      given(opened, declined).when(again(more)).refused('assessment-not-open');
  });

  it('information is given in another way', () => {
    const item = { item: 'complaints-policy', version: 1 } as const;
    const byHand = InformationGiven({ ...item, how: 'by-hand' });
    const byPost = InformationGiven({ ...item, how: 'by-post' });
    given(opened, byHand).when(commanding('give-information', byPost.data)).then(byPost);
    given(opened, byHand, byPost).when(commanding('give-information', byPost.data)).nothing();
  });

  it('an agreement is signed in another way', () => {
    const onPaper = ConfidentialityAgreementSigned({ version: 1, how: 'on-paper', returned: 'by-hand' });
    const posted = ConfidentialityAgreementSigned({ version: 1, how: 'on-paper', returned: 'by-post' });
    given(opened, onPaper).when(commanding('sign-confidentiality-agreement', posted.data)).then(posted);
    given(opened, onPaper).when(commanding('sign-confidentiality-agreement', onPaper.data)).nothing();
  });
});
