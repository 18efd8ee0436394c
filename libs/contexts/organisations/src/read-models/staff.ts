import type { ErasureReason, OverrideReason } from '@alongside/contracts';
import type { Personal } from '@alongside/event-sourcing';
import { readModel, update, when, type Document } from '@alongside/read-models';
import { StaffMemberAdded, StaffMemberErased, StaffMemberRemoved, StaffRolesChanged, type Grant } from '../domain/events.js';

export interface StaffDocument extends Document {
  readonly name: Personal<string>;
  readonly email: Personal<string>;
  readonly agency?: Personal<string>;
  readonly grants: readonly Grant[];
  /** The roles alone, for filters. */
  readonly roles: readonly string[];
  readonly status: 'active' | 'removed';
  readonly erasedAt?: string;
  /** Why, and why it did not wait for an open concern. */
  readonly erasure?: { readonly reason: ErasureReason; readonly overrideReason?: OverrideReason };
  readonly addedAt: string;
}

const rolesOf = (grants: readonly Grant[]): readonly string[] => grants.map((grant) => grant.role);

export const staff = readModel<StaffDocument>({
  name: 'organisations.staff',
  version: 3,
  says: 'Staff members and signed-in referrers, with their roles.',
  streams: ['organisation-'],
  documentOf: ({ data }) => (typeof data.staffId === 'string' ? data.staffId : undefined),
  indexes: [['status']],
  search: { name: { as: 'words', of: (document) => [document.name] } },
  on: [
    when(StaffMemberAdded, (_document, { data: { staffId: _staffId, ...member }, metadata }) => ({
      organisationId: metadata.organisationId,
      ...member,
      roles: rolesOf(member.grants),
      status: 'active',
      addedAt: metadata.occurredAt,
    })),
    update(StaffRolesChanged, (document, { data }) => ({ ...document, grants: data.grants, roles: rolesOf(data.grants) })),
    update(StaffMemberErased, (document, { data: { reason, overrideReason }, metadata }) => ({
      ...document,
      erasedAt: metadata.occurredAt,
      erasure: { reason, ...(overrideReason !== undefined && { overrideReason }) },
    })),
    update(StaffMemberRemoved, (document) => ({ ...document, grants: [], roles: [], status: 'removed' })),
  ],
});
