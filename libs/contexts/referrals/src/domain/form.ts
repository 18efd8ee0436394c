import type { FormAnswer } from '@alongside/contracts';
import { InvalidField } from '@alongside/event-sourcing';
import { IdentityToConfirmAgain, ReferralFormAmended } from './events.js';
import { answersOf, ongoing, voiceOf, type Decisions } from './state.js';
import type { IdentityDetails, Voice } from './words.js';

export interface FormBodies {
  /**
   * `answers` hold what differs from what is known; `required` names the fields that registration cannot do without; `renamed`: of what
   * an identity is confirmed by, what was known is written otherwise now, or not any more.
   */
  'amend-form': {
    answers: Readonly<Record<string, FormAnswer>>;
    cleared: readonly string[];
    asked: readonly string[];
    identity?: IdentityDetails;
    required: readonly string[];
    renamed?: readonly ('name' | 'date-of-birth')[];
    by?: Voice;
  };
}

export const form: Decisions<FormBodies> = {
  'amend-form'(command, state) {
    const current = ongoing(state);
    const { answers, required, renamed = [], identity } = command.data;
    const needed = command.data.cleared.filter((name) => required.includes(name));
    if (needed.length > 0) throw new InvalidField(needed.map((name) => ({ path: `form.${name}`, code: 'required' })));
    const cleared = command.data.cleared.filter((name) => name in answersOf(current));
    const asked = command.data.asked.filter((name) => !current.asked.includes(name));
    if (Object.keys(answers).length + cleared.length + asked.length === 0) return [];
    const amended = ReferralFormAmended({ answers, cleared, asked, ...(identity && { identity }), by: voiceOf(command) });
    // After acceptance nothing waits for it any more: a name may change by marriage.
    const isToConfirm = renamed.length > 0 && current.status !== 'accepted' && current.identity.status === 'confirmed';
    return isToConfirm ? [amended, IdentityToConfirmAgain({ changed: renamed })] : [amended];
  },
};
