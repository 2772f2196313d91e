import type { Book, DealEntry, MetricVersion, PlanVersion } from '@ledger/calculation';
import type { Component, DealLine, PlanDocument } from '@ledger/events';
import { dayBefore, isWithin, windowOn } from './calendar.ts';
import { inCurrencyOf } from './exchange.ts';
import { amountFor, holdsFor, numberFor } from './formulas.ts';
import { type Share, teamShare } from './hierarchy.ts';
import { daysSinceLast, earnsUntil, leavingRule } from './leaving.ts';
import { looksBackTo } from './look-back.ts';
import { isNothing, minus, product, type Ratio, ratio, read, rounded, times, total, WHOLE } from './ratio.ts';
import { NEVER, returnedBefore, returnsOf, seesCancelled } from './returned.ts';

/** Who is credited with what (language.md, semantics 1; mechanics §7, §17). */

/** The terms under which something is credited on a day. */
export interface Terms {
  readonly deal: string;
  readonly closedOn: string;
  readonly id: string;
  readonly component: Component;
  readonly plan: PlanVersion;
  /** Currency of the plan, or `number`. */
  readonly unit: string;
}

/** A deal as a component looks at it, for one participant. */
export interface Credit extends Terms {
  readonly entry: DealEntry;
  /** What is measured. */
  readonly measured: Ratio;
  /** What is paid on. */
  readonly paid: Ratio;
}

/** Everything that the participant is credited with under any component, in the total order of credits. */
export function creditsBefore(book: Book, upTo: string): readonly Credit[] {
  return dealsInOrder(book)
    .filter(([, deal]) => deal.closedOn < upTo)
    .flatMap(([key, deal]) =>
      componentsOn(book, selectionDate(deal))
        .filter(({ id }) => deal.closedOn >= looksBackTo(book, id))
        .flatMap((inForce) => creditOf(book, key, deal, inForce) ?? []),
    );
}

