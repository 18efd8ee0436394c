import { systemScheduler, changeOrTime, type Changes } from '@alongside/messaging';
import type { Platform } from '@alongside/service';

/** How long everything may take to come to rest, in milliseconds of real time, before a test gives up. */
const patience = 20_000;

/** Tells, by positions and offsets, whether anything that goes on by itself has something left to do. */
export function pendingWork(platform: Platform, changes: Changes) {
  const { broker, clock, contexts, loops, projections, store } = platform;

  /** Position of the last event of these types in streams of these prefixes. */
  async function lastOf(prefixes: readonly string[], types: ReadonlySet<string>): Promise<string | undefined> {
    let last: string | undefined;
    if (types.size === 0) return undefined;
    for await (const event of store.readAll({ prefixes })) if (types.has(event.type)) last = event.position;
    return last;
  }

  async function isBehind(loop: string, last: string | undefined): Promise<boolean> {
    if (last === undefined) return false;
    const checkpoint = await loops.progress.checkpoint(loop);
    return checkpoint === undefined || checkpoint < last;
  }

  /** Names of the loops that have something left to do. */
  async function unfinished(): Promise<readonly string[]> {
    const names: string[] = [];
    for (const { name, aggregates, publishes, processes, timers } of contexts) {
      const prefixes = [...new Set([...aggregates.map((each) => `${each.category}-`), `settings-${name}-`])];
      const followers = [
        [`relay:${name}`, publishes.map((each) => each.of.type)],
        [`process:${name}`, processes.flatMap((each) => each.on.map((step) => step.type))],
        [`timers:${name}`, timers.flatMap((each) => each.on.map((step) => step.type))],
      ] as const;
      for (const [loop, types] of followers) if (await isBehind(loop, await lastOf(prefixes, new Set(types)))) names.push(loop);
      if (timers.length > 0 && ((await loops.timers.next(name)) ?? Infinity) <= clock.now().getTime()) names.push(`firing:${name}`);
    }
    for (const { consumer, topic, messages } of await broker.lag()) if (messages > 0) names.push(`${consumer} of ${topic}`);
    return names;
  }

  async function faults(): Promise<readonly string[]> {
    const letters = await loops.deadLetters.list();
    const parked = await projections.parked();
    return [
      ...letters.filter(({ status }) => status === 'failed').map((each) => `${each.consumer} ${each.steps.join(', ')}: ${each.name} ${each.failure?.code ?? ''} ${each.failure?.at ?? ''}`),
      ...parked.map((each) => `${each.readModel}: ${each.type} ${each.code}`),
    ];
  }

  return {
    async settled(faultsAllowed: boolean): Promise<void> {
      const until = systemScheduler.elapsed() + patience;
      for (;;) {
        const seen = changes.version;
        const before = await store.lastPosition();
        const names = await unfinished();
        if (names.length === 0) {
          if (!faultsAllowed) {
            const found = await faults();
            if (found.length > 0) throw new Error(`could not be done: ${found.join('; ')}`);
          }
          if (before !== undefined) {
            await Promise.all(projections.status().map(({ readModel }) => projections.waitFor(readModel, before, patience).catch(ifNotAllowed(faultsAllowed))));
          }
          // Something may have been written meanwhile.
          if ((await store.lastPosition()) === before && (await unfinished()).length === 0) return;
        }
        if (systemScheduler.elapsed() > until) throw new Error(`not settled: ${names.join(', ')}`);
        await changeOrTime(changes, seen, systemScheduler, 25, new AbortController().signal);
      }
    },
  };
}

const ifNotAllowed =
  (allowed: boolean) =>
  (error: unknown): void => {
    if (!allowed) throw error;
  };
