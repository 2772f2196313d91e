import { type Exact, mul, neg } from '@ledger/money';
import type { Book } from './book.ts';
import type { ComponentInForce } from './in-force.ts';
import type { Credited } from './measured.ts';
import { windowOf } from './periods.ts';
import { inRamp } from './ramp.ts';
import { hasReturns, returnsOf } from './returned.ts';
import type { Counted, Weighed } from './weigh.ts';

/**
 * The credits that what comes back takes away where it falls: of each its part of what the deal was credited with, at the exchange rate
 * of the deal, in the window that holds its day. They move attainment; their money is taken back by a line of its own.
 */
export function* returnCredits(
  book: Book,
  credited: Iterable<readonly Credited[]>,
  inForceOn: (date: string) => readonly ComponentInForce[],
  upTo: string,
): Generator<Credited> {
  for (const ofComponent of credited) {
    for (const each of ofComponent) {
      const { id, document } = each.inForce.component;
      if (!hasReturns(document, 'period-of-return')) continue;
      for (const { on, share } of returnsOf(each.deal, document, 'period-of-return')) {
        const found = on < upTo ? inForceOn(on).find(({ component }) => component.id === id) : undefined;
        if (found === undefined || found.obstacle !== null || found.component.document.window === 'deal') continue;
        const inForce = inRamp(book, found, on);
        if (!measuresAlike(each.inForce, inForce)) continue;
        const weighed = scaled(each.weighed, neg(share));
        const period = windowOf(on, book.calendar.cadence).id;
        yield { ...each, deal: { ...each.deal, closedOn: on }, inForce, weighed, period, returns: share };
      }
    }
  }
}

/** Whether one version of the component counts what the other does. */
function measuresAlike(a: ComponentInForce, b: ComponentInForce): boolean {
  return (
    a.component.document.measure === b.component.document.measure &&
    a.component.document.paysOn === b.component.document.paysOn &&
    a.planVersion.document.currency === b.planVersion.document.currency
  );
}

function scaled(weighed: Weighed, by: Exact): Weighed {
  const part = (counted: Counted) => ({ ...counted, credited: mul(counted.credited, by) });
  const measure = part(weighed.measure);
  return { ...weighed, measure, pay: weighed.pay === weighed.measure ? measure : part(weighed.pay) };
}

/** Closing date, or day of the return; the source's sequence; deal key; what is closed before what comes back. */
type Ordered = Pick<Credited, 'deal' | 'key' | 'returns'>;
export function inOrderOfCredits(a: Ordered, b: Ordered): number {
  if (a.deal.closedOn !== b.deal.closedOn) return a.deal.closedOn < b.deal.closedOn ? -1 : 1;
  if (a.deal.sequence !== b.deal.sequence) return a.deal.sequence - b.deal.sequence;
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return (a.returns === undefined ? 0 : 1) - (b.returns === undefined ? 0 : 1);
}
