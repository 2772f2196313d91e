import type { Book } from '@ledger/calculation';
import type { Credit } from './credits.ts';
import { componentsOn } from './in-force.ts';
import { isNothing, negative, type Ratio, times } from './ratio.ts';
import { returnsOf } from './returned.ts';

/** What comes back of a deal is a credit of the other sign, where the component measures alike on that day (D147). */
export function takenAway(book: Book, credit: Credit, upTo: string): readonly Credit[] {
  const { component, plan } = credit;
  return returnsOf(component, credit.entry, 'period-of-return').flatMap(({ day, share }): readonly Credit[] => {
    const now = day < upTo ? componentsOn(book, day).find(({ id }) => id === credit.id) : undefined;
    if (now === undefined || now.component.window === 'deal' || isNothing(share)) return [];
    const { measure, paysOn } = now.component;
    const isAlike = measure === component.measure && paysOn === component.paysOn;
    if (!isAlike || now.plan.document.currency !== plan.document.currency) return [];
    const part = (amount: Ratio) => negative(times(amount, share));
    const [measured, paid] = [part(credit.measured), part(credit.paid)];
    return [{ ...credit, ...now, closedOn: day, measured, paid, returns: share }];
  });
}
