import { aheadOf } from '@alongside/read-models';
import type { Platform } from '@alongside/service';
import { verifyLog, type Fault } from '../verify-log.js';
import { type CliCommand, type Run } from './command.js';
import { withStores } from './stores.js';

/** So many faults are told one by one. */
const mostShown = 200;

export const verify: CliCommand = {
  name: 'verify',
  usage: '[--read-models]',
  says: 'reads the whole log and proves that it is whole; with --read-models also compares them with a rebuild from nothing',
  options: { 'read-models': { type: 'boolean' } },
  positionals: [0, 0],
  run: (run) => withStores(run.configuration, (platform) => verifyAll(run, platform)),
};

async function verifyAll(run: Run, platform: Platform): Promise<number> {
  const { terminal, signal } = run;
  const { store, catalogue, personal } = platform;
  let faults = 0;
  const tell = (line: string): void => {
    faults += 1;
    if (faults <= mostShown) terminal.print(line);
  };
  const verified = await verifyLog({
    store,
    catalogue,
    personal,
    signal,
    onFault: (fault) => tell(lineOf(fault)),
    onProgress: (events, position) => terminal.progress(`${events} events read, at position ${position}`),
  });
  for (const line of await cutOff(platform, signal)) tell(line);

  terminal.print(`${verified.events} events in ${verified.streams} streams, up to position ${verified.position ?? '(an empty log)'}`);
  terminal.print(`${verified.upcast} events of earlier versions brought up to date`);
  terminal.print(`${verified.sealed.opened} sealed values open, ${verified.sealed.erased} are of people erased, ${verified.sealed.corrupt} do not open`);

  if (run.values['read-models'] === true && verified.faults === 0) {
    terminal.progress('comparing the read models with a rebuild from nothing');
    for (const line of await differences(platform, signal)) tell(line);
    terminal.print(`${platform.contexts.flatMap((context) => context.readModels).length} read models compared with a rebuild`);
  }
  if (faults === 0) {
    terminal.print('everything is in order');
    return 0;
  }
  if (faults > mostShown) terminal.print(`and ${faults - mostShown} more`);
  terminal.tell(`alongside: ${faults} ${faults === 1 ? 'fault' : 'faults'} found`);
  return 1;
}

const lineOf = ({ stream, revision, position, type, what }: Fault): string => `${stream}, revision ${revision}, position ${position} (${type}): ${what}`;

/** Read models that have seen more than there is: the end of the log is gone, or an older copy of it was put back. */
async function cutOff({ store, readModels }: Platform, signal: AbortSignal): Promise<readonly string[]> {
  const ahead = await aheadOf(store, (await readModels.copies()).filter(({ live }) => live), signal);
  const last = (await store.lastPosition()) ?? '(empty)';
  return ahead.map(({ readModel, checkpoint }) => `the log ends at position ${last}, and ${readModel} has seen position ${checkpoint}: the end of the log is missing`);
}

/** The live copies move with the log: a server does that, or we do where there is none. */
async function differences({ projections }: Platform, outside: AbortSignal): Promise<readonly string[]> {
  const over = new AbortController();
  const signal = AbortSignal.any([outside, over.signal]);
  const following = projections.run(signal);
  try {
    const parked = (await projections.parked()).map(({ readModel, documentId, position }) => `${readModel} ${documentId}: parked at position ${position}`);
    if (parked.length > 0) return parked;
    return (await projections.compare(undefined, signal)).map(({ readModel, documentId, kind }) => `${readModel} ${documentId}: ${kind} beside a rebuild`);
  } finally {
    over.abort();
    await following;
  }
}
