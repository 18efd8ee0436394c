// What must be so in the log itself, read beside the running system.

const idOf = (stream) => stream.slice(-36);
const categoryOf = (stream) => stream.slice(0, -37);

/** The log as the checks want it. */
export async function readLog(store) {
  const events = [];
  for await (const event of store.readAll()) events.push(event);
  const byPosition = new Map(events.map((event) => [event.position, event]));
  const byStream = Map.groupBy(events, ({ stream }) => stream);
  const byCommand = Map.groupBy(events, ({ stream, metadata }) => `${stream} ${metadata.commandId}`);
  return { events, byPosition, byStream, byCommand };
}

const batchOf = ({ byCommand }, event) => byCommand.get(`${event.stream} ${event.metadata.commandId}`);
const shapeOf = (batch) => batch.map(({ type }) => type).join(' + ');

/**
 * Every acknowledged command stands in the log where its answer says, with all of its events. `shapes` collects what each
 * command's events are; one whose answer a crash took away must not differ from those that were never interrupted.
 */
export function acknowledgedStand(log, acknowledged, shapes) {
  const faults = [];
  const interrupted = [];
  for (const { name, key, answer, sentOften } of acknowledged) {
    const { id, revision, position } = answer.body;
    const event = log.byPosition.get(position);
    if (!event || idOf(event.stream) !== id || event.revision !== revision) {
      faults.push(`${key} (${name}) was acknowledged at position ${position}, revision ${revision}, and is not there`);
      continue;
    }
    const batch = batchOf(log, event);
    if (batch.at(-1) !== event) faults.push(`${key} (${name}) was answered with revision ${revision} and has events up to ${batch.at(-1).revision}`);
    if (batch.some((each, index) => each.revision !== batch[0].revision + index)) faults.push(`${key} (${name}) has others' events among its own`);
    if (sentOften > 1) interrupted.push({ name, key, shape: shapeOf(batch) });
    else shapes.set(name, (shapes.get(name) ?? new Set()).add(shapeOf(batch)));
  }
  for (const { name, key, shape } of interrupted) {
    const known = shapes.get(name);
    if (known && !known.has(shape)) faults.push(`${key} (${name}) was interrupted and left ${shape}; uninterrupted it is ${[...known].join(' or ')}`);
  }
  return { faults, interrupted: interrupted.length };
}

/** What must follow in other streams, and in which. Empty once every reaction has completed. */
export function unfinished({ events, byStream }) {
  const has = (stream, type, where = () => true) => (byStream.get(stream) ?? []).some((event) => event.type === type && where(event));
  const left = [];
  const needs = (event, stream, type, where) => {
    if (!has(stream, type, where)) left.push(`${event.type} in ${event.stream} has no ${type} in ${stream}`);
  };
  const follows = {
    ReferralAccepted: (event, id) => needs(event, `assessment-${id}`, 'AssessmentOpened'),
    FoundSuitable: (event, id) => {
      needs(event, `matching-${id}`, 'WaitingStarted');
      needs(event, `evaluation-${id}`, 'EvaluationOpened');
    },
    PlaceTaken: (event) => {
      const { journeyId, relationshipId } = event.data;
      const ofPair = ({ data }) => data.relationshipId === relationshipId;
      if (has(`matching-${journeyId}`, 'MatchIntroduced', ofPair)) return;
      needs(event, event.stream, 'PlaceReleased', ofPair);
    },
    MatchIntroduced: (event, id) => {
      const ofPair = ({ data }) => data.relationshipId === event.data.relationshipId;
      needs(event, `supporter-${event.data.supporterId}`, 'PlaceTaken', ofPair);
      needs(event, `support-${id}`, 'RelationshipOpened', ofPair);
    },
    RelationshipEnded: (event, id) => {
      const ofPair = ({ data }) => data.relationshipId === event.data.relationshipId;
      needs(event, `matching-${id}`, 'MatchEnded', ofPair);
      const taken = events.find((each) => each.type === 'PlaceTaken' && ofPair(each));
      needs(event, taken?.stream ?? 'supporter-?', 'PlaceReleased', ofPair);
    },
    PersonErasureOrdered: (event) => {
      needs(event, event.stream, 'PersonErasureCompleted', ({ data }) => event.data.subjects.every((each) => data.subjects.includes(each)));
      for (const journeyId of event.data.journeyIds) needs(event, `referral-${journeyId}`, 'PersonErased');
    },
    EvaluationDeclined: (event, id) => needs(event, `evaluation-${id}`, 'JourneyClosed'),
  };
  for (const event of events) follows[event.type]?.(event, idOf(event.stream));
  return left;
}

/** No supporter has more mentees than places, and as many places are taken as there are relationships. */
export function placesAreRight({ byStream }) {
  const faults = [];
  for (const [stream, events] of byStream) {
    if (categoryOf(stream) !== 'supporter') continue;
    let capacity = 0;
    const taken = new Set();
    for (const { type, data, position } of events) {
      capacity = data.capacity ?? capacity;
      if (type === 'PlaceReleased') taken.delete(data.relationshipId);
      if (type === 'PlaceTaken') taken.add(data.relationshipId);
      if (taken.size > capacity) faults.push(`${stream} has ${taken.size} of ${capacity} places taken at position ${position}`);
    }
    const live = [...taken].filter((relationshipId) => {
      const introduced = [...byStream.values()].flat().find(({ type, data }) => type === 'MatchIntroduced' && data.relationshipId === relationshipId);
      return introduced && !(byStream.get(`matching-${idOf(introduced.stream)}`) ?? []).some(({ type, data }) => type === 'MatchEnded' && data.relationshipId === relationshipId);
    });
    if (live.length !== taken.size) faults.push(`${stream} has ${taken.size} places taken for ${live.length} relationships`);
  }
  return faults;
}
