import { type Exact, exact, mul, sign } from '@ledger/money';
import type { Book } from './book.ts';
import type { ComponentInForce, Obstacle } from './in-force.ts';
import type { Measures } from './measured.ts';
import { type Span, windowOf } from './periods.ts';
import { type Presence, presentShare } from './presence.ts';
import { isQuotaOf, quotaUpTo, type WindowQuota } from './quota.ts';
import { quotaUnder } from './team-quota.ts';
import { isGrowth, windowGrownFrom } from './windows.ts';

/** What attainment in a window is measured against, as of a date (mechanics §5). */
export interface WindowTarget {
  readonly by: 'quota' | 'quota-to-date' | 'previous' | 'amount';
  readonly value: Exact;
  /** Where it is the quota, or a part of it. */
  readonly quota: WindowQuota | null;
  /** The date up to which the quota counts. */
  readonly on: string;
  /** The window that was measured, for growth. */
  readonly previous: Span | null;
}

/** The target of a component's window as of a date, in the unit that it measures in; or why there is none. */
export function targetOf(
  book: Book,
  { component }: Pick<ComponentInForce, 'component'>,
  window: Span,
  on: string,
  unit: string,
  measures: Measures,
  presence: Presence | null = null,
): WindowTarget | Obstacle {
  const { target, measure, window: kind } = component.document;
  const none = { quota: null, on, previous: null };
  if (typeof target === 'object') {
    const share = presentShare(presence, 'target', window);
    const value = exact(target.amount);
    return { ...none, by: 'amount', value: share === null ? value : mul(value, share) };
  }
  if (isGrowth(target)) {
    const previous = windowGrownFrom(kind, window, target);
    if (previous === null) return noPrevious(window);
    return {
      ...none,
      by: 'previous',
      value: measures.own(component.id, measure, unit, previous, component.anew),
      previous,
    };
  }
  const held = kind === 'deal' ? windowOf(window.from, book.calendar.cadence) : window;
  const quota = quotaUnder(book, component.document, measure, held, unit, presence);
  if (quota === null) return quotaMissing(measure, window);
  if ('code' in quota) return quota;
  if (!isQuotaOf(quota, unit)) return quotaCurrency(quota, unit);
  const toDate = target === 'quota-to-date' && on < window.to;
  return { by: target, value: toDate ? quotaUpTo(quota, on) : quota.value, quota, on, previous: null };
}

/** Why nothing can be measured against a target: it is 0, or less. */
export function withoutValue(target: WindowTarget, measure: string, window: Span): Obstacle | null {
  if (sign(target.value) > 0) return null;
  const scope = window.id;
  if (target.by === 'previous') {
    const before = target.previous?.id ?? '';
    const says = `what was measured for ${measure} in ${before} is not above 0, so growth over it has no value; record what was sold then, under a plan with the component, or say without-quota`;
    return { code: 'quota_zero', says, scope };
  }
  if (target.by === 'amount') {
    const says = `the target in ${window.id} is 0 for the days that count, so attainment has no value; say without-quota, or count otherwise`;
    return { code: 'quota_zero', says, scope };
  }
  const when = target.by === 'quota-to-date' ? `${window.id} up to ${target.on}` : window.id;
  const reliefs =
    target.quota?.intervals.flatMap(({ reliefs: taken }) => taken.map(({ relief }) => relief.relief)) ?? [];
  const is = reliefs.length === 0 ? 'is 0' : `is 0 after relief ${[...new Set(reliefs)].join(', ')}`;
  const remedy = `${reliefs.length === 0 ? '' : 'revoke relief, '}assign a quota or pay by amount`;
  const says = `the quota for ${measure} in ${when} ${is}, so attainment has no value; ${remedy}`;
  return { code: 'quota_zero', says, scope };
}

export function quotaMissing(measure: string, window: Span): Obstacle {
  const since = window.id.includes('/') ? ` from ${window.from} on` : '';
  const says = `the quota for ${measure} in ${window.id} is not assigned, so attainment has no value; assign it${since}`;
  return { code: 'quota_missing', says, scope: window.id };
}

export function quotaCurrency(quota: WindowQuota, unit: string): Obstacle {
  const is = quota.currency ?? 'a number';
  const says = `the quota for ${quota.metric} in ${quota.window.id} is in ${is} and the plan measures in ${unit}; assign it in ${unit}`;
  return { code: 'quota_currency', says, scope: quota.window.id };
}

function noPrevious(window: Span): Obstacle {
  const says = `${window.id} has no window before it that growth could be measured over; let the plan measure against a quota or an amount`;
  return { code: 'quota_missing', says, scope: window.id };
}
