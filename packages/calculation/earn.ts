import { add, type Exact, isZero, MoneyError, type RoundingMode, round, sub, ZERO } from '@ledger/money';
import type { Book, DealEntry } from './book.ts';
import { type CompiledComponent, inAmounts } from './compile.ts';
import { creditsOf, type DealCredit } from './credit.ts';
import { type ComponentInForce, componentsByDate, type Obstacle } from './in-force.ts';
import { periodBounds, periodOf, type Span, windowOf } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { isQuotaOf, quotaOf, type WindowQuota } from './quota.ts';
import { type Table, totalPay } from './rate.ts';
import { type Weighed, weigh } from './weigh.ts';

/** What a component yields for one deal. */
export interface EarnedLine {
  readonly component: string;
  readonly plan: string;
  readonly planVersion: number;
  /** Deal key. */
  readonly deal: string;
  readonly closedOn: string;
  /** Pay period of `closedOn`. */
  readonly period: string;
  /** Before rounding, in the plan's currency. */
  readonly exact: Exact;
  /** Rounded once, by the plan's rule. */
  readonly amount: string;
  readonly currency: string;
  /** What the line was calculated from, for `traceLine`. */
  readonly basis: LineBasis;
}

export interface LineBasis {
  readonly deal: DealEntry;
  readonly inForce: ComponentInForce;
  readonly weighed: Weighed;
  readonly window: Span;
  /** Credited in the window before this deal. */
  readonly before: Exact;
  readonly quota: WindowQuota | null;
  readonly table: Table;
}

/** What a component has measured in a window. */
export interface MeasuredWindow {
  readonly inForce: ComponentInForce;
  readonly window: Span;
  /** Currency of the plan, or `number`. */
  readonly unit: string;
  readonly credited: Exact;
  readonly quota: WindowQuota | null;
}

export interface Earned {
  readonly participant: string;
  /** By pay period, each in the order of credits: closing date, source's sequence, deal key. */
  readonly lines: ReadonlyMap<string, readonly EarnedLine[]>;
  /** Windows in which something was credited, by `windowKey`. */
  readonly windows: ReadonlyMap<string, MeasuredWindow>;
  readonly problems: readonly CalculationProblem[];
}

interface OpenWindow {
  readonly window: Span;
  readonly unit: string;
  readonly quota: WindowQuota | null;
  readonly tables: Map<CompiledComponent, Table | Obstacle>;
  inForce: ComponentInForce;
  credited: Exact;
  /** What the table that was used last pays on `credited`. */
  paid: { readonly table: Table; readonly total: Exact } | null;
}

/** A statement with more problems than this is not read to the end. */
const MOST_PROBLEMS = 100;

/**
 * R of domain.md §4: what every period before the date `upTo` should be under this book, freezes ignored. Deals are walked once in
 * the order of credits. A deal that closed before the first period of the calendar counts in its window and gives no line.
 * Lines that cannot be calculated are left out and reported; whoever pays must look at `problems` first.
 */
