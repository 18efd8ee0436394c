import type { LetterContent } from './dead-letters.js';
import type { Message } from './integration-event.js';

/** A message as it is put aside. */
export const messageLetter = (message: Message): LetterContent => ({
  key: message.key,
  name: `${message.context}.${message.name}`,
  messageId: message.id,
  origin: message.source,
  payload: message as unknown as LetterContent['payload'],
});

export const messageOfLetter = (letter: LetterContent): Message => letter.payload as unknown as Message;
