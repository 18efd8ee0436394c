import type { FormAnswer } from '@alongside/contracts';
import { InvalidField } from '@alongside/event-sourcing';
import { ReferralFormAmended } from './events.js';
import { ongoing, voiceOf, type Decisions } from './state.js';
import type { IdentityDetails, Voice } from './words.js';

export interface FormBodies {
  /** `answers` hold what differs from what is known; `required` names the fields that registration cannot do without. */
  'amend-form': {
    answers: Readonly<Record<string, FormAnswer>>;
    cleared: readonly string[];
    asked: readonly string[];
    identity?: IdentityDetails;
    required: readonly string[];
    by?: Voice;
  };
}

export const form: Decisions<FormBodies> = {
  'amend-form'(command, state) {
    const current = ongoing(state);
    const { answers, required, identity } = command.data;
    const needed = command.data.cleared.filter((name) => required.includes(name));
    if (needed.length > 0) throw new InvalidField(needed.map((name) => ({ path: `form.${name}`, code: 'required' })));
    const cleared = command.data.cleared.filter((name) => name in current.answers);
    const asked = command.data.asked.filter((name) => !current.asked.includes(name));
    if (Object.keys(answers).length + cleared.length + asked.length === 0) return [];
    return [ReferralFormAmended({ answers, cleared, asked, ...(identity && { identity }), by: voiceOf(command) })];
  },
};
