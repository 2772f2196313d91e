import type { QuotaAmounts, Ramp } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import { type Exact, equal, ONE, percent } from '@ledger/money';
import type { Book, ParticipantEntry } from './book.ts';
import type { ComponentInForce } from './in-force.ts';
import { daysAfter, daysIn, type Interval, latestOf, monthsAfter, windowOf } from './periods.ts';

/** The share of the quota that holds over a stretch of days. */
export interface Step extends Interval {
  readonly share: Exact;
}

/** Days before anybody starts and after the last step. */
const EVER = { from: '0000-01-01', to: '9999-12-31' };

/**
 * The steps of a ramp over all time (mechanics §8): what lies before the first day has the share of the first step, what comes after
 * the last one the whole quota. A ramp that pauses is moved on by the days of a leave, which keep the share that was reached.
 */
export function stepsOf(ramp: Ramp, { startsOn, leaves }: ParticipantEntry): readonly Step[] {
  const bounds = boundsOf(ramp, startsOn).map((bound) =>
    ramp.leave === 'pauses' ? pausedBy(leaves, ramp.from === 'start' ? startsOn : ramp.from, bound) : bound,
  );
  const shares = [...ramp.shares.map(percent), ONE];
  return shares.map((share, at) => ({
    share,
    from: at === 0 ? EVER.from : (bounds[at - 1] ?? EVER.from),
    to: bounds[at] ?? EVER.to,
  }));
}

/** Where each step ends. */
function boundsOf({ shares, per, from, steps }: Ramp, startsOn: string): readonly string[] {
  const day = from === 'start' ? startsOn : from;
  const months = per === 'month' ? 1 : 3;
  const holding = windowOf(day, per);
  const first = steps === 'anniversary' ? day : steps === 'next' && holding.from < day ? holding.to : holding.from;
  return shares.map((_, at) => monthsAfter(first, (at + 1) * months));
}

/** A bound moved by the leaves that begin before it, each in turn. */
function pausedBy(leaves: ParticipantEntry['leaves'], from: string, bound: string): string {
  let moved = bound;
  for (const leave of [...leaves].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const away = { from: latestOf(leave.from, from), to: leave.to };
    if (away.from < moved) moved = daysAfter(moved, daysIn(away));
  }
  return moved;
}

/** The first day from which on the whole quota holds. */
export function rampEndsOn(ramp: Ramp, participant: ParticipantEntry): string {
  const steps = stepsOf(ramp, participant);
  const last = steps.findLastIndex(({ share }) => !equal(share, ONE));
  return last < 0 ? EVER.from : (steps[last]?.to ?? EVER.from);
}

/** Whether a day lies in the ramp of the participant's quota for a metric. */
function isRamping(
  { quotas, participant }: Pick<Book, 'quotas' | 'participant'>,
  metric: string,
  day: string,
): boolean {
  const ramp: QuotaAmounts['ramp'] = quotas.get(`${metric}.${day.slice(0, 4)}`)?.quota?.ramp;
  return ramp !== undefined && day < rampEndsOn(ramp, participant);
}

const RAMPED = alongside<ComponentInForce, ComponentInForce>();

/** The component as it pays for a deal that closes during the ramp: bands that are barred pay like those below them. */
export function inRamp(book: Book, inForce: ComponentInForce, closedOn: string): ComponentInForce {
  const { component } = inForce;
  if (component.inRamp === null || !isRamping(book, component.document.measure, closedOn)) return inForce;
  let ramped = RAMPED.get(inForce);
  if (ramped === undefined) {
    ramped = { ...inForce, component: component.inRamp };
    RAMPED.set(inForce, ramped);
  }
  return ramped;
}
