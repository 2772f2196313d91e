import type { Component, Gate } from '@ledger/events';
import { dayBefore, isWithin, payPeriods, type Stretch, windowOn } from './calendar.ts';
import type { Credit } from './credits.ts';
import { found, quotaOfLook, windowOfLook } from './looks.ts';
import { less, type Ratio, read, times } from './ratio.ts';
import { isRolling, required, type Scope, type Window } from './windows.ts';

/** Which gates stand open (semantics 6, D11 to D13, D240). */

/** The gates that bar something at an evaluation date; one that another one stands for is as open as that (D240). */
export function closedGates(scope: Scope, terms: Credit, window: Window, date: string): readonly Gate[] {
  const { gates } = terms.component;
  // Every gate is asked, so that a missing quota of one stops the statement whatever another one says (D222).
  const open = gates.filter((gate) => isOpen(scope, terms, gate, window, date));
  return gates.filter((gate) => !joined(gates, gate).some((each) => open.includes(each)));
}

/** The gate itself, and those that name it or are named by it, one after another. */
function joined(gates: readonly Gate[], gate: Gate): readonly Gate[] {
  const found = new Set([gate]);
  // A set that grows is gone through to its end.
  for (const one of found) {
    for (const other of gates) if (other.or === one.name || one.or === other.name) found.add(other);
  }
  return [...found];
}

/** Whether a gate is open for a credit's terms at an evaluation date: now, or for a latch at any evaluation so far in its window (D11). */
function isOpen(scope: Scope, terms: Credit, gate: Gate, window: Window, date: string): boolean {
  const { cadence } = scope.book.calendar;
  const latches = gate.opens === 'latch' && !isRolling(gate.window) && gate.window !== 'deal';
  const stretch = windowOfLook(gate, date, cadence);
  const earlier = latches ? evaluationsIn(stretch, window, cadence).filter((each) => each < date) : [];
  return [...earlier.sort(), date].some((each) => isReached(scope, terms, gate, each));
}

/** Ends of pay periods, and of the component's windows, inside a stretch. */
function evaluationsIn(stretch: Stretch, { kind }: Window, cadence: 'month' | 'quarter'): readonly string[] {
  const ends = new Set<string>();
  for (const period of payPeriods(stretch.from, stretch.to, cadence)) {
    ends.add(period.to);
    if (isRolling(kind) || kind === 'deal') continue;
    for (let day = period.from; day < period.to; ) {
      const end = windowOn(day, kind)?.to;
      if (end !== undefined && end <= period.to) ends.add(end);
      day = end ?? nextBegin(kind, day, period.to);
    }
  }
  return [...ends].filter((end) => isWithin(stretch, dayBefore(end)));
}

/** Where a plan-defined window begins after a day that it does not hold, or the given end. */
function nextBegin(kind: Component['window'], day: string, end: string): string {
  return typeof kind === 'object' && 'from' in kind && kind.from > day && kind.from < end ? kind.from : end;
}

/** What is found has come as far as the gate asks. */
function isReached(scope: Scope, terms: Credit, gate: Gate, date: string): boolean {
  return !less(found(scope, terms, gate, date), read(gate.atLeast));
}

/** Where an open gate that lets through the excess begins to count: an amount of the component's own measure (D12). */
export function thresholdOf({ book }: Scope, terms: Credit, gate: Gate, date: string): Ratio {
  if (gate.against === 'amount') return read(gate.atLeast);
  const quota = quotaOfLook(book, terms, gate, terms.component.measure, date);
  return times(read(gate.atLeast), required(quota, gate.name));
}
