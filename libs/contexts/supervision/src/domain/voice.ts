import type { Actor } from '@alongside/event-sourcing';

/** Whose word or wish something is; who took it down is the event's actor. */
export type Voice = 'mentee' | 'referrer' | 'supporter' | 'staff';

/** What somebody says for themselves, unless they name another. */
export const voiceOf = (actor: Actor, named: Voice | undefined): Voice => named ?? (actor.role === 'supporter' ? 'supporter' : 'staff');
