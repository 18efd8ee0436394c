import type { Role } from '@alongside/event-store';

/** A role held at the named sites, or at every site of the organisation. */
export interface Grant {
  readonly role: Exclude<Role, 'public' | 'system'>;
  readonly sites: readonly string[] | 'all';
}

/** Who is signed in: what a verified token says. `id` is the staff member's, supporter's or referrer's id. */
export interface User {
  readonly id: string;
  readonly organisationId: string;
  readonly grants: readonly Grant[];
}
