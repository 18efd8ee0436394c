import { checkContexts, exampleOf, reader, schemaOf } from '@alongside/service';
import { referralsContext } from '../referrals.context.js';
import { referralCommands } from './commands.js';

describe('the commands of referrals', () => {
  it('can be served as they are declared', () => expect(() => checkContexts([referralsContext])).not.toThrow());
  it.each(referralCommands.map((each) => [each.name, each] as const))('%s: its example is one that it takes', (_name, { body }) => {
    expect(reader(body)(exampleOf(body)).problems).toEqual([]);
    expect(schemaOf(body)).toMatchObject({ type: 'object', additionalProperties: false });
  });
  it('are those of the domain', () =>
    expect(referralCommands.map((each) => each.name)).toEqual(
      expect.arrayContaining([
        'receive-referral',
        'direct-to-training',
        'set-safe-contact',
        'assign-coordinator',
        'amend-form',
        'record-contact-attempt',
        'confirm-identity',
        'link-to-person',
        'unlink-from-person',
        'dismiss-duplicate',
        'merge-into-journey',
        'accept-referral',
        'defer-referral',
        'review-referral-deferral',
        'not-take-forward',
        'withdraw-referral',
        'transfer-referral',
        'accept-transfer',
        'return-transfer',
        'inform-referrer',
        'erase-person',
        'record-death',
      ]),
    ));
});
