import { at, projecting, testIds } from '@alongside/testing';
import type { DomainEvent } from '@alongside/event-sourcing';
import {
  AssessmentClosed,
  AssessmentHeard,
  AssessmentOpened,
  AssessmentReopened,
  DeferralReviewed,
  FoundSuitable,
  InitialMeetingArranged,
  InitialMeetingHeld,
  InitialMeetingMissed,
  InitialMeetingRearranged,
  SignpostedElsewhere,
  SupportDeclinedByPerson,
  SupportDeferred,
} from '../domain/events.js';
import { assessments } from './assessments.js';

const { organisationId, siteId, otherSiteId, journeyId, personId, coordinatorId } = testIds;
const given = projecting(assessments);
const beganAt = '2026-02-20T09:00:00.000Z';
const opened = AssessmentOpened({ organisationId, siteId, personId, beganAt, formVersion: 1, earlierJourneyIds: [] });
const meeting = { meetingAt: '2026-03-05T14:00:00.000Z', channel: 'in-person', withStaffId: coordinatorId } as const;
const deferred = SupportDeferred({ reason: 'housing-first', serviceIds: [], reviewOn: '2026-04-01' });
const heard = (word: object, sourceRevision = 1) => AssessmentHeard({ organisationId, topic: 'site', sourceStream: `referral-${journeyId}`, sourceRevision, ...word });

describe('where an assessment stands', () => {
  it('begins with a meeting to arrange', () =>
    given(opened).then({ organisationId, siteId, status: 'open', beganAt, openedAt: '2026-03-02T10:00:00.000Z', meeting: 'to-arrange', journeyClosed: false }));

  it.each<[string, readonly DomainEvent[], object]>([
    ['an arranged meeting', [InitialMeetingArranged(meeting)], { meeting: 'arranged', meetingAt: meeting.meetingAt }],
    ['a meeting at another time', [InitialMeetingArranged(meeting), InitialMeetingRearranged({ ...meeting, meetingAt: '2026-03-06T14:00:00.000Z' })], { meetingAt: '2026-03-06T14:00:00.000Z' }],
    ['a missed meeting', [InitialMeetingMissed({ meetingAt: meeting.meetingAt, nextStep: 'rearrange', toldUs: false })], { meeting: 'missed', nextStep: 'rearrange' }],
    ['a meeting that was held', [InitialMeetingHeld({ heldAt: meeting.meetingAt, channel: 'video', withStaffId: coordinatorId })], { meeting: 'held', meetingAt: meeting.meetingAt }],
    ['a wait for a match', [FoundSuitable({ personId, beganAt })], { status: 'suitable' }],
    ['a deferral', [deferred], { status: 'deferred', reviewOn: '2026-04-01' }],
    ['a deferral that was reviewed', [deferred, DeferralReviewed({ outcome: 'no-answer', nextReviewOn: '2026-06-01' })], { status: 'deferred', reviewOn: '2026-06-01' }],
    ['somebody who is ready now', [deferred, at('2026-03-20T10:00:00.000Z', DeferralReviewed({ outcome: 'ready' }))], { status: 'deferred', reviewOn: '2026-03-20' }],
    ['a signpost', [SignpostedElsewhere({ reason: 'housing', serviceIds: [] })], { status: 'signposted' }],
    ['somebody who declined', [SupportDeclinedByPerson({ toldHowToComeBack: true, serviceIds: [] })], { status: 'declined' }],
    ['an end', [AssessmentClosed({ reason: 'other' })], { status: 'closed' }],
    ['a journey that is over', [heard({ topic: 'closing', journeyClosed: true })], { journeyClosed: true }],
    ['a new named contact', [heard({ topic: 'coordinator', coordinatorId })], { coordinatorId }],
  ])('shows %s', (_what, events, expected) => given(opened, ...events).thenMatching(expected));

  it('is open again without a review date', () => {
    const document = given(opened, deferred, AssessmentReopened({ from: 'deferred', why: 'asked' })).documents.get(journeyId);
    expect(document).toMatchObject({ status: 'open' });
    expect(document).not.toHaveProperty('reviewOn');
  });

  it('arranges its meeting anew at another site', () => given(opened, InitialMeetingArranged(meeting), heard({ siteId: otherSiteId })).thenMatching({ siteId: otherSiteId, meeting: 'to-arrange' }));

  it('keeps what was heard before it opened', () =>
    given(heard({ siteId: otherSiteId }), heard({ topic: 'coordinator', coordinatorId }, 2), opened).then({
      organisationId,
      siteId: otherSiteId,
      coordinatorId,
      status: 'open',
      beganAt,
      openedAt: '2026-03-02T10:00:00.000Z',
      meeting: 'to-arrange',
      journeyClosed: false,
    }));
});
