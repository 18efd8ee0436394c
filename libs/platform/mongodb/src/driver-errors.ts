interface DriverError {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly writeErrors?: readonly unknown[] | object;
  hasErrorLabel?(label: string): boolean;
}

/** Names of what the driver says of the way to the server, whatever was asked of it. */
const ofTheWay = /^(?:Mongo(?:ose)?ServerSelectionError|MongoNetwork\w*|MongoNotConnectedError|MongoTopologyClosedError|MongoPoolCleared\w*|MongoPoolClosedError|PoolCleared\w*|MongoWaitQueueTimeoutError|MongoOperationTimeoutError|MongoClientClosedError|MongoExpiredSessionError|MongoCompatibilityError|MongoParseError|MongoServerClosedError)$/;

/** The driver lets through what a socket says that breaks in the middle of a write. */
const ofTheSocket = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ERR_STREAM_DESTROYED', 'ERR_SOCKET_CLOSED']);

/**
 * Codes of a server that cannot do it now, or not for this user yet: shutting down, stepping down, no primary, time-outs, not enough
 * members that acknowledge, no majority to read from after an election, a cursor or an index build that went with the former primary;
 * authentication and authorization (8000 is how Atlas says both), a full disk, which an operator mends.
 */
const passingCodes = new Set([
  6, 7, 13, 18, 24, 43, 46, 50, 63, 64, 89, 91, 100, 112, 133, 134, 189, 202, 237, 246, 262, 276, 290, 317, 358, 365, 391, 462, 8000, 9001, 10058, 10107, 11600, 11601, 11602, 13388, 13435, 13436, 14031, 17405,
]);

/** Whether an error of the driver will pass by itself or by an operator's hand: nothing is wrong with what was asked. */
export function isPassingDriverError(error: unknown): boolean {
  const { name = '', code, message = '' } = error as DriverError;
  if (ofTheWay.test(name) || (typeof code === 'string' && ofTheSocket.has(code))) return true;
  if (typeof code === 'number' && passingCodes.has(code)) return true;
  // A batch that broke off on the way, of which no single write was refused: the driver keeps no more of what broke it than its words.
  if (name === 'MongoBulkWriteError' && code === undefined && [(error as DriverError).writeErrors ?? []].flat().length === 0) return true;
  if (name === 'MongooseError' && /buffering timed out|before initial connection|force closed/.test(message)) return true;
  return (error as DriverError).hasErrorLabel?.('RetryableWriteError') === true;
}

const duplicateKey = 11000;
const internalError = 1;

/** Whether a unique index refused a write. FerretDB says so of an update in the words of the SQLite within it. */
export function isDuplicateKey(error: unknown): boolean {
  const { code, message = '' } = error as DriverError;
  return code === duplicateKey || (code === internalError && message.includes('UNIQUE constraint failed'));
}
