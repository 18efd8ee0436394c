import { isEventStoreDbPosition, pattern as eventStoreDbPattern } from './eventstoredb/position.js';
import { pattern as sqlitePattern, positionAfter } from './sqlite/position.js';

/** What a text (a query parameter, say) must be to be a position of a log, whichever store keeps it. */
export const positionPattern = new RegExp(`${sqlitePattern.source}|${eventStoreDbPattern.source}`);

export const isPosition = (text: string): boolean => positionPattern.test(text);

/** Whether nothing can be missing between two positions of one log (undefined: its beginning). EventStoreDB's have room between them and tell nothing. */
export const followsAtOnce = (before: string | undefined, position: string): boolean => isEventStoreDbPosition(position) || position === positionAfter(before);
