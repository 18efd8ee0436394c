import type { SafeContact } from '@alongside/contracts';
import { at, commanding, specify, testIds } from '@alongside/testing';
import { uuidOf } from '@alongside/event-sourcing';
import { MenteeCheckedIn, RelationshipFeedbackReported, ServiceLinkMade, SignpostedDuringSupport } from './link-events.js';
import { DisclosureReviewed, InformationDisclosed, SharingAuthorisationWithdrawn, SharingAuthorised, harmException } from './sharing-events.js';
import { asSupervisor, asSupporter, heard, opened, relationshipId, stopped, timeZone } from './specimens.js';
import { supportDecider } from './support.js';

const given = specify(supportDecider);
const authorisationId = uuidOf('test-new', 'authorise-sharing', 'authorisation');
const disclosureId = uuidOf('test-new', 'disclose', 'disclosure');
const before = '2026-02-01T10:00:00.000Z';
const authorised = (until?: string) =>
  at(before, SharingAuthorised({ authorisationId, categories: ['goals'], ...(until !== undefined && { until }), by: 'mentee', authorisation: { recipient: 'Dr Okafor', purpose: 'Planning.' } }));

describe('an authorisation', () => {
  const authorise = (more = {}) => commanding('authorise-sharing', { categories: ['goals'] as const, recipient: 'Dr Okafor', purpose: 'Planning.', timeZone, ...more });
  test('is given by the mentee', () => {
    given(heard()).when(authorise()).then(SharingAuthorised({ authorisationId, categories: ['goals'], by: 'mentee', authorisation: { recipient: 'Dr Okafor', purpose: 'Planning.' } }));
    given(heard()).when(authorise({ by: 'staff' })).refused('only-the-mentee-authorises');
  });
  test('does not end before it begins', () => given(heard()).when(authorise({ until: '2026-03-01' })).invalid('until'));
  const withdraw = commanding('withdraw-authorisation', { authorisationId });
  test('is taken back', () => given(heard(), authorised()).when(withdraw).then(SharingAuthorisationWithdrawn({ authorisationId, by: 'mentee' })));
  test('is taken back once', () => given(heard(), authorised(), SharingAuthorisationWithdrawn({ authorisationId, by: 'mentee' })).when(withdraw).nothing());
  test('that was never given is not taken back', () => given(heard()).when(withdraw).invalid('authorisationId'));
});

describe('a disclosure', () => {
  const disclose = (more = {}) => commanding('disclose', { categories: ['goals'] as const, what: 'Both goals.', timeZone, ...more });
  test('needs an authorisation', () => given(heard(), authorised()).when(disclose()).refused('not-authorised'));
  test('is made by an authorisation', () =>
    given(heard(), authorised()).when(disclose({ authorisationId })).then(InformationDisclosed({ by: 'staff', disclosureId, categories: ['goals'], authorisationId, flagged: false, details: { what: 'Both goals.' } })));
  test('goes no further than what was allowed', () => given(heard(), authorised()).when(disclose({ authorisationId, categories: ['goals', 'sessions'] })).refused('beyond-authorisation', { categories: ['sessions'] }));
  test('is not made by one that was taken back', () =>
    given(heard(), authorised(), at(before, SharingAuthorisationWithdrawn({ authorisationId, by: 'mentee' }))).when(disclose({ authorisationId })).refused('authorisation-withdrawn'));
  test('is not made by one that is over', () => given(heard(), authorised('2026-03-01')).when(disclose({ authorisationId })).refused('authorisation-expired'));
  test('is made on the last day', () => given(heard(), authorised('2026-03-02')).when(disclose({ authorisationId })).thenMatching({ type: 'InformationDisclosed' }));
  test('is not made before it was allowed', () =>
    given(heard(), authorised()).when({ ...disclose({ authorisationId }), occurredAt: '2026-01-31T10:00:00.000Z' }).refused('not-authorised'));
  test('is not made by one that was never given', () => given(heard()).when(disclose({ authorisationId })).invalid('authorisationId'));
  test('without one is made to prevent harm alone, with a reason, and flagged', () => {
    given(heard()).when(disclose({ exception: harmException, recipient: 'Ambulance' })).refused('exception-needs-reason');
    given(heard()).when(disclose({ exception: harmException, reason: 'Does not answer.' })).invalid('recipient');
    given(heard())
      .when(disclose({ exception: harmException, recipient: 'Ambulance', reason: 'Does not answer.' }))
      .then(InformationDisclosed({ by: 'staff', disclosureId, categories: ['goals'], exception: harmException, flagged: true, details: { recipient: 'Ambulance', what: 'Both goals.', reason: 'Does not answer.' } }));
  });
  const flagged = InformationDisclosed({ disclosureId, categories: ['contact-details'], exception: harmException, flagged: true, details: { what: 'Address' } });
  const review = asSupervisor('review-disclosure', { disclosureId });
  test('that was flagged is looked at, once', () => {
    given(heard(), flagged).when(review).then(DisclosureReviewed({ by: 'staff', disclosureId }));
    given(heard(), flagged, DisclosureReviewed({ disclosureId })).when(review).nothing();
  });
  test('that was authorised is not looked at', () => given(heard(), { ...flagged, data: { ...flagged.data, flagged: false } }).when(review).refused('disclosure-was-authorised'));
  test('that was never made is not looked at', () => given(heard()).when(review).invalid('disclosureId'));
});

