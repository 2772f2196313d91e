import type { Component } from '@ledger/events';
import { countAtFirst } from '@ledger/kernel';
import { add, type Exact, mul, neg, ONE, sub, ZERO } from '@ledger/money';
import type { Book, DealEntry } from './book.ts';
import { creditingOf } from './crediting.ts';
import { type ComponentInForce, metricOn, type Obstacle } from './in-force.ts';
import type { Interval } from './periods.ts';
import { dealUnder, returnsOf, shareReturned } from './returned.ts';
import { creditsTaken, shareTaken } from './team.ts';
import { countedBy, type Weighed } from './weigh.ts';

/** A deal that counts for a component. */
export interface Credited {
  /** Deal key. */
  readonly key: string;
  readonly deal: DealEntry;
  readonly inForce: ComponentInForce;
  readonly weighed: Weighed;
  /** Pay period of the closing date. */
  readonly period: string;
  /** The part of the deal that came back, of a credit that is taken away; its `closedOn` is the day of the return. */
  readonly returns?: Exact;
}

/** What was measured in an interval: for gates, and for growth over the window before. */
export interface Measures {
  /** By a component itself: what it credited; under one plan alone where that begins its own windows. */
  own(component: string, measure: string, unit: string, within: Interval, anew?: string | null): Exact;
  /** By any other metric: the participant's credits in the component's pool on deals for which it is in force. */
  other(inForce: ComponentInForce, metric: string, unit: string, within: Interval): Exact | Obstacle;
}

/** Running sums by closing date: the sum of what closed before a date is found by halving. */
interface Running {
  readonly dates: readonly string[];
  readonly sums: readonly Exact[];
  /** Deals that could not be measured; they are in the way of intervals that hold them. */
  readonly failures: readonly Failure[];
}
interface Failure {
  readonly date: string;
  readonly obstacle: Obstacle;
}

/**
 * `deals`: every deal that is looked at, in the order of credits. `credited`: by component, in the same order, complete before
 * anything is asked. `looksBackTo`: the first day that a component looks at; what comes back of deals before it counts for nothing.
 */
export function measuring(
  book: Book,
  deals: () => readonly (readonly [string, DealEntry])[],
  credited: ReadonlyMap<string, readonly Credited[]>,
  inForceOn: (date: string) => readonly ComponentInForce[],
  looksBackTo: (component: string) => string,
): Measures {
  const known = new Map<string, Running>();

  return {
    own: (component, measure, unit, within, anew = null) => {
      const key = `${component}/${measure}/${unit}/${anew ?? ''}`;
      let running = known.get(key);
      if (running === undefined) {
        running = runningOf(ownAmounts(component, measure, unit, anew), []);
        known.set(key, running);
      }
      return between(running, within);
    },
    other: (inForce, metric, unit, within) => {
      const { component } = inForce;
      const key = `${component.id}//${component.document.credits}/${metric}/${unit}`;
      let running = known.get(key);
      if (running === undefined) {
        running = otherAmounts(inForce, metric, unit);
        known.set(key, running);
      }
      const failure = running.failures.find(({ date }) => within.from <= date && date < within.to);
      return failure === undefined ? between(running, within) : failure.obstacle;
    },
  };

  function ownAmounts(component: string, measure: string, unit: string, anew: string | null): readonly Amount[] {
    return (credited.get(component) ?? []).flatMap(({ deal, inForce, weighed }) =>
      inForce.component.document.measure === measure &&
      weighed.measure.unit === unit &&
      (anew === null || inForce.plan === anew)
        ? [{ date: deal.closedOn, amount: weighed.measure.credited }]
        : [],
    );
  }

  function otherAmounts({ component }: ComponentInForce, metric: string, unit: string): Running {
    const amounts: Amount[] = [];
    const failures: Failure[] = [];
    const first = looksBackTo(component.id);
    for (const [key, told] of deals()) {
      if (told.closedOn < first) continue;
      const selected = told.selectionOn ?? told.closedOn;
      const inForce = inForceOn(selected).find((each) => each.component.id === component.id);
      // With whom a deal is credited that the component does not look at is in nobody's way.
      if (inForce === undefined) continue;
      // What comes back goes by the version that is in force for the deal, whichever of them asks (D22).
      const terms = inForce.component.document;
      const deal = dealUnder(terms, told);
      const own = creditingOf(book, deal).credits.filter(
        ({ participant }) => participant === book.participant.participant,
      );
      const credits = creditsTaken(book, deal, own, component.document);
      if ('code' in credits) {
        failures.push(...failuresOf(terms, deal, credits));
        continue;
      }
      if (credits.length === 0) continue;
      const share = shareTaken(component.document, credits);
      const counted = countedBy(book, key, deal, metricOn(book, metric, selected), inForce, share, []);
      if (counted === null) continue;
      if ('code' in counted) failures.push(...failuresOf(terms, deal, counted));
      else if (counted.unit === unit) amounts.push(...withReturns(terms, deal, counted.credited));
    }
    return runningOf(amounts.sort(byDate), failures);
  }
}

interface Amount {
  readonly date: string;
  readonly amount: Exact;
}

/** What a deal counts, and what is taken from it where it comes back. */
function withReturns(component: Component, deal: DealEntry, amount: Exact): readonly Amount[] {
  const kept = mul(amount, sub(ONE, shareReturned(returnsOf(deal, component, 'original-period'), null)));
  return [
    { date: deal.closedOn, amount: kept },
    ...returnsOf(deal, component, 'period-of-return').map(({ on, share }) => ({
      date: on,
      amount: neg(mul(kept, share)),
    })),
  ];
}

/** What cannot be told of a deal cannot be told of what comes back of it: on those days, too, it is in the way (D148). */
function failuresOf(component: Component, deal: DealEntry, obstacle: Obstacle): readonly Failure[] {
  const days = returnsOf(deal, component, 'period-of-return').map(({ on }) => on);
  return [deal.closedOn, ...days].map((date) => ({ date, obstacle }));
}

function byDate(a: Amount, b: Amount): number {
  return a.date < b.date ? -1 : a.date > b.date ? 1 : 0;
}

function runningOf(amounts: readonly Amount[], failures: readonly Failure[]): Running {
  const dates: string[] = [];
  const sums: Exact[] = [];
  let total = ZERO;
  for (const { date, amount } of amounts) {
    total = add(total, amount);
    dates.push(date);
    sums.push(total);
  }
  return { dates, sums, failures };
}

function between(running: Running, { from, to }: Interval): Exact {
  return sub(before(running, to), before(running, from));
}

function before({ dates, sums }: Running, date: string): Exact {
  return sums[countAtFirst(dates, (each) => each < date) - 1] ?? ZERO;
}
