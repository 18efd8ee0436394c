import { matching, organisations } from '@alongside/contracts';
import type { DataOf, IntegrationEvent, Message } from '@alongside/messaging';
import type { Follower, Platform } from '@alongside/service';

type Following = Follower['reactions'][number];

function following<Event extends IntegrationEvent>(to: Event, name: string, react: (message: Message<DataOf<Event>>) => Promise<void>): Following {
  return { to, name, react: react as Following['react'] };
}

/** Accounts follow what organisations and matching say about staff, referrers and peer supporters. */
export function accountsFollower({ access, personal }: Platform): Follower {
  return {
    consumer: 'access',
    reactions: [
      following(organisations.StaffMemberChanged, 'keep-staff-account', async ({ data, organisationId, source }) => {
        const { email } = await personal.open({ email: data.email });
        await access.accounts.put({
          id: data.staffId,
          organisationId,
          ...whereReadable(email),
          grants: data.grants,
          status: data.status,
          sourceRevision: source.revision,
        });
      }),
      following(matching.SupporterChanged, 'keep-supporter-account', async ({ data, organisationId, source }) => {
        const { email } = await personal.open({ email: data.email });
        await access.accounts.put({
          id: data.supporterId,
          organisationId,
          ...whereReadable(email),
          grants: [{ role: 'supporter', sites: [data.siteId] }],
          status: data.status === 'retired' ? 'removed' : 'active',
          sourceRevision: source.revision,
        });
      }),
    ],
  };
}

/** What reads `erased` is no address any more. */
const whereReadable = (email: string | undefined): { readonly email?: string } => (email?.includes('@') ? { email } : {});
