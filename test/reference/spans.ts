import type { DealEntry } from '@ledger/calculation';
import type { TimeSpan } from '@ledger/events';
import { dayAfter } from './counting.ts';
import { sameDayLater } from './ramp.ts';
import { isNothing, larger, NOTHING, over, type Ratio, read, smaller, total, WHOLE } from './ratio.ts';

/** How far deals have come, and days so long after others. */

/** r of D141: the part of the deal that a milestone has reached. */
export function reachedOf(deal: DealEntry, milestone: string, counts: (on: string) => boolean): Ratio {
  const reached = deal.milestones.filter((each) => each.milestone === milestone && counts(each.on));
  if (reached.length === 0) return NOTHING;
  if (reached.some(({ amount }) => amount === null)) return WHOLE;
  const sum = total(reached.map(({ amount }) => read(amount ?? '0')));
  if (isNothing(read(deal.amount))) return isNothing(sum) ? NOTHING : WHOLE;
  return larger(NOTHING, smaller(WHOLE, over(sum, read(deal.amount))));
}

/** A day, or one so long after it. */
export function afterSpan(day: string, span: TimeSpan | undefined): string {
  if (span === undefined) return day;
  return span.unit === 'days' ? dayAfter(day, span.count) : sameDayLater(day, span.count);
}
