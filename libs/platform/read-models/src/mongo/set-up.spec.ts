import type { Mongo } from '@alongside/mongodb';
import { analystRole, createAnalystRole } from './set-up.js';

const database = 'alongside_analysis';
const whole = { database, role: analystRole };

/** A server that answers commands with these codes, one after the other, and then with success. */
function serverOf(...codes: readonly number[]): { readonly mongo: Mongo; readonly asked: string[] } {
  const asked: string[] = [];
  const command = async (wanted: Record<string, unknown>): Promise<object> => {
    const code = codes[asked.length];
    asked.push(Object.keys(wanted)[0] as string);
    if (code !== undefined) throw Object.assign(new Error('refused'), { code });
    return { ok: 1 };
  };
  const run: Mongo['run'] = (work) => work({ databaseName: database, command } as unknown as Parameters<typeof work>[0]);
  return { mongo: { run } as unknown as Mongo, asked };
}

describe('the role of the analysts', () => {
  it('is made, or made what it has to be', async () => {
    const [fresh, again] = [serverOf(), serverOf(51002)];
    expect(await createAnalystRole(fresh.mongo)).toEqual(whole);
    expect(await createAnalystRole(again.mongo)).toEqual(whole);
    expect([fresh.asked, again.asked]).toEqual([['createRole'], ['createRole', 'updateRole']]);
  });

  it.each([59, 238])('is none where the server has no roles (%i)', async (code) => {
    expect(await createAnalystRole(serverOf(code).mongo)).toBeUndefined();
  });

  it.each([[[13]], [[8000]], [[51002, 13]]])('is told how to be made by hand where that is not allowed (%j), and keeps nothing from being done', async (codes) => {
    const made = await createAnalystRole(serverOf(...codes).mongo);
    expect(made).toEqual({ ...whole, byHand: expect.stringMatching(/^this user may not make the role alongsideAnalyst here[^\n]+createRole\([^\n]+built-in role read on the database alongside_analysis/) });
  });

  it('is no matter of other faults', async () => {
    await expect(createAnalystRole(serverOf(11600).mongo)).rejects.toMatchObject({ code: 11600 });
  });
});
