import type { RecordedEvent } from '@alongside/event-sourcing';
import { Relay, hearing, runProcesses, runTimers, type FollowerParts, type MessagingObserver } from '@alongside/messaging';
import { settingsAggregate, type Firing } from '@alongside/messaging';
import type { ContextDefinition, Reaction, Timer } from './context-definition.js';
import { statesAt } from './states-at.js';
import type { Platform } from './platform.js';
import type { Services } from './services.js';
import { occasionOfEvent, occasionOfTimer } from './work.js';

/** Everything that a context reacts with: its reactions, and one for each setting that it hears. */
export function reactionsOf(context: ContextDefinition): readonly Reaction[] {
  return [...context.reactions, ...context.hears.map((heard) => hearing(context.name, heard) as unknown as Reaction)];
}

/** Publishes what a context tells others. */
export function relayOf({ broker, catalogue, loops: { progress, deadLetters }, scheduler, store }: Platform, { name, publishes }: ContextDefinition, observer: MessagingObserver = {}): Relay {
  const upToDate = (event: RecordedEvent): RecordedEvent => catalogue.upToDate(event);
  return new Relay({ context: name, publications: publishes, events: store, upToDate, stateAt: statesAt(store, catalogue), broker, progress, deadLetters, scheduler, observer });
}

/**
 * Runs, until the signal aborts, what goes on by itself beside the requests: the relay, processes and timers of every context,
 * and the projections of all of them. Reactions run behind Nest's transport strategy. Comes back when all is put down.
 * Timers begin when `timersFrom` resolves.
 */
export async function runContexts(
  platform: Platform,
  services: ReadonlyMap<string, Services>,
  observer: MessagingObserver,
  signal: AbortSignal,
  timersFrom: Promise<void> = Promise.resolve(),
): Promise<void> {
  const { catalogue, clock, loops, projections, scheduler, store } = platform;
  const upToDate = (event: RecordedEvent): RecordedEvent => catalogue.upToDate(event);
  const parts: FollowerParts = { events: store, upToDate, progress: loops.progress, deadLetters: loops.deadLetters, scheduler, observer };
  const now = (): string => clock.now().toISOString();

  const running = platform.contexts.flatMap((context) => {
    const own = services.get(context.name);
    if (!own) throw new Error(`no services for the context ${context.name}`);
    const prefixes = [...context.aggregates, settingsAggregate(context.name)].map((each) => `${each.category}-`);
    return [
      relayOf(platform, context, observer).run(signal),
      runProcesses(
        { ...parts, context: context.name, prefixes, processes: context.processes, workFor: (event: RecordedEvent, process) => own.work(occasionOfEvent(context.name, process, event, now())) },
        signal,
      ),
      timersFrom.then(() =>
        runTimers<Timer>(
          {
            ...parts,
            context: context.name,
            timers: context.timers,
            store: loops.timers,
            clock,
            fire: async (timer, firing: Firing) => {
              const work = own.work(occasionOfTimer(context.name, timer.name, firing, timer.command, now()));
              await work.execute(timer.aggregate, firing.id, timer.command, firing.data ?? {});
            },
          },
          signal,
        ),
      ),
    ];
  });
  await Promise.all([projections.run(signal), ...running]);
}

