import type { Personal } from '@alongside/event-sourcing';
import type { QueryRequest } from '@alongside/service';
import { people } from '../read-models/people.js';

/** Names, sealed, of those among these ids who are staff, referrers or supporters of the reader's organisation. */
export async function namesOf(request: QueryRequest, ids: Iterable<string>): Promise<ReadonlyMap<string, Personal<string>>> {
  const found = await Promise.all(
    [...new Set(ids)].filter((id) => id !== '').map(async (id) => {
      const person = await request.read(people).get(id);
      return person?.organisationId === request.user.organisationId ? ([[id, person.name]] as const) : [];
    }),
  );
  return new Map(found.flat());
}

/** Somebody with their name beside the id, where it is known. */
export function withName<Who extends { readonly id: string }>(who: Who, names: ReadonlyMap<string, Personal<string>>): Who & { readonly name?: Personal<string> } {
  const name = names.get(who.id);
  return name === undefined ? who : { ...who, name };
}
