import { BrokerFault } from './faults.js';
import { onceReady } from './getting-ready.js';

/** Time passes as it is waited for. */
function patience() {
  let now = 0;
  return { scheduler: { elapsed: () => now, wait: (milliseconds: number) => Promise.resolve(void (now += milliseconds)) }, signal: new AbortController().signal };
}

/** Fails with these codes in turn, then does what it is there for. */
function failing(...codes: readonly string[]): { readonly run: () => Promise<void>; readonly left: string[] } {
  const left = [...codes];
  const run = (): Promise<void> => {
    const code = left.shift();
    return code === undefined ? Promise.resolve() : Promise.reject(new BrokerFault(code, 'not now'));
  };
  return { run, left };
}

describe('a group that the broker is getting ready for', () => {
  it('is waited for', async () => {
    const { run, left } = failing('GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP', 'KafkaJSGroupCoordinatorNotFound');
    await onceReady(run, patience());
    expect(left).toEqual([]);
  });

  it('is no reason to keep quiet about anything else', async () => {
    const { run, left } = failing('GROUP_LOAD_IN_PROGRESS', 'ECONNREFUSED', 'GROUP_LOAD_IN_PROGRESS');
    await expect(onceReady(run, patience())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(left).toEqual(['GROUP_LOAD_IN_PROGRESS']);
  });

  it('is a fault when it takes half a minute', async () => {
    const { run, left } = failing(...Array.from({ length: 100 }, () => 'GROUP_LOAD_IN_PROGRESS'));
    await expect(onceReady(run, patience())).rejects.toMatchObject({ code: 'GROUP_LOAD_IN_PROGRESS' });
    expect(left).toHaveLength(39);
  });

  it('is not waited for by one who is to stop', async () => {
    const { run, left } = failing('GROUP_LOAD_IN_PROGRESS', 'GROUP_LOAD_IN_PROGRESS');
    await onceReady(run, { ...patience(), signal: AbortSignal.abort() });
    expect(left).toHaveLength(1);
  });
});
