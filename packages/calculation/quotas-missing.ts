import type { Book } from './book.ts';
import type { Earned } from './earn.ts';
import { componentsOn } from './in-force.ts';
import { dayBefore, earliestOf, periodBounds } from './periods.ts';
import { presenceIn } from './presence.ts';
import { targetOf } from './target.ts';
import { windowsTouching } from './windows.ts';

export interface QuotaMissing {
  readonly component: string;
  readonly metric: string;
  readonly window: string;
}

/**
 * Quotas that the participant's components of the last day of a period are measured against and that nobody assigned, whether a deal
 * asks for them yet or not. What a plan says of people without a quota (`without-quota`) is an answer, and amounts need none.
 */
export function quotasMissing(book: Book, { measures }: Earned, period: string): readonly QuotaMissing[] {
  const bounds = periodBounds(period);
  const { endsOn } = book.participant;
  const end = endsOn === null ? bounds.to : earliestOf(bounds.to, endsOn);
  if (end <= bounds.from) return [];
  const missing = new Map<string, QuotaMissing>();
  for (const inForce of componentsOn(book, dayBefore(end))) {
    const { id: component, document } = inForce.component;
    const { target, tierBy, tierOf, measure: metric, objectives, contest } = document;
    // Where something else picks the band, the component's own target has no part in it (D223).
    const isOwn = tierOf === undefined && objectives === undefined && contest === undefined;
    const isMeasured = isOwn && tierBy === 'attainment';
    const asks = isMeasured && (target === 'quota' || target === 'quota-to-date');
    if (!asks || document.withoutQuota !== undefined || inForce.metric === null) continue;
    const { unit: kind } = inForce.metric.version.document;
    const unit = kind === 'money' ? inForce.planVersion.document.currency : 'number';
    for (const window of windowsTouching(document.window, bounds, book.calendar.cadence)) {
      const on = earliestOf(bounds.to, window.to);
      const found = targetOf(book, inForce, window, on, unit, measures, presenceIn(book, inForce, window));
      if ('code' in found && found.code === 'quota_missing') {
        missing.set(`${component}/${window.id}`, { component, metric, window: window.id });
      }
    }
  }
  return [...missing.values()];
}
