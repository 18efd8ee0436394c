import { inStream, recorded, testIds } from '@alongside/testing';
import { picture } from './journey.js';
import type { JourneyCategory } from './stream-names.js';
import type { Stage } from './stage.js';

const { journeyId, siteId, otherSiteId, supporterId } = testIds;

type Told = readonly [category: JourneyCategory, type: string, data?: object];

const received: Told = ['referral', 'ReferralReceived', { siteId, purpose: 'peer-support', source: 'self', channel: 'telephone' }];
const accepted: Told[] = [received, ['referral', 'ReferralAccepted'], ['assessment', 'AssessmentOpened']];
const waiting: Told[] = [...accepted, ['assessment', 'FoundSuitable'], ['matching', 'WaitingStarted']];
const proposed: Told[] = [...waiting, ['matching', 'MatchProposed', { supporterId }]];
const supported: Told[] = [...proposed, ['matching', 'MatchIntroduced', { supporterId }], ['support', 'RelationshipOpened', { supporterId }]];
const ended = (wantsAnother: boolean): Told[] => [
  ...supported,
  ['support', 'RelationshipEnded', { ending: wantsAnother ? 'not-a-good-fit' : 'planned', wantsAnother, endedOn: '2026-03-02' }],
  ['matching', 'MatchEnded', { wantsAnother }],
];

const after = (told: readonly Told[]) => picture(recorded(told.map(([category, type, data = {}]) => inStream(`${category}-${journeyId}`, { type, data }))));

describe('the stage of a journey', () => {
  it.each<readonly [string, Stage, readonly Told[]]>([
    ['begins with the referral', 'referral', [received]],
    ['is deferred before acceptance', 'deferred', [received, ['referral', 'ReferralDeferred']]],
    ['stays deferred when a review says so', 'deferred', [received, ['referral', 'ReferralDeferred'], ['referral', 'ReferralDeferralReviewed', { outcome: 'defer-again' }]]],
    ['goes on when a review says so', 'referral', [received, ['referral', 'ReferralDeferred'], ['referral', 'ReferralDeferralReviewed', { outcome: 'continue' }]]],
    ['is assessment from acceptance on', 'assessment', accepted.slice(0, 2)],
    ['is deferred by the assessment', 'deferred', [...accepted, ['assessment', 'SupportDeferred']]],
    ['is assessment again when reopened', 'assessment', [...accepted, ['assessment', 'SupportDeferred'], ['assessment', 'AssessmentReopened']]],
    ['waits once found suitable', 'waiting', waiting],
    ['is proposed', 'proposed', proposed],
    ['waits again when turned down', 'waiting', [...proposed, ['matching', 'MatchTurnedDown']]],
    ['waits again when the proposal is withdrawn', 'waiting', [...proposed, ['matching', 'MatchProposalWithdrawn']]],
    ['goes back to assessment', 'assessment', [...waiting, ['matching', 'ReturnedToAssessment'], ['assessment', 'AssessmentReopened'], ['matching', 'WaitingEnded', { reason: 'assessment-reopened' }]]],
    ['is assessment when the assessment looks again by itself', 'assessment', [...waiting, ['matching', 'WaitingEnded', { reason: 'assessment-reopened' }]]],
    ['ends when waiting is left', 'evaluation', [...waiting, ['matching', 'WaitingEnded', { reason: 'left' }]]],
    ['is supported', 'supported', supported],
    ['is paused', 'paused', [...supported, ['support', 'RelationshipPaused']]],
    ['is supported again', 'supported', [...supported, ['support', 'RelationshipPaused'], ['support', 'RelationshipResumed']]],
    ['waits for another supporter', 'waiting', [...ended(true), ['matching', 'WaitingStarted']]],
    ['is evaluated after the relationship', 'evaluation', ended(false)],
    ['is not yet closed when a referral is not taken forward', 'evaluation', [received, ['referral', 'ReferralNotTakenForward']]],
    ['stays where it is when somebody leaves after acceptance', 'assessment', [...accepted, ['referral', 'ReferralWithdrawn', { afterAcceptance: true }]]],
    ['ends when somebody leaves before', 'evaluation', [received, ['referral', 'ReferralWithdrawn', { afterAcceptance: false }]]],
    ['ends with a death, whatever comes late', 'evaluation', [...accepted, ['assessment', 'FoundSuitable'], ['referral', 'PersonDied'], ['matching', 'WaitingStarted']]],
    ['stays closed', 'closed', [...ended(false), ['evaluation', 'JourneyClosed', { outcome: 'completed', closedOn: '2026-03-02' }], ['matching', 'MatchEnded', { wantsAnother: true }]]],
    ['knows nothing of what a newer version tells', 'waiting', [...waiting, ['matching', 'SomethingNewer']]],
  ])('%s', (_what, stage, told) => {
    expect(after(told)?.stage).toBe(stage);
  });

  it('does not begin without a referral', () => {
    expect(after([['support', 'ConcernRaised']])).toBeUndefined();
  });

  it('moves with the journey to another site', () => {
    expect(after([...accepted, ['referral', 'TransferAccepted', { toSiteId: otherSiteId }]])).toMatchObject({ siteId: otherSiteId, stage: 'assessment' });
  });

  it('forgets how the last relationship ended once the next one begins', () => {
    expect(after(ended(true))).toMatchObject({ ending: 'not-a-good-fit', endedOn: '2026-03-02', relationships: 1 });
    const again = after([...ended(true), ['support', 'RelationshipOpened', { supporterId }]]);
    expect(again).toMatchObject({ stage: 'supported', relationships: 2 });
    expect(again).not.toHaveProperty('endedOn');
    expect(again).not.toHaveProperty('ending');
  });
});
