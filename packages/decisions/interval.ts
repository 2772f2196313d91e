import type { Problem } from '@ledger/kernel';
import { refuse } from './produce.ts';

/** Half-open [from, to) of ISO dates; no `to` means without end (domain.md §2). ISO dates sort as text. */
export interface Interval {
  readonly from: string;
  readonly to: string | null;
}

export function checkInterval({ from, to }: Interval, field: string): Problem | undefined {
  if (to === null || from < to) return undefined;
  return refuse(
    'interval_invalid',
    `The interval from ${from} to ${to} holds no day; write a later end, which itself does not belong to it.`,
    field,
  );
}

export function overlap(a: Interval, b: Interval): boolean {
  return (b.to === null || a.from < b.to) && (a.to === null || b.from < a.to);
}

/** Whether every day of an interval lies in one of the others. */
export function isCovered(interval: Interval, others: readonly Interval[]): boolean {
  let reached = interval.from;
  for (const { from, to } of [...others].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    if (from > reached) return false;
    if (to === null) return true;
    if (to > reached) reached = to;
    if (interval.to !== null && reached >= interval.to) return true;
  }
  return false;
}

export function intervalText({ from, to }: Interval): string {
  return to === null ? `from ${from} on` : `from ${from} to ${to}`;
}
