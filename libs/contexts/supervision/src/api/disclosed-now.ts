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
 * What was told at the introduction, without what the mentee has taken back since. What they allow in addition is told by themselves,
 * or at the next introduction; but how they may be reached is always the latest, also where it was said only after the introduction:
 * whoever reaches out must know. It names ways and hours, never a number or an address: those the mentee gives themselves.
 */
export async function disclosedNow(work: Pick<Work, 'open'>, told: Personal<DisclosedToSupporter> | undefined, { disclosure, safeContact, heardAt }: Journey): Promise<KnownToSupporter> {
  const opened = await work.open({ told, disclosure, safeContact });
  if (opened.told === undefined || opened.told === 'erased') return { disclosed: {} };
  const { contact, ...items } = opened.told;
  const allowed = opened.disclosure === 'erased' ? undefined : opened.disclosure;
  // Where nobody has told what they allow now, they allow what was told then.
  const may = (item: string, thenTold: boolean): boolean => {
    const now = allowed?.[item as DisclosedItem];
    return allowed === undefined ? thenTold : now === 'before-accepting' || now === 'after-accepting';
  };
  const disclosed: DisclosedToSupporter = Object.fromEntries(Object.entries(items).filter(([item]) => may(item, true)));
  if (!may('contact', contact !== undefined)) return { disclosed };
  if (opened.safeContact === undefined || opened.safeContact === 'erased') {
    // Heard of once and no longer known: it was taken back, and with it what was told of it.
    return { disclosed: contact === undefined || heardAt.safeContact >= 0 ? disclosed : { ...disclosed, contact } };
  }
  const { note: _note, ...safe } = opened.safeContact;
  return { disclosed: { ...disclosed, contact: safe.channels }, safeContact: safe };
}
