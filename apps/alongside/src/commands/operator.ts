import { randomUUID } from 'node:crypto';
import type { Grant } from '@alongside/access';
import type { Application } from '@alongside/service';
import { CommandProblem } from './command.js';

/** Whoever works on the machine itself: what they do stands in the log and in the access records under this id. */
export const operatorId = 'c0331a4d-0000-5000-8000-00000000c11e';

export interface OperatorAnswer {
  readonly status: number;
  readonly body: string;
}

/** The organisation whose journey it is. */
export async function organisationOf({ platform }: Application, journeyId: string): Promise<string> {
  const last = (await platform.store.readStream(`referral-${journeyId}`)).at(-1);
  if (!last) throw new CommandProblem(`there is no journey ${journeyId}`);
  return last.metadata.organisationId;
}

/** Sends requests as somebody of that organisation with one role, through the same routes and rules as everybody's. */
export function operatorOf(application: Application, organisationId: string, role: Grant['role']) {
  const send = async (method: 'GET' | 'POST', path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<OperatorAnswer> => {
    const { token } = await application.platform.access.tokens.issue({ id: operatorId, organisationId, grants: [{ role, sites: 'all' }], sessionId: randomUUID() });
    return application.request({
      method,
      path,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body }),
    });
  };
  return {
    get: (path: string, headers: Readonly<Record<string, string>> = {}) => send('GET', path, undefined, headers),
    post: (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) => send('POST', path, body, headers),
  };
}

interface Problem {
  readonly title?: string;
  readonly code?: string;
  readonly rule?: string;
  readonly errors?: readonly { readonly path?: string; readonly message?: string; readonly code?: string }[];
}

/** What a problem document says, in one line. */
export function saidBy({ status, body }: OperatorAnswer): string {
  let problem: Problem = {};
  try {
    problem = JSON.parse(body) as Problem;
  } catch {
    // A body that is no JSON says nothing more than its status.
  }
  const { title, code, rule, errors = [] } = problem;
  const fields = errors.map((each) => `${each.path ?? ''} ${each.message ?? each.code ?? ''}`.trim());
  return [title ?? `status ${status}`, rule ?? code, ...fields].filter((part) => part !== undefined && part !== '').join(': ');
}
