const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formatters.set(timeZone, made);
  return made;
}

/** The calendar date `YYYY-MM-DD` that a moment (RFC 3339) falls on in a time zone. */
export function dateIn(timeZone: string, moment: string): string {
  const parts = Object.fromEntries(formatterOf(timeZone).formatToParts(new Date(moment)).map((part) => [part.type, part.value]));
  return `${parts['year'] ?? ''}-${parts['month'] ?? ''}-${parts['day'] ?? ''}`;
}
