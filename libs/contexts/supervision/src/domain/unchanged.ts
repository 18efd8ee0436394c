/** Brings up to date what only gained fields that may be absent. */
export const unchanged = <T>(data: T): T => data;
