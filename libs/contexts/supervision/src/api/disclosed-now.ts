import type { DisclosedItem, DisclosedToSupporter } from '@alongside/contracts';
import type { Personal } from '@alongside/event-sourcing';
import type { Work } from '@alongside/service';
import type { Journey } from '../domain/support/state.js';

/**
 * What was told at the introduction, without what the mentee has taken back since; how they may be reached is always the latest.
 * What they allow in addition is told by themselves, or at the next introduction.
 */
export async function disclosedNow(work: Pick<Work, 'open'>, told: Personal<DisclosedToSupporter> | undefined, { disclosure, safeContact }: Journey): Promise<DisclosedToSupporter> {
  const opened = await work.open({ told, disclosure, safeContact });
  if (opened.told === undefined || opened.told === 'erased') return {};
  const allowed = opened.disclosure;
  const items = Object.entries(opened.told) as readonly [DisclosedItem, DisclosedToSupporter[DisclosedItem]][];
  const stillAllowed = allowed === undefined || allowed === 'erased' ? items : items.filter(([item]) => allowed[item] === 'before-accepting' || allowed[item] === 'after-accepting');
  const reach = opened.safeContact === undefined || opened.safeContact === 'erased' ? undefined : opened.safeContact.channels;
  return Object.fromEntries(stillAllowed.map(([item, value]) => [item, item === 'contact' && reach ? reach : value]));
}