export function earn(book: Book, upTo: string): Earned {
  const { participant } = book.participant;
  const { cadence, firstPeriod } = book.calendar;
  const ledgerFrom = periodBounds(firstPeriod).from;
  const inForceOn = componentsByDate(book);
  const windows = new Map<string, OpenWindow>();
  const lines = new Map<string, EarnedLine[]>();
  const problems = new Map<string, CalculationProblem>();

  for (const [key, deal] of inOrder(book.deals, windowOf(ledgerFrom, 'year').from, upTo)) {
    const credits = creditsOf(deal).filter((credit) => credit.participant === participant);
    if (credits.length === 0) continue;
    for (const component of inForceOn(deal.selectionOn ?? deal.closedOn)) {
      const obstacle = earnFrom(key, deal, credits, component);
      if (obstacle !== null) report(key, deal, component, obstacle);
    }
  }
  return { participant, lines, windows, problems: [...problems.values()] };

  /** Takes the deal into its window and writes the line; says what is in the way, if anything is. */
  function earnFrom(
    key: string,
    deal: DealEntry,
    all: readonly DealCredit[],
    component: ComponentInForce,
  ): Obstacle | null {
    const weighed = weigh(book, key, deal, all, component);
    if (weighed === null || 'code' in weighed) return weighed;
    const open = windowFor(component, deal.closedOn, weighed.unit);
    const table = tableFor(open, component);
    if ('code' in table) return table;
    const before = open.credited;
    const after = add(before, weighed.credited);
    const paidBefore = open.paid?.table === table ? open.paid.total : totalPay(table, before);
    const paidAfter = totalPay(table, after);
    open.credited = after;
    open.inForce = component;
    open.paid = { table, total: paidAfter };
    if (deal.closedOn < ledgerFrom) return null;

    const exact = sub(paidAfter, paidBefore);
    const { currency, rounding } = component.planVersion.document;
    const amount = rounded(exact, currency, rounding);
    if (amount === undefined) return tooLarge(currency);
    const period = periodOf(deal.closedOn, cadence);
    const { window, unit } = open;
    const quota = open.quota !== null && isQuotaOf(open.quota, unit) ? open.quota : null;
    linesOf(period).push({
      component: component.component.id,
      plan: component.plan,
      planVersion: component.planVersion.version,
      deal: key,
      closedOn: deal.closedOn,
      period,
      exact,
      amount,
      currency,
      basis: { deal, inForce: component, weighed, window, before, quota, table },
    });
    return null;
  }

  function linesOf(period: string): EarnedLine[] {
    let ofPeriod = lines.get(period);
    if (ofPeriod === undefined) {
      ofPeriod = [];
      lines.set(period, ofPeriod);
    }
    return ofPeriod;
  }

  /** A component whose measure or currency changes begins again: amounts of different things do not add up. */
  function windowFor(inForce: ComponentInForce, closedOn: string, unit: string): OpenWindow {
    const { document } = inForce.component;
    const window = windowOf(
      closedOn,
      typeof document.window === 'object' || document.window === 'deal' ? 'month' : document.window,
    );
    const key = windowKey(inForce.component, window, unit);
    let open = windows.get(key);
    if (open === undefined) {
      const quota = quotaOf(book, document.measure, window);
      open = { window, unit, quota, tables: new Map(), inForce, credited: ZERO, paid: null };
      windows.set(key, open);
    }
    return open;
  }

  function report(key: string, deal: DealEntry, inForce: ComponentInForce, { code, says, scope }: Obstacle): void {
    const component = inForce.component.id;
    const period = periodOf(deal.closedOn, cadence);
    const id = `${code}/${component}/${scope ?? key}`;
    if (problems.size >= MOST_PROBLEMS || problems.has(id)) return;
    const message = `${participant}, ${period}, ${component}, deal ${key}: ${says}.`;
    problems.set(id, { code, message, participant, period, component, deal: key });
  }
}

/** Names what adds up: a component, in a window, by one measure in one unit. */
export function windowKey({ id, document }: CompiledComponent, window: Span, unit: string): string {
  return `${id}/${window.id}/${document.measure}/${unit}`;
}

/** Deals in the order of credits: closing date, source's sequence, deal key; never arrival (domain.md §4). */
function inOrder(deals: Book['deals'], from: string, upTo: string): readonly (readonly [string, DealEntry])[] {
  const within: (readonly [string, DealEntry])[] = [];
  for (const pair of deals) {
    if (pair[1].closedOn < upTo && pair[1].closedOn >= from) within.push(pair);
  }
  return within.sort(([keyA, a], [keyB, b]) => {
    if (a.closedOn !== b.closedOn) return a.closedOn < b.closedOn ? -1 : 1;
    if (a.sequence !== b.sequence) return a.sequence - b.sequence;
    return keyA < keyB ? -1 : 1;
  });
}

/** The component's table in amounts, or why there is none: attainment is undefined without a quota (mechanics §1). */
function tableFor(open: OpenWindow, { component }: ComponentInForce): Table | Obstacle {
  let table = open.tables.get(component);
  if (table === undefined) {
    table = component.document.tierBy === 'amount' ? component.table : byAttainment(open, component);
    open.tables.set(component, table);
  }
  return table;
}

function byAttainment({ quota, window, unit }: OpenWindow, { table, document }: CompiledComponent): Table | Obstacle {
  const scope = window.id;
  const what = `the quota for ${document.measure} in ${window.id}`;
  if (quota === null) {
    const says = `${what} is not assigned, so attainment has no value; assign it`;
    return { code: 'quota_missing', says, scope };
  }
  if (!isQuotaOf(quota, unit)) {
    const is = quota.currency ?? 'a number';
    const says = `${what} is in ${is} and the plan measures in ${unit}; assign it in ${unit}`;
    return { code: 'quota_currency', says, scope };
  }
  if (isZero(quota.value)) {
    const says = `${what} is 0, so attainment has no value; assign a quota or pay by amount`;
    return { code: 'quota_zero', says, scope };
  }
  return inAmounts(table, quota.value);
}

function tooLarge(currency: string): Obstacle {
  return {
    code: 'amount_invalid',
    says: `the result has more than 15 digits before the point in ${currency}; check the deal and the rate`,
  };
}

function rounded(exact: Exact, currency: string, mode: RoundingMode): string | undefined {
  try {
    return round(exact, currency, mode).amount;
  } catch (error) {
    if (error instanceof MoneyError) return undefined;
    throw error;
  }
}
