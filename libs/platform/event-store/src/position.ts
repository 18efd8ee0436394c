import { isEventStoreDbPosition } from './eventstoredb/position.js';
import { isPosition as isSqlitePosition, positionAfter } from './sqlite/position.js';

/** Whether a text (a query parameter, say) can be a position of a log, whichever store keeps it. */
export const isPosition = (text: string): boolean => isSqlitePosition(text) || isEventStoreDbPosition(text);

/** Whether nothing can be missing between two positions of one log (undefined: its beginning). EventStoreDB's have room between them and tell nothing. */
export const followsAtOnce = (before: string | undefined, position: string): boolean => isEventStoreDbPosition(position) || position === positionAfter(before);
