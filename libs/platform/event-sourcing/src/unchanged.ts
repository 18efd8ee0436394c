import { event } from './event.js';

/** That a command of somebody's found everything as it asks for. */
export interface NothingChanged {
  /** Of the command. */
  readonly stream: string;
  /** Where the stream stood; -1 when there was none. */
  readonly revision: number;
}

/** Kept for commands that can be repeated by their key: a repeat must not undo what somebody else has changed since. */
export const NothingChanged = event('NothingChanged').of<NothingChanged>({
  says: 'A command that may be repeated found everything as it asks for already.',
  personal: {},
  example: { stream: 'referral-3f0c1d1e-6d0c-4b43-9b58-0c9f5a1f7c11', revision: 7 },
});

/** A stream of its own, so that the command's stands where it stood. */
export const unchangedStream = (commandId: string): string => `unchanged-${commandId}`;
