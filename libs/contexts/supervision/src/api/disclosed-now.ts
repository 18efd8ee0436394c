import type { DisclosedItem, DisclosedToSupporter, SafeContact } from '@alongside/contracts';
import type { Personal } from '@alongside/event-sourcing';
import type { Work } from '@alongside/service';
import type { Journey } from '../domain/support/state.js';

/** What a supporter knows of their mentee. */
export interface KnownToSupporter {
  /** Whom both turn to with a question or a worry. */
  readonly contactPersonName?: Personal<string>;
  readonly disclosed: DisclosedToSupporter;
  /** Where the mentee allows to be reached by them: how, when, and what not to leave behind. What staff noted stays with staff. */
  readonly safeContact?: Omit<SafeContact, 'note'>;
}

/**
 * What was told at the introduction, without what the mentee has taken back since; how they may be reached is always the latest.
 * What they allow in addition is told by themselves, or at the next introduction.
 */
export async function disclosedNow(work: Pick<Work, 'open'>, told: Personal<DisclosedToSupporter> | undefined, { disclosure, safeContact }: Journey): Promise<KnownToSupporter> {
  const opened = await work.open({ told, disclosure, safeContact });
  if (opened.told === undefined || opened.told === 'erased') return { disclosed: {} };
  const allowed = opened.disclosure;
  const items = Object.entries(opened.told) as readonly [DisclosedItem, DisclosedToSupporter[DisclosedItem]][];
  const stillAllowed = allowed === undefined || allowed === 'erased' ? items : items.filter(([item]) => allowed[item] === 'before-accepting' || allowed[item] === 'after-accepting');
  const safe = opened.safeContact === 'erased' ? undefined : opened.safeContact;
  const disclosed = Object.fromEntries(stillAllowed.map(([item, value]) => [item, item === 'contact' && safe ? safe.channels : value]));
  if (!safe || !('contact' in disclosed)) return { disclosed };
  const { note: _note, ...safeContactOf } = safe;
  return { disclosed, safeContact: safeContactOf };
}
