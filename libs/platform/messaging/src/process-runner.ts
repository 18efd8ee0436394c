import type { RecordedEvent } from '@alongside/event-store';
import { followLog, type FollowerParts } from './log-follower.js';
import { refusalIsOutcome } from './outcome.js';

/** What follows up events of a context's own log. */
export interface FollowUp<Work> {
  readonly name: string;
  readonly on: readonly { readonly type: string; readonly run: (event: RecordedEvent, work: Work) => Promise<void> }[];
}

export interface ProcessRunnerOptions<Work> extends FollowerParts {
  readonly context: string;
  /** The context's stream prefixes, with their hyphen. */
  readonly prefixes: readonly string[];
  readonly processes: readonly FollowUp<Work>[];
  /** Commands done with it derive their ids from the event and the process, so that a repeat does nothing. */
  readonly workFor: (event: RecordedEvent, process: string) => Work;
}

/**
 * Runs a context's processes until the signal aborts: each event at least once, in the order of its stream, after a crash from
 * where they were. One that fails for good parks its stream among the dead letters of `process:<context>`.
 */
export async function runProcesses<Work>(options: ProcessRunnerOptions<Work>, signal: AbortSignal): Promise<void> {
  const { context, prefixes, processes, workFor, observer } = options;
  if (processes.length === 0) return;
  const name = `process:${context}`;
  const runs = new Map(processes.map((each) => [each.name, new Map(each.on.map((step) => [step.type, step.run]))]));
  const byType = new Map<string, string[]>();
  for (const each of processes) for (const { type } of each.on) byType.set(type, [...(byType.get(type) ?? []), each.name]);
  await followLog(
    options,
    {
      name,
      prefixes,
      stepsOf: (event) => byType.get(event.type) ?? [],
      run: (step, event) =>
        refusalIsOutcome(observer, { consumer: name, step, key: event.stream, id: event.metadata.eventId }, async () =>
          runs.get(step)?.get(event.type)?.(event, workFor(event, step)),
        ),
    },
    signal,
  );
}