describe('links and signposts', () => {
  const serviceId = uuidOf('test', 'service');
  const link = (more = {}) => asSupporter('record-link', { kind: 'community-resource' as const, linkedTo: 'Painting group', ...more });
  test('name whom the mentee was brought together with', () => {
    const linkId = uuidOf('test-new', 'record-link', 'link');
    given(heard(), opened()).when(link()).then(ServiceLinkMade({ linkId, relationshipId, kind: 'community-resource', by: 'supporter', details: { linkedTo: 'Painting group' } }));
    given(heard(), opened()).when(asSupporter('record-link', { kind: 'community-resource' })).invalid('linkedTo');
  });
  test('name services of the directory', () => {
    given(heard(), opened()).when(link({ serviceId, service: 'unknown' })).invalid('serviceId');
    given(heard(), opened()).when(asSupporter('signpost', { serviceId, service: 'unknown' })).invalid('serviceId');
    given(heard(), opened()).when(asSupporter('signpost', { serviceId, service: 'retired' })).invalid('serviceId');
    const linkId = uuidOf('test-new', 'signpost', 'link');
    given(heard(), opened()).when(asSupporter('signpost', { serviceId, service: 'listed' })).then(SignpostedDuringSupport({ linkId, relationshipId, serviceId, by: 'supporter' }));
  });
  test('need a relationship', () => {
    given(heard()).when(link()).refused('no-relationship');
    given(heard()).when(asSupporter('signpost', { serviceId, service: 'listed' })).refused('no-relationship');
  });
});

describe('how it goes', () => {
  test("is told in the supporter's eyes", () => {
    const feedbackId = uuidOf('test-new', 'report-relationship-feedback', 'feedback');
    given(heard(), opened()).when(asSupporter('report-relationship-feedback', { course: 'not-working' })).then(RelationshipFeedbackReported({ feedbackId, relationshipId, course: 'not-working', by: 'supporter' }));
    given(heard(), opened()).when(asSupporter('report-relationship-feedback', { course: 'not-working', by: 'mentee' })).refused('in-the-supporters-eyes');
    given(heard()).when(asSupporter('report-relationship-feedback', { course: 'not-working' })).refused('no-relationship');
  });
  const atTen = { day: 'monday', time: '10:00' } as const;
  const checkIn = (more = {}) => commanding('check-in-with-mentee', { reached: true, channel: 'telephone' as const, at: atTen, ...more });
  const safe: SafeContact = { voicemail: true, nameOurselves: true, writeToAddress: true, channels: ['telephone', 'letter', 'email'] };
  test('is asked of the mentee, apart from the supporter', () => {
    const checkInId = uuidOf('test-new', 'check-in-with-mentee', 'check-in');
    given(heard(), opened()).when(checkIn({ course: 'going-well' })).then(MenteeCheckedIn({ checkInId, relationshipId, reached: true, channel: 'telephone', by: 'mentee', report: { course: 'going-well' } }));
    given(heard(), opened()).when({ ...checkIn(), actor: { id: testIds.supporterId, role: 'supporter' } }).refused('independent-of-the-supporter');
    given(heard(), opened()).when({ ...checkIn(), actor: { id: testIds.supporterId, role: 'coordinator' } }).refused('independent-of-the-supporter');
  });
  test('is asked in a safe way', () => {
    given(heard()).when(checkIn({ safe })).thenMatching({ type: 'MenteeCheckedIn' });
    given(heard()).when(checkIn({ safe: { ...safe, channels: ['email'] } })).refused('channel-not-safe', { channel: 'telephone' });
    given(heard()).when(checkIn({ safe: { ...safe, channels: [] } })).refused('channel-not-safe');
    given(heard()).when(checkIn({ safe: { ...safe, writeToAddress: false }, channel: 'letter' })).refused('writing-not-safe');
    given(heard()).when(checkIn({ safe: { ...safe, voicemail: false }, reached: false, outcome: 'left-voicemail' })).refused('voicemail-not-safe');
    given(heard()).when(checkIn({ safe: { ...safe, nameOurselves: false }, reached: false, outcome: 'left-message' })).refused('naming-ourselves-not-safe');
  });
  test('is asked at a safe hour, unless the mentee got in touch', () => {
    const afternoons: SafeContact = { ...safe, hours: [{ day: 'monday', from: '14:00', to: '16:00' }] };
    given(heard()).when(checkIn({ safe: afternoons })).refused('outside-safe-hours', { channel: 'telephone' });
    given(heard()).when(checkIn({ safe: afternoons, at: { day: 'monday', time: '14:30' } })).thenMatching({ type: 'MenteeCheckedIn' });
    given(heard()).when(checkIn({ safe: afternoons, startedByMentee: true })).thenMatching({ type: 'MenteeCheckedIn' });
  });
  test('tells what came of it where nobody was reached, and of that alone', () => {
    given(heard()).when(checkIn({ reached: false, outcome: 'no-answer' })).thenMatching({ type: 'MenteeCheckedIn', data: { reached: false, outcome: 'no-answer' } });
    given(heard()).when(checkIn({ outcome: 'no-answer' })).invalid('outcome');
  });
  test('of an erased person is not asked', () => given(heard(), stopped('erased')).when(checkIn()).refused('person-erased'));
});
