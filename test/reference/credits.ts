import type { Book, DealEntry, MetricVersion, PlanVersion, RatesEntry } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { isWithin } from './calendar.ts';
import { amountFor, holdsFor, Refusal } from './formulas.ts';
import { type Share, teamShare } from './hierarchy.ts';
import { looksBackTo } from './look-back.ts';
import { isNothing, over, product, type Ratio, ratio, read, rounded, times, total } from './ratio.ts';

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
  const { startsOn, endsOn, assignments } = book.participant;
  if (!isWithin({ from: startsOn, to: endsOn }, date)) return [];
  const plans = new Set(assignments.filter((each) => isWithin(each, date)).map((each) => each.plan));
  return [...plans].flatMap((name) => {
    const plan = newestOn(book.plans.get(name), date);
    if (plan === undefined) return [];
    return Object.entries(plan.document.components).map(([id, component]) => ({ id, component, plan }));
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
  const share = shareOf(book, component, deal);
  if (isNothing(share) || !holdsFor(component.when, deal, null)) return null;
  const { currency } = plan.document;
  const measured = worthOf(book, component.measure, deal, currency);
  const paid = component.paysOn === null ? measured : worthOf(book, component.paysOn, deal, currency);
  if (measured === null && paid === null) return null;
  const factor = times(share, factorOf(component.multiplyCredit, deal));
  const credited = (worth: Ratio | null) => (worth === null ? ratio(0) : kept(times(worth, factor)));
  // A deal that counts for nothing is no credit, as one that does not count.
  if (isNothing(credited(measured)) && isNothing(credited(paid))) return null;
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

/** What a deal gives to the participant under a component. */
export function shareOf(book: Book, component: Component, deal: DealEntry): Ratio {
  const credits = creditsOf(deal);
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
export function worthOf(book: Book, metric: string, deal: DealEntry, currency: string): Ratio | null {
  const version = metricOn(book, metric, selectionDate(deal));
  if (version === undefined) return null;
  const { of, counts, amount, unit } = version.document;
  const lines = of === 'line' ? deal.lines : [null];
  const counted = lines.filter((line) => holdsFor(counts, deal, line)).map((line) => amountFor(amount, deal, line));
  if (counted.length === 0) return null;
  return unit === 'money' ? exchanged(book, total(counted), deal, currency) : total(counted);
}

function unitOf(book: Book, metric: string, deal: DealEntry, currency: string): string {
  return metricOn(book, metric, selectionDate(deal))?.document.unit === 'number' ? 'number' : currency;
}

/**
 * The newest rate of the pair on or before the booking date, in whichever direction it was recorded; on one day the direction that
 * is asked for, and of two in that direction the later one. Never 1 for want of a rate.
 */
function exchanged(book: Book, amount: Ratio, deal: DealEntry, currency: string): Ratio {
  if (deal.currency === currency) return amount;
  const asked = newestRate(book.rates.get(deal.currency + currency), deal.closedOn);
  const opposite = newestRate(book.rates.get(currency + deal.currency), deal.closedOn);
  if (asked === undefined && opposite === undefined) throw new Refusal('rate_missing', `${deal.currency}/${currency}`);
  if (asked !== undefined && (opposite === undefined || asked.on >= opposite.on))
    return times(amount, read(asked.rate));
  return over(amount, read(opposite?.rate ?? '1'));
}

function newestRate(entry: RatesEntry | undefined, date: string): RatesEntry['rates'][number] | undefined {
  const known = (entry?.rates ?? []).filter(({ on }) => on <= date);
  const newest = known
    .map(({ on }) => on)
    .sort()
    .at(-1);
  return known.filter(({ on }) => on === newest).at(-1);
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
