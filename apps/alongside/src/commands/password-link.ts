import { CommandProblem, type CliCommand } from './command.js';
import { withStores } from './stores.js';

export const passwordLink: CliCommand = {
  name: 'password-link',
  usage: 'ACCOUNT',
  says: 'shows a link by which somebody who may sign in sets a new password, once; ACCOUNT is their id or e-mail address',
  options: {},
  positionals: [1, 1],
  run: ({ configuration, terminal, positionals: [typed = ''] }) =>
    withStores(configuration, async ({ access, clock }) => {
      const { accounts } = access;
      const account = (await accounts.find(typed.toLowerCase())) ?? (await accounts.findByEmail(await accounts.emailDigest(typed)));
      if (account?.status !== 'active') throw new CommandProblem('nobody may sign in by that id, and nobody has signed in with that address');
      terminal.print(access.invitationLink(account.id, clock.now().toISOString()));
      terminal.tell('the password of before is good until the new one is set');
      return 0;
    }),
};
