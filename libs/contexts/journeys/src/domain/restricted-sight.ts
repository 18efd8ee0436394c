import type { RecordedEvent } from '@alongside/event-sourcing';

/** Fields by which events name a matter that has restricted sight: a concern, a complaint, or whichever of both somebody took over. */
const naming = ['concernId', 'complaintId', 'matterId'] as const;

function mattersOf({ data }: RecordedEvent): readonly string[] {
  return naming.map((field) => data[field]).filter((value) => typeof value === 'string');
}

/**
 * Whoever a concern or a complaint is about never sees it, auditors included: without the events of such matters, in whichever
 * stream they stand. Revisions and positions of the others stay as they are.
 */
export function seenBy(readerId: string, events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const about = new Set(events.filter(({ data }) => data['aboutId'] === readerId).flatMap(mattersOf));
  return about.size === 0 ? events : events.filter((event) => !mattersOf(event).some((matter) => about.has(matter)));
}
