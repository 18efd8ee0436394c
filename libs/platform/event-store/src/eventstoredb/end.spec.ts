import { setImmediate as turn } from 'node:timers/promises';
import { End } from './end.js';

describe('the end of a log', () => {
  let now: string;
  let asked: number;
  let end: End;

  beforeEach(async () => {
    now = '100';
    asked = 0;
    const ask = (): Promise<string> => {
      asked += 1;
      return Promise.resolve(now);
    };
    end = new End(ask, 100, new AbortController().signal);
    await end.last();
  });

  it('that lies further back for a moment is waited for', async () => {
    now = '090';
    const before = end.endsBefore('100');
    await turn();
    now = '100';
    expect(await before).toBe(false);
  });

  it('that stays further back was put back, and whoever asks next is told at the first look', async () => {
    now = '050';
    expect(await end.endsBefore('100')).toBe(true);
    asked = 0;
    expect(await end.endsBefore('100')).toBe(true);
    expect(asked).toBe(1);
  });

  it('has to stay further back again, once the log has grown beyond what was put back', async () => {
    now = '050';
    expect(await end.endsBefore('100')).toBe(true);
    now = '150';
    expect(await end.last()).toBe('150');
    now = '090';
    const before = end.endsBefore('150');
    await turn();
    now = '150';
    expect(await before).toBe(false);
  });
});
