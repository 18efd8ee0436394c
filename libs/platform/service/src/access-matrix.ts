import type { ContextDefinition, StaffRole } from './context-definition.js';
import { commandsOf, queriesOf, type ServedRoute } from './routes.js';

export const staffRoles = ['administrator', 'coordinator', 'supervisor', 'supporter', 'referrer', 'auditor', 'analyst'] as const satisfies readonly StaffRole[];

/** Whether somebody with a role, or nobody in particular, may use a route at all; whose record it is is asked afterwards. */
export interface AccessRow {
  readonly context: string;
  readonly method: ServedRoute['method'] | 'DELETE';
  readonly path: string;
  /** `public`: anybody. `signed-in`: every role. */
  readonly roles: readonly StaffRole[] | 'public' | 'signed-in';
  /** Whether it is about one record, whose belonging decides besides: another site's or organisation's answers 404. */
  readonly ofRecord: boolean;
}

/** Routes that belong to no context. */
const ownRoutes: readonly AccessRow[] = (
  [
    ['POST', '/api/session', 'public'],
    ['POST', '/api/session/renew', 'public'],
    ['DELETE', '/api/session', 'signed-in'],
    ['GET', '/api/session', 'signed-in'],
    ['GET', '/api/session/invitations/:token', 'public'],
    ['POST', '/api/session/invitations/:token', 'public'],
    ['GET', '/api/session/set-up/:token', 'public'],
    ['GET', '/.well-known/jwks.json', 'public'],
    ['GET', '/', 'public'],
    ['GET', '/health/live', 'public'],
    ['GET', '/health/started', 'public'],
    ['GET', '/health/ready', 'public'],
    ['GET', '/metrics', 'public'],
  ] as const
).map(([method, path, roles]) => ({ context: 'platform', method, path, roles, ofRecord: false }));

/** Every route with who may use it, made from the routes themselves. Throws a `DeclarationError` for one that declares nothing. */
export function accessMatrixOf(contexts: readonly ContextDefinition[]): readonly AccessRow[] {
  const rows = contexts.flatMap((context) => [
    ...queriesOf(context).map(({ method, path, roles, route }) => ({ context: context.name, method, path, roles, ofRecord: route.record !== undefined })),
    ...commandsOf(context).map(({ method, path, roles }) => ({ context: context.name, method, path, roles, ofRecord: true })),
  ]);
  return [...rows, ...ownRoutes];
}

/** The status that a role gets before any record is looked at; `undefined`: it is let in. */
export function refusalFor(row: AccessRow, role: StaffRole | 'nobody'): 401 | 403 | undefined {
  if (row.roles === 'public') return undefined;
  if (role === 'nobody') return 401;
  return row.roles === 'signed-in' || row.roles.includes(role) ? undefined : 403;
}
