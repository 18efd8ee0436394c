import type { Disclosure, DisclosedToSupporter, MatchingInformation, RelationshipEnding, SafeContact } from '@alongside/contracts';
import type { Command, CommandsOf, Personal } from '@alongside/event-sourcing';
import type { Considered } from './considered.js';
import type { Barrier } from './eligibility.js';
import type { Heard, Stop } from './heard-events.js';
import type { Answering, ConnectionKind, Voice, WaitingEnding, WithdrawalCause } from './matching-events.js';

interface Spoken {
  readonly by?: Voice;
}

/** What matching does because another context told something. */
export interface HearingBodies {
  'hear-journey': { readonly organisationId: string; readonly siteId: string; readonly personId: string; readonly beganAt: string };
  'hear-found-suitable': Heard & { readonly siteId: string; readonly personId: string; readonly beganAt: string; readonly coordinatorId?: string; readonly knownAs?: Personal<string> };
  'hear-matching-information': Heard & { readonly information: Personal<MatchingInformation>; readonly disclosure: Personal<Disclosure> };
  'hear-agreement': Heard & { readonly status: 'signed' | 'withdrawn' };
  /** Without one: what was known is somebody else's. */
  'hear-safe-contact': Heard & { readonly safeContact?: Personal<SafeContact> };
  'hear-coordinator': Heard & { readonly coordinatorId: string };
  'hear-move': Heard & { readonly siteId: string };
  'hear-person': Heard & { readonly personId: string };
  'hear-reopened': Heard;
  'hear-leaving': Heard;
  'hear-stop': Omit<Heard, 'revision'> & { readonly cause: Stop };
  'hear-relationship-ended': {
    readonly relationshipId: string;
    readonly supporterId: string;
    readonly ending: RelationshipEnding;
    readonly wantsAnother: boolean;
    readonly endedOn: string;
    readonly lessons: Personal<readonly string[]>;
  };
}

/** What was gathered about the proposed supporter before deciding. */
export interface ProposalGround {
  /** Calendar date of the command at the mentee's site. */
  readonly today: string;
  readonly barriers: readonly Barrier[];
  readonly brokenMusts: readonly string[];
  /** Absent while matching does not know what a good match needs. */
  readonly considered?: Considered;
}

export interface ProposingBodies {
  'propose-match': Spoken &
    ProposalGround & {
      readonly supporterId: string;
      readonly answerBy: string;
      readonly expiresAt: string;
      readonly overrides: readonly { readonly must: string; readonly reason: string }[];
      readonly note?: string;
    };
  /** `barriers`: why the supporter who is asked, or was until it was withdrawn for their sake, may not be matched. */
  'respond-to-match': Spoken & {
    readonly proposalId?: string;
    readonly side: Answering;
    readonly answer: 'accepted' | 'turned-down';
    readonly reason?: string;
    readonly barriers: readonly Barrier[];
  };
  'withdraw-proposal': Spoken & { readonly proposalId?: string; readonly cause: WithdrawalCause; readonly reason?: string };
  /** Fired when the answer is due. */
  'expire-proposal': { readonly proposalId: string };
}

export interface IntroducingBodies {
  introduce: Spoken & {
    readonly proposalId: string;
    readonly relationshipId: string;
    readonly contactPersonId: string;
    readonly firstMeetingAt: string;
    readonly firstMeetingPlace?: string;
    readonly disclosed: DisclosedToSupporter;
  };
  'abandon-introduction': { readonly proposalId: string; readonly relationshipId: string; readonly supporterId: string };
}

export interface WaitingBodies {
  /** `sameKind`: as it was declared before; `note` only where it is other than it was then: what is sealed is compared beforehand. */
  'declare-connection': Spoken & { readonly supporterId: string; readonly kind: ConnectionKind; readonly sameKind: boolean; readonly menteeAgrees: boolean; readonly note?: string };
  'leave-waiting-list': Spoken & { readonly reason: Extract<WaitingEnding, 'left' | 'withdrawn' | 'unreachable' | 'moved-away' | 'other'>; readonly note?: string };
  'return-to-assessment': Spoken & { readonly reason: string };
}

export type MatchingBodies = HearingBodies & ProposingBodies & IntroducingBodies & WaitingBodies;
export type MatchingCommand = CommandsOf<MatchingBodies>;
export type CommandOf<Type extends keyof MatchingBodies> = Command<Type, MatchingBodies[Type]>;
