import { OneOf, commandVoices, type MenteeCommandBody } from '@alongside/service';

/** Says of a body what `by` is where it is left out: one side's own word, whoever takes it down. `alone`: it is never anybody else's. */
export const WordOf =
  (side: 'mentee' | 'supporter', { alone = false } = {}) =>
  (body: new () => MenteeCommandBody): void => {
    const says = `Whose word or wish this is. Default: the ${side}'s, whoever takes it down${alone ? "; nobody else's is taken" : ''}`;
    OneOf(commandVoices, { optional: true, says, example: side })(body.prototype as object, 'by');
  };
