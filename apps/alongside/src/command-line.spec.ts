import { describe, expect, it, test } from '@jest/globals';
import { commands, runCommandLine } from './command-line.js';
import { recordingTerminal } from './commands/recording-terminal.fixture.js';

async function called(...args: readonly string[]) {
  const terminal = recordingTerminal();
  const code = await runCommandLine({ args, environment: { ALONGSIDE_DATA: '/nowhere/at/all' }, terminal, signal: new AbortController().signal });
  return { code, printed: terminal.printed, told: terminal.told };
}

const journeyId = '00000000-0000-4000-8000-000000000014';

describe('the command line', () => {
  test.each([
    ['nothing at all', [], /say what to do/],
    ['a command that does not exist', ['bogus'], /no command bogus/],
    ['half a command', ['parked'], /list, replay, skip/],
    ['an unknown option', ['rebuild', '--all'], /usage: alongside rebuild/],
    ['an option without its value', ['rebuild', '--read-model'], /usage: alongside rebuild/],
    ['too much', ['verify', 'everything'], /too much/],
    ['no journey', ['erase-person', '--reason', 'asked-by-person'], /something is missing/],
    ['what is no id', ['erase-person', 'robin', '--reason', 'asked-by-person'], /named by its id/],
    ['no reason', ['erase-person', journeyId], /say why/],
    ['no document', ['parked', 'replay', 'referrals.referrals'], /name the read model and the document/],
    ['no dead letter', ['dead-letters', 'replay'], /say which/],
    ['no consumer', ['republish', '--context', 'referrals'], /say which consumer/],
    ['a dead letter that is no number', ['dead-letters', 'drop', 'first'], /named by its number/],
  ])('says in one line what is wrong with %s', async (_what, args, says) => {
    const { code, printed, told } = await called(...args);
    expect({ code, printed }).toEqual({ code: 2, printed: [] });
    expect(told).toEqual([expect.stringMatching(says)]);
    expect(told[0]).not.toContain('\n');
  });

  it('never shows what was typed in the place of an id', async () => {
    const { told } = await called('erase-person', 'Robin Example', '--reason', 'asked-by-person');
    expect(told.join()).not.toContain('Robin');
  });

  it('makes no system of a folder that holds none', async () => {
    expect(await called('verify')).toEqual({ code: 1, printed: [], told: [expect.stringMatching(/^alongside: there is no data in \/nowhere\/at\/all/)] });
  });

  it('names the variable that is wrong', async () => {
    const terminal = recordingTerminal();
    const code = await runCommandLine({ args: ['verify'], environment: { ALONGSIDE_PORT: 'eighty' }, terminal, signal: new AbortController().signal });
    expect({ code, told: terminal.told }).toEqual({ code: 1, told: [expect.stringMatching(/ALONGSIDE_PORT/)] });
  });

  it('helps with everything, and with one thing', async () => {
    const { code, printed } = await called('help');
    expect(code).toBe(0);
    for (const { name, says } of commands) expect(printed.join('\n')).toMatch(new RegExp(`${name}[^]*${says.slice(0, 20)}`));
    expect((await called('help', 'dead-letters', 'drop')).printed.join()).toMatch(/^Usage: alongside dead-letters drop ID/);
    expect((await called('rebuild', '--help')).printed.join()).toMatch(/^Usage: alongside rebuild/);
  });

  it('tells its version', async () => {
    expect(await called('--version')).toEqual({ code: 0, printed: [expect.stringMatching(/^\d+\.\d+\.\d+$/)], told: [] });
  });
});
