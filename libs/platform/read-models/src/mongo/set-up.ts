import type { Mongo } from '@alongside/mongodb';
import { databasesOf, sharedIndexes } from './collections.js';

/** The role of those who may read what is published, in the database that it stands in. */
export const analystRole = 'alongsideAnalyst';

export interface ReadModelSetUp {
  /** The role and the database that it reads; undefined where the server has no roles. */
  readonly analysts: AnalystRole | undefined;
}

export interface AnalystRole {
  readonly database: string;
  readonly role: string;
  /** Present: this user, or this server, may not make roles. One line that says how somebody does by hand what it is for. */
  readonly byHand?: string;
}

const alreadyExists = 51002;
const noRoles: readonly unknown[] = [59, 238];
/** Unauthorized, and what Atlas says of commands that it has for nobody. */
const notAllowed: readonly unknown[] = [13, 8000];

/**
 * Makes the indexes of what read models keep beside the copies (a copy's own are made with it), and the role of the analysts. May be
 * repeated. Whoever runs it must be allowed to make roles; where nobody is, all else is done.
 */
export async function setUpReadModels(mongo: Mongo): Promise<ReadModelSetUp> {
  await mongo.indexed(sharedIndexes);
  return { analysts: await createAnalystRole(mongo) };
}

/**
 * A role that reads the published collections and nothing else. Give it to a user with
 * `db.createUser({ user, pwd, roles: [{ role: 'alongsideAnalyst', db }] })` in that database. Undefined: the server has no roles.
 */
export async function createAnalystRole(mongo: Mongo): Promise<AnalystRole | undefined> {
  const { onAnalysis } = databasesOf(mongo);
  return await onAnalysis(async (database) => {
    const analysts = { database: database.databaseName, role: analystRole };
    const rights = { privileges: [], roles: [{ role: 'read', db: database.databaseName }] };
    try {
      await database.command({ createRole: analystRole, ...rights }).catch(async (error: unknown) => {
        if (codeOf(error) !== alreadyExists) throw error;
        await database.command({ updateRole: analystRole, ...rights });
      });
      return analysts;
    } catch (error) {
      if (noRoles.includes(codeOf(error))) return undefined;
      if (notAllowed.includes(codeOf(error))) return { ...analysts, byHand: byHand(database.databaseName) };
      throw error;
    }
  });
}

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;

const byHand = (database: string): string =>
  `this user may not make the role ${analystRole} here. For analysts, let an administrator run ` +
  `db.getSiblingDB('${database}').createRole({ role: '${analystRole}', privileges: [], roles: [{ role: 'read', db: '${database}' }] }); ` +
  `where the server has no such command (Atlas), make a user there with the built-in role read on the database ${database} and nothing else`;
