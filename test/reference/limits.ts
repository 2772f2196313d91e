import type { Book } from '@ledger/calculation';
import type { LimitOf } from './caps.ts';
import { personalAmount } from './personal.ts';
import { presentShare } from './presence.ts';
import { type Ratio, read, times } from './ratio.ts';

/** What caps come to: money, or a share of what is agreed (D106), less where somebody is there for a part of it only (D213). */
export function limitsOf(book: Book): LimitOf {
  return (terms, scope, stretch) => {
    const { cap } = terms.component;
    const present = (limit: Ratio) => times(limit, presentShare(book, terms, 'caps', stretch));
    const money = cap?.[scope] ?? null;
    if (money !== null) return present(read(money));
    const share = cap?.personal?.[scope];
    if (cap?.personal === undefined || share === undefined) return null;
    const { term, changes } = cap.personal;
    return present(personalAmount(book, terms.plan.document.currency, { term, changes, share }, stretch));
  };
}
