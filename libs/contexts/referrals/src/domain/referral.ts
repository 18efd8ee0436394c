import { aggregate, decider, type CommandsOf } from '@alongside/event-sourcing';
import { acceptance, type AcceptanceBodies } from './acceptance.js';
import { carryingOver, type CarryingOverBodies } from './carrying-over.js';
import { contact, type ContactBodies } from './contact.js';
import { ending, type EndingBodies } from './ending.js';
import { referralEvents, type ReferralEvent } from './events.js';
import { evolve } from './evolve.js';
import { form, type FormBodies } from './form.js';
import { hearing, type HearingBodies } from './hearing.js';
import { identity, type IdentityBodies } from './identity.js';
import { receiving, type ReceivingBodies } from './receiving.js';
import type { Referral } from './state.js';
import { transfer, type TransferBodies } from './transfer.js';

export type ReferralCommand = CommandsOf<
  ReceivingBodies & FormBodies & ContactBodies & IdentityBodies & CarryingOverBodies & AcceptanceBodies & TransferBodies & EndingBodies & HearingBodies
>;

/** One journey from the referral on: how it comes in, until its assessment opens or it ends; and how it stands from then on. */
export const referral = decider<Referral, ReferralCommand, ReferralEvent>({
  initial: { status: 'none' },
  decide: { ...receiving, ...form, ...contact, ...identity, ...carryingOver, ...acceptance, ...transfer, ...ending, ...hearing },
  evolve,
});

export const referralAggregate = aggregate({
  category: 'referral',
  events: referralEvents,
  decider: referral,
  belonging: (state: Referral, id) =>
    state.status === 'none'
      ? undefined
      : {
          organisationId: state.organisationId,
          siteId: state.siteId,
          journeyId: id,
          beganAt: state.beganAt,
          ...(state.referrerId !== undefined && { referrerId: state.referrerId }),
        },
});
