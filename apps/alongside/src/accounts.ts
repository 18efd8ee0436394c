import { matching, organisations } from '@alongside/contracts';
import { reaction, type Follower, type Platform } from '@alongside/service';

/** Accounts follow what organisations and matching say about staff, referrers and peer supporters. */
export function accountsFollower({ access, personal }: Platform): Follower {
  return {
    consumer: 'access',
    reactions: [
      reaction(organisations.StaffMemberChanged, 'keep-staff-account', 'Keeps the account of a staff member or a referrer.', async ({ data, organisationId, source }) => {
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
      reaction(matching.SupporterChanged, 'keep-supporter-account', 'Keeps the account of a peer supporter.', async ({ data, organisationId, source }) => {
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
