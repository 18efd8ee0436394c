import type { Request } from '@alongside/service';
import { referralAggregate } from '../domain/referral.js';
import { journey, type Journey, type Referral } from '../domain/state.js';
import type { Work } from '@alongside/service';

/** The body without what travels in the command's envelope: most often the command's data. */
export function dataOf<B extends { readonly occurredAt?: string }>({ body }: Pick<Request<B>, 'body'>): Omit<B, 'occurredAt'> {
  const { occurredAt: _occurredAt, ...data } = body;
  return data;
}

/** The journey that a command is about; the record was found before anything is prepared. */
export const current = (state: Referral | undefined): Journey => journey(state ?? { status: 'none' });

export async function journeyOf(work: Pick<Work, 'load'>, journeyId: string): Promise<Journey | undefined> {
  const loaded = await work.load(referralAggregate, journeyId);
  return loaded && loaded.state.status !== 'none' ? loaded.state : undefined;
}
