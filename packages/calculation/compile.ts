import type { Component, DealLine, MetricDocument, PlanDocument } from '@ledger/events';
import { add, type Exact, mul, percent, ZERO } from '@ledger/money';
import type { DealEntry } from './book.ts';
import { compile, type Evaluate, type ExpressionError, type Offer } from './cel.ts';
import { type Decimal, ExpressionFailure } from './decimal.ts';
import { inLowestTerms } from './exactness.ts';
import { OfferedDeal, OfferedLine } from './offer.ts';
import type { Table, TableBand } from './rate.ts';

/**
 * Documents become closures, once for each version: by the document's identity while it is in memory, and by its text when a view
 * reads it again.
 */

/** What a metric says of a deal: how much counts, `null` when it does not count, or why it cannot say. */
export type Verdict = Exact | null | MetricFailure;

export interface MetricFailure {
  readonly expression: 'counts' | 'amount';
  readonly text: string;
  readonly says: string;
  /** Line of the deal at which it failed, for metrics of lines. */
  readonly line: string | null;
}

export interface CompiledMetric {
  readonly document: MetricDocument;
  /** In the currency of the deal, or a number. Computed once for each deal entry. */
  measure(deal: DealEntry): Verdict;
}

export interface CompiledComponent {
  readonly id: string;
  readonly document: Component;
  /** Bounds as the plan writes them: amounts, or fractions of the quota. */
  readonly table: Table;
}

export interface CompiledPlan {
  readonly document: PlanDocument;
  readonly components: readonly CompiledComponent[];
}

export function isFailure(verdict: Verdict): verdict is MetricFailure {
  return verdict !== null && 'says' in verdict;
}

/** The two expressions of a metric, or everything that is wrong with them. */
export function expressionsOf(
  document: MetricDocument,
):
  | { readonly counts: Evaluate<boolean>; readonly amount: Evaluate<Decimal> }
  | { readonly errors: readonly (ExpressionError & { readonly field: 'counts' | 'amount' })[] } {
  const lines = document.of === 'line';
  const counts = compile(document.counts, 'bool', lines);
  const amount = compile(document.amount, 'Decimal', lines);
  if ('run' in counts && 'run' in amount) return { counts: counts.run, amount: amount.run };
  return {
    errors: [
      ...('errors' in counts ? counts.errors.map((error) => ({ ...error, field: 'counts' as const })) : []),
      ...('errors' in amount ? amount.errors.map((error) => ({ ...error, field: 'amount' as const })) : []),
    ],
  };
}

/** The metric as a closure. Throws on a document that `checkMetric` refuses: such a document is never published. */
export const compileMetric = remembered((document: MetricDocument): CompiledMetric => {
  const expressions = expressionsOf(document);
  if ('errors' in expressions) {
    throw new TypeError(`metric ${document.metric} was published with an expression that is not valid`);
  }
  const verdicts = new WeakMap<DealEntry, { readonly verdict: Verdict }>();
  return {
    document,
    measure: (deal) => {
      let known = verdicts.get(deal);
      if (known === undefined) {
        known = { verdict: document.of === 'line' ? ofLines(deal) : ofDeal({ deal: new OfferedDeal(deal) }, null) };
        verdicts.set(deal, known);
      }
      return known.verdict;
    },
  };

  function ofLines(deal: DealEntry): Verdict {
    const offered = new OfferedDeal(deal);
    let total: Exact | null = null;
    for (const line of deal.lines) {
      const verdict = ofDeal({ deal: offered, line: new OfferedLine(line) }, line);
      if (isFailure(verdict)) return verdict;
      if (verdict !== null) total = total === null ? verdict : add(total, verdict);
    }
    return total;
  }

  function ofDeal(offer: Offer, line: DealLine | null): Verdict {
    if ('errors' in expressions) return null;
    let expression: 'counts' | 'amount' = 'counts';
    try {
      if (!expressions.counts(offer)) return null;
      expression = 'amount';
      return inLowestTerms(expressions.amount(offer).exact);
    } catch (error) {
      if (!(error instanceof ExpressionFailure)) throw error;
      return { expression, text: document[expression], says: error.message, line: line?.line ?? null };
    }
  }
});

/** The plan's components with their tables parsed. */
export const compilePlan = remembered(
  (document: PlanDocument): CompiledPlan => ({
    document,
    components: Object.entries(document.components)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, component]) => ({ id, document: component, table: tableOf(component) })),
  }),
);

/** The component's table with bounds as they are written. Throws on a table that `checkPlan` refuses. */
function tableOf(component: Component): Table {
  const [first, ...rest] = component.table.map(
    ({ from, pays, applies }): TableBand => ({
      from: percent(from),
      rate: pays?.by === 'share' ? percent(pays.share) : ZERO,
      retroactive: applies === 'retroactive',
    }),
  );
  if (first === undefined) throw new TypeError('a table without bands was published');
  return { bands: [first, ...rest], hitIsUpper: component.atBound === 'upper-band' };
}

/** The table with bounds in amounts: attainment times quota, exactly. */
export function inAmounts(table: Table, quota: Exact): Table {
  const [first, ...rest] = table.bands;
  const bound = (band: TableBand): TableBand => ({ ...band, from: mul(band.from, quota) });
  return { ...table, bands: [bound(first), ...rest.map(bound)] };
}

const MOST_REMEMBERED = 2000;

function remembered<D extends object, C>(make: (document: D) => C): (document: D) => C {
  const byIdentity = new WeakMap<D, C>();
  const byText = new Map<string, C>();
  return (document) => {
    const known = byIdentity.get(document);
    if (known !== undefined) return known;
    const text = JSON.stringify(document);
    let made = byText.get(text);
    if (made === undefined) {
      if (byText.size >= MOST_REMEMBERED) byText.clear();
      made = make(document);
      byText.set(text, made);
    }
    byIdentity.set(document, made);
    return made;
  };
}
