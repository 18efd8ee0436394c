import type { Mongo } from '@alongside/mongodb';
import { databasesOf, sharedIndexes } from './collections.js';

/** The role of those who may read what is published, in the database that it stands in. */
export const analystRole = 'alongsideAnalyst';

export interface ReadModelSetUp {
  /** Which database the role reads; undefined where the server has no roles. */
  readonly analysts: { readonly database: string; readonly role: string } | undefined;
}

const alreadyExists = 51002;
const noSuchCommand = 59;
const notImplemented = 238;

/**
 * Makes the indexes of what read models keep beside the copies (a copy's own are made with it), and the role of the analysts. May be
 * repeated. Whoever runs it must be allowed to make roles.
 */
export async function setUpReadModels(mongo: Mongo): Promise<ReadModelSetUp> {
  await mongo.indexed(sharedIndexes);
  return { analysts: await createAnalystRole(mongo) };
}

/**
 * A role that reads the published collections and nothing else. Give it to a user with
 * `db.createUser({ user, pwd, roles: [{ role: 'alongsideAnalyst', db }] })` in that database. Undefined: the server has no roles.
 */
export async function createAnalystRole(mongo: Mongo): Promise<ReadModelSetUp['analysts']> {
  const { onAnalysis } = databasesOf(mongo);
  return await onAnalysis(async (database) => {
    const analysts = { database: database.databaseName, role: analystRole };
    const rights = { privileges: [], roles: [{ role: 'read', db: database.databaseName }] };
    try {
      await database.command({ createRole: analystRole, ...rights });
    } catch (error) {
      const { code } = error as { readonly code?: unknown };
      if (code === noSuchCommand || code === notImplemented) return undefined;
      if (code !== alreadyExists) throw error;
      await database.command({ updateRole: analystRole, ...rights });
    }
    return analysts;
  });
}
