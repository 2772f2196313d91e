import type { AttainmentResult } from '@ledger/events';
import { div, isZero, toText, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import { type Earned, earn, type MeasuredWindow, windowKey } from './earn.ts';
import { componentsOn } from './in-force.ts';
import { dayBefore, periodBounds, windowsIn } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { isQuotaOf, quotaOf } from './quota.ts';

/**
 * Attainment of everything that the participant's plans measure, in the windows that touch the period, as of the period's end: the
 * measured amount over the quota, an exact ratio, `null` where there is no quota or it is 0. Ask with any period or window id.
 */
export function attainments(
  book: Book,
  period: string,
): { readonly results: readonly AttainmentResult[]; readonly problems: readonly CalculationProblem[] } {
  const earned = earn(book, periodBounds(period).to);
  return { results: attainmentsOf(book, earned, period), problems: earned.problems };
}

/** The same from what has been earned up to the end of the period. */
export function attainmentsOf(book: Book, earned: Earned, period: string): readonly AttainmentResult[] {
  const bounds = periodBounds(period);
  const measured = new Map<string, MeasuredWindow>();
  for (const [key, each] of earned.windows) {
    if (each.window.from < bounds.to && bounds.from < each.window.to) measured.set(key, each);
  }
  for (const inForce of componentsOn(book, lastDayOf(book, bounds.to))) {
    if (inForce.metric === null) continue;
    const { document } = inForce.component;
    const { unit: kind } = inForce.metric.version.document;
    const unit = kind === 'money' ? inForce.planVersion.document.currency : 'number';
    for (const window of typeof document.window === 'object' || document.window === 'deal'
      ? []
      : windowsIn(bounds, document.window)) {
      const key = windowKey(inForce.component, window, unit);
      if (measured.has(key)) continue;
      const quota = quotaOf(book, document.measure, window);
      measured.set(key, { inForce, window, unit, credited: ZERO, quota });
    }
  }
  return [...measured].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => resultOf(each));
}

/** The last day of the period on which the participant was there. */
function lastDayOf({ participant }: Book, to: string): string {
  const end = participant.endsOn !== null && participant.endsOn < to ? participant.endsOn : to;
  return dayBefore(end);
}

function resultOf({ inForce, window, unit, credited, quota: assigned }: MeasuredWindow): AttainmentResult {
  const quota = assigned !== null && isQuotaOf(assigned, unit) ? assigned.value : null;
  return {
    component: inForce.component.id,
    metric: inForce.component.document.measure,
    window: window.id,
    unit,
    credited: toText(credited),
    quota: quota === null ? null : toText(quota),
    attainment: quota === null || isZero(quota) ? null : toText(div(credited, quota)),
  };
}
