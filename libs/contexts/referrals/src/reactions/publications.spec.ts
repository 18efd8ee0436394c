import { fold, type Occurred, type RecordedEvent } from '@alongside/event-sourcing';
import { recorded, testIds } from '@alongside/testing';
import {
  CarriedOverTakenBack,
  CoordinatorAssigned,
  PastReferralLinkedToPerson,
  PastReferralUnlinkedFromPerson,
  PersonDied,
  PersonErased,
  ReferralAccepted,
  ReferralDirectedToTraining,
  ReferralLinkedToPerson,
  ReferralMerged,
  ReferralNotTakenForward,
  ReferralReceived,
  ReferralUnlinkedFromPerson,
  ReferralWithdrawn,
  SafeContactCarriedOver,
  SafeContactSet,
  TransferAccepted,
  type ReferralEvent,
} from '../domain/events.js';
import { referral } from '../domain/referral.js';
import { publications } from './publications.js';

const { organisationId, siteId, otherSiteId, personId, journeyId, coordinatorId, supporterId } = testIds;
const by = 'staff' as const;
const safeContact = { voicemail: true, nameOurselves: true, writeToAddress: true, channels: ['email' as const] };
const received = ReferralReceived({
  organisationId,
  siteId,
  personId,
  purpose: 'peer-support',
  source: 'self',
  channel: 'telephone',
  formVersion: 3,
  answers: { name: 'Robin Example', email: 'robin@example.org' },
  asked: [],
  identity: {},
  consent: { toBeReferred: true, toInformReferrer: false },
  by,
});
const beganAt = '2026-03-02T10:00:00.000Z';
const journey = { journeyId, personId, siteId, beganAt };

/** What is published of the last of these events, by name. */
function published(...events: readonly ReferralEvent[]): Readonly<Record<string, unknown>> {
  const history = recorded(events, `referral-${journeyId}`);
  const last = history.at(-1) as RecordedEvent;
  const state = fold(referral, history as unknown as readonly Occurred<ReferralEvent>[]);
  const messages = publications.filter((each) => each.of.type === last.type).map((each) => [each.as.name, each.data(last, state)] as const);
  return Object.fromEntries(messages.filter(([, data]) => data !== undefined));
}

describe('referrals tell others', () => {
  it('what came in', () => expect(published(received)).toEqual({ ReferralReceived: { journeyId, personId, siteId, purpose: 'peer-support' } }));
  it('what was accepted, with all that an assessment begins with', () =>
    expect(published(received, SafeContactSet({ safeContact, by }), CoordinatorAssigned({ coordinatorId, menteeTold: true, by }), ReferralAccepted({ earlierJourneyIds: [supporterId], knownAs: 'Robin', by }))).toEqual({
      ReferralAccepted: { ...journey, formVersion: 3, earlierJourneyIds: [supporterId], coordinatorId, knownAs: 'Robin', safeContact },
    }));
  it('how and by whom the person is reached', () => {
    expect(published(received, SafeContactSet({ safeContact, by }))).toEqual({ SafeContactSet: { journeyId, safeContact } });
    const carried = SafeContactCarriedOver({ safeContact, fromJourneyId: supporterId, toldAt: beganAt });
    expect(published(received, carried)).toEqual({ SafeContactSet: { journeyId, safeContact } });
    expect(published(received, carried, ReferralAccepted({ earlierJourneyIds: [], by }))).toMatchObject({ ReferralAccepted: { safeContact } });
    expect(published(received, CoordinatorAssigned({ coordinatorId, menteeTold: true, by }))).toEqual({ CoordinatorAssigned: { journeyId, coordinatorId } });
  });
  it('what they said themselves, or that nothing holds, where a link to somebody else was a mistake', () => {
    const own = { ...safeContact, voicemail: false };
    const carried = SafeContactCarriedOver({ safeContact, fromJourneyId: supporterId, toldAt: beganAt });
    const mistaken = [CarriedOverTakenBack({ fromJourneyId: supporterId }), ReferralUnlinkedFromPerson({ personId, fromPersonId: supporterId, by }), PastReferralUnlinkedFromPerson({ personId, fromPersonId: supporterId, withJourneyId: supporterId })];
    for (const mistake of mistaken) {
      expect(published(received, SafeContactSet({ safeContact: own, by }), carried, mistake)).toMatchObject({ SafeContactSet: { journeyId, safeContact: own } });
      expect(published(received, carried, mistake)).toMatchObject({ SafeContactTakenBack: { journeyId } });
    }
  });
  it('whose journey it turned out to be', () => {
    const [there, back] = [
      { personId: supporterId, fromPersonId: personId },
      { personId, fromPersonId: supporterId },
    ];
    for (const linked of [ReferralLinkedToPerson({ ...there, by }), PastReferralLinkedToPerson({ ...there, withJourneyId: supporterId })]) {
      expect(published(received, linked)).toEqual({ JourneyLinkedToPerson: { journeyId, personId: supporterId } });
    }
    for (const unlinked of [ReferralUnlinkedFromPerson({ ...back, by }), PastReferralUnlinkedFromPerson({ ...back, withJourneyId: supporterId })]) {
      expect(published(received, unlinked)).toMatchObject({ JourneyLinkedToPerson: { journeyId, personId } });
    }
  });
  it('where the journey belongs', () =>
    expect(published(received, TransferAccepted({ fromSiteId: siteId, toSiteId: otherSiteId, by }))).toEqual({ JourneyMoved: { journeyId, fromSiteId: siteId, toSiteId: otherSiteId } }));
  it('every early end', () => {
    expect(published(received, ReferralNotTakenForward({ reason: 'other', signposts: [], by }))).toEqual({ ReferralEnded: { ...journey, outcome: 'not-taken-forward' } });
    expect(published(received, ReferralWithdrawn({ afterAcceptance: false, by }))).toEqual({ ReferralEnded: { ...journey, outcome: 'withdrawn' } });
    expect(published(received, ReferralMerged({ intoJourneyId: supporterId, by }))).toEqual({ ReferralEnded: { ...journey, outcome: 'merged' }, ReferralMerged: { journeyId, intoJourneyId: supporterId } });
    expect(published(received, ReferralDirectedToTraining({ supporterId, by }))).toEqual({
      ReferralEnded: { ...journey, outcome: 'directed-to-training' },
      CandidacyOpened: { journeyId, personId, siteId, supporterId, name: 'Robin Example', email: 'robin@example.org' },
    });
  });
  it('a leaving after acceptance, which is for another stage to record', () =>
    expect(published(received, ReferralAccepted({ earlierJourneyIds: [], by }), ReferralWithdrawn({ afterAcceptance: true, by }))).toEqual({ ReferralWithdrawn: { journeyId } }));
  it('a death, and an erasure', () => {
    expect(published(received, PersonDied({ personId, by }))).toEqual({ PersonDied: journey });
    expect(published(received, PersonErased({ personId, subjects: [`mentee-${journeyId}`], reason: 'asked-by-person' }))).toEqual({ PersonErased: { ...journey, subjects: [`mentee-${journeyId}`] } });
  });
});
