import type { Book, DealEntry, MetricVersion, PlanVersion } from '@ledger/calculation';
import type { Component, DealLine, PlanDocument } from '@ledger/events';
import { dayBefore, firstDayOf, payPeriods } from './calendar.ts';
import { creditingOf } from './crediting.ts';
import { inCurrencyOf } from './exchange.ts';
import { amountFor, holdsFor, numberFor } from './formulas.ts';
import { type Share, teamCredits } from './hierarchy.ts';
import { componentsOn, type InForce } from './in-force.ts';
import { kept } from './kept.ts';
import { looksBackTo } from './look-back.ts';
import { dealEarnings, type EarnedBy, measuresEarnings, type StandIn, standIns, takesEarnings } from './overrides.ts';
import { isNothing, minus, NOTHING, product, type Ratio, read, smaller, times, total, WHOLE } from './ratio.ts';
import { NEVER, returnedBefore, returnsOf, seesCancelled } from './returned.ts';
import { newestOn } from './versions.ts';

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
  /** Of a credit that is taken away: the part of the deal that came back (D147). Its `closedOn` is the day of that. */
  readonly returns?: Ratio;
}

/** Nobody else is asked for. */
const NOTHING_EARNED: EarnedBy = () => [];

/** Everything that the participant is credited with under any component, or one, in the total order of credits. */
export function creditsBefore(
  book: Book,
  upTo: string,
  only: string | null = null,
  earnedBy: EarnedBy = NOTHING_EARNED,
): readonly Credit[] {
  const isAsked = ({ id }: InForce) => only === null || id === only;
  const ofDeals = [...book.deals]
    .filter(([, deal]) => deal.closedOn < upTo)
    .flatMap(([key, deal]) =>
      componentsOn(book, selectionDate(deal))
        .filter((inForce) => isAsked(inForce) && deal.closedOn >= looksBackTo(book, inForce.id))
        .flatMap((inForce) => creditOf(book, key, deal, inForce, earnedBy) ?? []),
    );
  return inOrder([...ofDeals, ...besideDeals(book, upTo, isAsked, earnedBy)]);
}

export function inOrder(credits: readonly Credit[]): readonly Credit[] {
  return [...credits].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** Closing date, sequence of the source, key of the deal; after deals what was earned beside them (D163). */
function orderOf({ closedOn, deal, entry, returns }: Credit): string {
  const isDeal = entry.deal !== '';
  return `${closedOn} ${isDeal ? 0 : 1} ${String(entry.sequence).padStart(10, '0')} ${deal} ${returns === undefined ? 0 : 1}`;
}

export const NO_DEAL: DealEntry = {
  kind: 'deal',
  changedBy: '',
  source: '',
  deal: '',
  account: null,
  amount: '0',
  currency: '',
  closedOn: '',
  selectionOn: null,
  sequence: 0,
  owner: null,
  credits: [],
  attributes: {},
  lines: [],
  event: '',
  cancelled: null,
  vanished: null,
  milestones: [],
  splits: [],
};

/** What a team earned beside deals stands in for deals. */
function besideDeals(
  book: Book,
  upTo: string,
  isAsked: (inForce: InForce) => boolean,
  earnedBy: EarnedBy,
): readonly Credit[] {
  const periods = payPeriods(firstDayOf(book.calendar.firstPeriod), upTo, book.calendar.cadence);
  return periods.flatMap((period) =>
    componentsOn(book, dayBefore(period.to))
      .filter((inForce) => isAsked(inForce) && takesEarnings(inForce.component))
      .flatMap((inForce) =>
        standIns(book, inForce.component, period, earnedBy).flatMap(
          (standIn) => standInCredit(book, inForce, standIn) ?? [],
        ),
      ),
  );
}

function standInCredit(
  book: Book,
  { id, component, plan }: InForce,
  { key, closedOn, amount }: StandIn,
): Credit | null {
  const { currency } = plan.document;
  const paid = amount(currency);
  if (isNothing(paid)) return null;
  const measured = measuresEarnings(component) ? paid : NOTHING;
  const entry = { ...NO_DEAL, closedOn, currency };
  const unit = unitOf(book, component.measure, closedOn, currency);
  return { deal: key, entry, closedOn, id, component, plan, unit, measured, paid };
}

/** The date that decides which versions apply. */
export function selectionDate(deal: DealEntry): string {
  return deal.selectionOn ?? deal.closedOn;
}

export function metricOn(book: Book, metric: string, date: string): MetricVersion | undefined {
  return newestOn(book.metrics.get(metric), date);
}

function creditOf(
  book: Book,
  key: string,
  deal: DealEntry,
  { id, component, plan }: InForce,
  earnedBy: EarnedBy,
): Credit | null {
  const isMeant = !isNothing(shareOf(book, component, deal)) && holdsFor(component.when, deal, null);
  const factor = paidFactor(book, component, deal);
  const { currency } = plan.document;
  const credited = (metric: string) =>
    isMeant ? kept(times(worthOf(book, metric, deal, plan.document) ?? NOTHING, factor)) : NOTHING;
  const { measured, paid } = takesEarnings(component)
    ? ofEarnings(component, credited, () =>
        dealEarnings(book, component, [key, deal], { earnedBy, credits: creditingOf(book, deal).credits, currency }),
      )
    : { measured: credited(component.measure), paid: credited(component.paysOn ?? component.measure) };
  // A deal that counts for nothing is no credit, as one that does not count.
  if (isNothing(measured) && isNothing(paid)) return null;
  // Without an answer nobody knows what it is paid.
  for (const by of [component.columns?.by, component.tierOf]) {
    if (by !== undefined && 'deal' in by) numberFor(by.deal, deal);
  }
  const unit = unitOf(book, component.measure, selectionDate(deal), currency);
  return { deal: key, entry: deal, closedOn: deal.closedOn, id, component, plan, unit, measured, paid };
}

/** D164. */
function ofEarnings(component: Component, credited: (metric: string) => Ratio, earned: () => Ratio) {
  const paid = earned();
  return { measured: measuresEarnings(component) ? paid : credited(component.measure), paid };
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
  const { credits, obstacle } = creditingOf(book, seesCancelled(component) ? { ...deal, cancelled: null } : deal);
  const isTeam = component.credits === 'team';
  const taken = isTeam ? teamCredits(book, component, deal, credits) : ownCredits(book, component, credits);
  if (obstacle !== null && taken.length > 0) throw obstacle;
  const share = total(taken.map((each) => each.share));
  return isTeam && (component.team?.counts ?? 'once') === 'once' ? smaller(share, WHOLE) : share;
}

function ownCredits(book: Book, component: Component, credits: readonly Share[]): readonly Share[] {
  const own = credits.filter(({ participant }) => participant === book.participant.participant);
  return own.filter(({ pool }) => component.credits === 'all' || pool === component.credits);
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

export function unitOf(book: Book, metric: string, day: string, currency: string): string {
  return metricOn(book, metric, day)?.document.unit === 'number' ? 'number' : currency;
}
