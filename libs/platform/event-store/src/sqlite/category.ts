const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/** A stream's name up to its id, hyphen included: `referral-` of `referral-<uuid>`, `access-referrals-` of `access-referrals-<uuid>`. */
export function categoryOf(stream: string): string {
  const id = stream.search(uuid);
  return stream.slice(0, id >= 0 ? id : stream.lastIndexOf('-') + 1);
}
