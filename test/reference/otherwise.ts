import type { Component } from '@ledger/events';
import { isPositive, type Ratio } from './ratio.ts';

/** What is paid where there is nothing to measure attainment against (D206). */

export type Otherwise = NonNullable<Component['withoutQuota']>;

/** `null` where there is a target, or where the statement stops without one. */
export function otherwiseOf(
  { withoutQuota, tierBy, target, prorate }: Component,
  found: Ratio | null,
): Otherwise | null {
  const isAsked = typeof target === 'string' || prorate?.what.includes('target') === true;
  if (withoutQuota === undefined || tierBy !== 'attainment' || !isAsked) return null;
  return found !== null && isPositive(found) ? null : withoutQuota;
}