/** Closing date, sequence of the source, key of the deal. */
function dealsInOrder(book: Book): readonly (readonly [string, DealEntry])[] {
  const order = ([key, { closedOn, sequence }]: readonly [string, DealEntry]) =>
    `${closedOn} ${String(sequence).padStart(10, '0')} ${key}`;
  return [...book.deals].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** The date that decides which versions apply. */
export function selectionDate(deal: DealEntry): string {
  return deal.selectionOn ?? deal.closedOn;
}

export interface InForce {
  readonly id: string;
  readonly component: Component;
  readonly plan: PlanVersion;
}

/** The components of the plans that the participant is assigned to on a date, by the version of the plan that applies on it. */
export function componentsOn(book: Book, date: string): readonly InForce[] {
  const { startsOn, assignments } = book.participant;
  const end = earnsUntil(book);
  if (end !== null && date >= end) return componentsAfter(book, date, end);
  if (date < startsOn) return [];
  const plans = new Set(assignments.filter((each) => isWithin(each, date)).map((each) => each.plan));
  const finished = finishedOn(book, date).filter(({ plan }) => !plans.has(plan.document.plan));
  const assigned = [...plans].flatMap((name) => inPlan(book, name, date));
  return [...assigned.filter(({ id }) => finished.every((each) => each.id !== id)), ...finished];
}

function inPlan(book: Book, name: string, date: string): readonly InForce[] {
  const plan = newestOn(book.plans.get(name), date);
  if (plan === undefined) return [];
  return Object.entries(plan.document.components).map(([id, component]) => ({ id, component, plan }));
}

/** What plans that are no longer assigned finish (D208). */
function finishedOn(book: Book, date: string): readonly InForce[] {
  const { startsOn, assignments } = book.participant;
  return assignments.flatMap(({ plan, from, to }) => {
    if (to === null || to > date || to <= from || to <= startsOn) return [];
    return inPlan(book, plan, dayBefore(to)).filter(({ component: { onPlanChange, window } }) => {
      if (onPlanChange !== 'finish' || window === 'deal') return false;
      if (typeof window === 'object' && 'rolling' in window) return false;
      const stretch = windowOn(dayBefore(to), window);
      return stretch !== null && date < stretch.to;
    });
  });
}

/** Those whose plan goes on looking at deals for some time after the end (D209). */
function componentsAfter(book: Book, date: string, end: string): readonly InForce[] {
  return componentsOn(book, dayBefore(end)).filter(({ component, plan }) => {
    const within = leavingRule(book, plan)?.pipeline.map((step) => step.days) ?? [];
    return component.each === 'deal' && within.some((length) => daysSinceLast(book, date) < length);
  });
}

/** Of several versions the one with the highest number whose interval holds the date; none after retirement. */
export function newestOn<V extends { readonly version: number; readonly from: string; readonly to: string | null }>(
  entry: { readonly versions: readonly V[]; readonly retiredFrom: string | null } | undefined,
  date: string,
): V | undefined {
  if (entry === undefined || (entry.retiredFrom !== null && entry.retiredFrom <= date)) return undefined;
  return [...entry.versions].sort((a, b) => b.version - a.version).find((version) => isWithin(version, date));
}

export function metricOn(book: Book, metric: string, date: string): MetricVersion | undefined {
  return newestOn(book.metrics.get(metric), date);
}

function creditOf(book: Book, key: string, deal: DealEntry, { id, component, plan }: InForce): Credit | null {
  const factor = paidFactor(book, component, deal);
  if (isNothing(shareOf(book, component, deal)) || !holdsFor(component.when, deal, null)) return null;
  const { currency } = plan.document;
  const measured = worthOf(book, component.measure, deal, plan.document);
  const paid = component.paysOn === null ? measured : worthOf(book, component.paysOn, deal, plan.document);
  if (measured === null && paid === null) return null;
  const credited = (worth: Ratio | null) => (worth === null ? ratio(0) : kept(times(worth, factor)));
  // A deal that counts for nothing is no credit, as one that does not count.
  if (isNothing(credited(measured)) && isNothing(credited(paid))) return null;
  // Without an answer nobody knows what it is paid.
  for (const by of [component.columns?.by, component.tierOf]) {
    if (by !== undefined && 'deal' in by) numberFor(by.deal, deal);
  }
  return {
    deal: key,
    entry: deal,
    closedOn: deal.closedOn,
    id,
    component,
    plan,
    unit: unitOf(book, component.measure, deal, currency),
    measured: credited(measured),
    paid: credited(paid),
  };
}

/** What is left of a deal in the period in which it closed (D145). */
export function leftOf(component: Component, deal: DealEntry): Ratio {
  return minus(WHOLE, returnedBefore(returnsOf(component, deal, 'original-period'), NEVER));
}

/** The participant's share of a deal, with the factors on the credit. */
export function paidFactor(book: Book, component: Component, deal: DealEntry): Ratio {
  const factors = factorOf(component.multiplyCredit, deal);
  return times(times(shareOf(book, component, deal), factors), leftOf(component, deal));
}

/** What a deal gives to the participant under a component. */
export function shareOf(book: Book, component: Component, deal: DealEntry): Ratio {
  const credits = creditsOf(seesCancelled(component) ? { ...deal, cancelled: null } : deal);
  if (component.credits === 'team') return teamShare(book, component, deal, credits);
  const own = credits.filter(({ participant }) => participant === book.participant.participant);
  const ofPool = own.filter(({ pool }) => component.credits === 'all' || pool === component.credits);
  return total(ofPool.map(({ share }) => share));
}

/** A cancelled deal gives no credit; a split exception that has not expired by closing replaces the primary pool; the last one counts. */
function creditsOf(deal: DealEntry): readonly Share[] {
  if (deal.cancelled !== null) return [];
  const exception = deal.splits.filter(({ expiresOn }) => expiresOn === null || deal.closedOn < expiresOn).at(-1);
  const inPool = (pool: Share['pool'], list: readonly { readonly participant: string; readonly share: string }[]) =>
    list.map(({ participant, share }) => ({ participant, pool, share: read(share) }));
  const bySource = (pool: Share['pool']) => deal.credits.filter((credit) => credit.pool === pool);
  return [
    ...inPool('primary', exception === undefined ? bySource('primary') : exception.shares),
    ...inPool('overlay', bySource('overlay')),
  ];
}

/** The product of all factors whose condition holds. */
export function factorOf(multipliers: Component['multiplyCredit'], deal: DealEntry): Ratio {
  return product(multipliers.filter(({ when }) => holdsFor(when, deal, null)).map(({ by }) => read(by)));
}

/** What a metric says of a deal, in the currency of the plan where it is money; `null` where the deal does not count. */
export function worthOf(book: Book, metric: string, deal: DealEntry, plan: PlanDocument): Ratio | null {
  const version = metricOn(book, metric, selectionDate(deal));
  if (version === undefined) return null;
  const counted = countedOf(version, deal).map(({ amount }) => amount);
  if (counted.length === 0) return null;
  return version.document.unit === 'money' ? inCurrencyOf(plan, book, total(counted), deal) : total(counted);
}

/** The same, line by line. */
export function lineWorths(
  book: Book,
  metric: string,
  deal: DealEntry,
  plan: PlanDocument,
): readonly { readonly line: DealLine; readonly worth: Ratio }[] {
  const version = metricOn(book, metric, selectionDate(deal));
  if (version === undefined) return [];
  return countedOf(version, deal).flatMap(({ line, amount }) => {
    const worth = version.document.unit === 'money' ? inCurrencyOf(plan, book, amount, deal) : amount;
    return line === null ? [] : [{ line, worth }];
  });
}

function countedOf({ document: { of, counts, amount } }: MetricVersion, deal: DealEntry) {
  const lines = of === 'line' ? deal.lines : [null];
  return lines
    .filter((line) => holdsFor(counts, deal, line))
    .map((line) => ({ line, amount: amountFor(amount, deal, line) }));
}

function unitOf(book: Book, metric: string, deal: DealEntry, currency: string): string {
  return metricOn(book, metric, selectionDate(deal))?.document.unit === 'number' ? 'number' : currency;
}

/**
 * A credited amount is kept exactly where it is a decimal, or a fraction whose bottom, once the factors 2 and 5 are taken out, is at
 * most 366; a finer one to 30 decimals, half-even.
 */
export function kept(amount: Ratio): Ratio {
  const fine = [2n, 5n].reduce(without, amount.bottom);
  return fine <= 366n ? amount : rounded(amount, 30, 'half-even');
}

function without(bottom: bigint, factor: bigint): bigint {
  return bottom % factor === 0n ? without(bottom / factor, factor) : bottom;
}
