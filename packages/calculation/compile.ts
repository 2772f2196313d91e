import type { Band, Component, DealLine, Gate, MetricDocument, PlanDocument } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import { add, type Exact, exact, percent } from '@ledger/money';
import { type BandPays, type PlanBand, type Table, tableOf } from './bands.ts';
import type { DealEntry } from './book.ts';
import { compile, type Evaluate, type ExpressionError, type Offer } from './cel.ts';
import { type Columns, columnsOf } from './columns.ts';
import { type Condition, condition, type Factor, factor } from './conditions.ts';
import type { Curve } from './curve.ts';
import { type Decimal, ExpressionFailure } from './decimal.ts';
import { inLowestTerms } from './exactness.ts';
import { type CompiledLook, compiledLook, looksOf } from './looks.ts';
import { type MeasuredFactor, measuredFactor } from './measured-factor.ts';
import { OfferedLine, offeredDeal } from './offer.ts';
import { paysAtEnd } from './otherwise.ts';
import { isFailure, type Verdict } from './verdict.ts';

/**
 * Documents become closures, once for each version: by the document's identity while it is in memory, and by its text when a view
 * reads it again.
 */

export interface CompiledMetric {
  readonly document: MetricDocument;
  /** In the currency of the deal, or a number. Computed once for each deal entry. */
  measure(deal: DealEntry): Verdict;
  /** The same of one line of the deal, for metrics of lines. */
  measureLine(deal: DealEntry, line: DealLine): Verdict;
}

export interface CompiledComponent {
  readonly id: string;
  readonly document: Component;
  readonly when: Condition;
  readonly multiplyCredit: readonly Factor[];
  readonly multiplyEarning: readonly Factor[];
  /** Factors on what deals earn by what is measured elsewhere. */
  readonly measuredFactors: readonly MeasuredFactor[];
  /** Bounds as the plan writes them: amounts, or fractions of the target. One section without a rate for a curve. */
  readonly table: Table;
  readonly curve: Curve | null;
  /** What picks the band instead of what the component measures. */
  readonly tierOf: CompiledLook | null;
  readonly columns: Columns | null;
  /** A curve for each of them; none for a table. */
  readonly curves: readonly Curve[];
  readonly gates: readonly CompiledGate[];
  readonly fee: Exact | null;
  readonly floor: Exact | null;
  readonly dealCap: Exact | null;
  /** Whether the bands pay on another metric than the one that is measured. */
  readonly paysElsewhere: boolean;
  /** The component for deals that close during a ramp; `null` where no band is barred. */
  readonly inRamp: CompiledComponent | null;
  readonly isInRamp: boolean;
  /** The plan, where its windows are its own whatever other plan has a component of the same id. */
  readonly anew: string | null;
  /** Whether what a window has earned can change at a later pay period's end: by its target, or by a gate. */
  readonly isRatedAgain: boolean;
}

/** A condition on a measure that the component, or bands of it, wait for. */
export interface CompiledGate extends CompiledLook {
  readonly document: Gate;
  readonly atLeast: Exact;
  /** Whether only what exceeds the threshold is paid. */
  readonly isExcess: boolean;
}

export interface CompiledPlan {
  readonly document: PlanDocument;
  readonly components: readonly CompiledComponent[];
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
  const verdicts = alongside<DealEntry, { readonly verdict: Verdict }>();
  return {
    document,
    measure: (deal) => {
      let known = verdicts.get(deal);
      if (known === undefined) {
        known = { verdict: document.of === 'line' ? ofLines(deal) : ofDeal({ deal: offeredDeal(deal) }, null) };
        verdicts.set(deal, known);
      }
      return known.verdict;
    },
    measureLine: (deal, line) => ofDeal({ deal: offeredDeal(deal), line: new OfferedLine(line) }, line),
  };

  function ofLines(deal: DealEntry): Verdict {
    const offered = offeredDeal(deal);
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

/** The plan's components with everything in them parsed. Throws on a plan that `checkPlan` refuses. */
export const compilePlan = remembered(
  (document: PlanDocument): CompiledPlan => ({
    document,
    components: Object.entries(document.components)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, component]) => compiledComponent(id, component, document.plan)),
  }),
);

function compiledComponent(id: string, document: Component, plan: string): CompiledComponent {
  const hitIsUpper = document.atBound === 'upper-band';
  const isCurve = document.read === 'curve';
  const bands = isCurve ? [] : document.table;
  if (!isCurve && bands.length === 0 && !paysAtEnd(document))
    throw new TypeError(`component ${id} was published with a table without bands`);
  return {
    id,
    document,
    when: condition(document.when),
    multiplyCredit: document.multiplyCredit.map(factor),
    multiplyEarning: document.multiplyEarning.flatMap((each) => ('look' in each ? [] : [factor(each)])),
    measuredFactors: document.multiplyEarning.flatMap((each) =>
      'look' in each ? [measuredFactor(each, hitIsUpper)] : [],
    ),
    table: tableOf(planBands(bands, null), hitIsUpper, document.read === 'retroactive'),
    curve: isCurve ? curveOf(id, document, hitIsUpper, null) : null,
    tierOf: document.tierOf !== undefined && 'look' in document.tierOf ? compiledLook(document.tierOf.look) : null,
    columns: columnsOf(document, planBands),
    curves: isCurve ? (document.columns?.from ?? []).map((_, column) => curveOf(id, document, hitIsUpper, column)) : [],
    inRamp: inRampOf(id, document, plan),
    isInRamp: false,
    anew: document.onPlanChange === 'restart' ? plan : null,
    gates: document.gates.map(compiledGate),
    fee: document.fee === undefined ? null : exact(document.fee.deal),
    floor: document.floor?.deal == null ? null : exact(document.floor.deal),
    dealCap: document.cap === null || document.cap.deal === null ? null : exact(document.cap.deal),
    paysElsewhere: document.paysOn !== null && document.paysOn !== document.measure,
    isRatedAgain:
      document.gates.length > 0 ||
      looksOf(document).length > 0 ||
      document.incentive === 'to-date' ||
      (isAgainstTarget(document) && document.target === 'quota-to-date'),
  };
}

/** No gate of a plan can have this name: it is closed for deals that close during a ramp. */
export const RAMP_GATE = '*ramp';

/** The component for deals that close during a ramp: bands that are barred wait for a closed gate. */
function inRampOf(id: string, document: Component, plan: string): CompiledComponent | null {
  const tables = [document.table, ...(document.products ?? []).map(({ table }) => table)];
  if (!tables.some((table) => table.some(({ inRamp }) => inRamp !== undefined))) return null;
  const waiting = (bands: readonly Band[]) =>
    bands.map(({ inRamp, ...band }) => (inRamp === undefined ? band : { ...band, gate: RAMP_GATE }));
  const products = document.products?.map((each) => ({ ...each, table: waiting(each.table) }));
  const barred = { ...document, table: waiting(document.table), ...(products === undefined ? {} : { products }) };
  return { ...compiledComponent(id, barred, plan), isInRamp: true };
}

/** Whether the component's own target says where bands lie. */
export function isAgainstTarget({ tierBy, tierOf }: Component): boolean {
  return tierBy === 'attainment' && tierOf === undefined;
}

/** The bands of a table, or one column of them. */
function planBands(bands: readonly Band[], column: number | null): readonly PlanBand[] {
  return bands.map((band) => {
    const cell = column === null ? null : (band.cells?.[column] ?? null);
    const lump = column === null ? band.lump : (band.lumps?.[column] ?? band.lump);
    return planBand({ ...band, pays: cell ?? band.pays, lump });
  });
}

function planBand({ from, to, pays, lump, forEach, applies, gate }: Band): PlanBand {
  return {
    from: percent(from),
    to: to === null ? null : percent(to),
    pays: pays === null ? null : paysOf(pays),
    lump: lump === null ? null : exact(lump),
    forEach: forEach === undefined ? null : percent(forEach),
    retroactive: applies === 'retroactive',
    gate,
  };
}

function paysOf(pays: NonNullable<Band['pays']>): BandPays {
  return { by: pays.by, rate: pays.by === 'share' ? percent(pays.share) : exact(pays.money) };
}

/** The curve, or that of one column. */
function curveOf(id: string, { curve, targetIncentive }: Component, hitIsUpper: boolean, column: number | null): Curve {
  const [first, ...rest] = curve.map(({ at, pays, cells }) => ({
    at: percent(at),
    pays: percent(column === null ? pays : (cells?.[column] ?? pays)),
  }));
  if (first === undefined) throw new TypeError(`component ${id} was published with a curve without points`);
  return { points: [first, ...rest], hitIsUpper, incentive: targetIncentive === null ? null : exact(targetIncentive) };
}

function compiledGate(document: Gate): CompiledGate {
  return {
    ...compiledLook(document),
    document,
    atLeast: percent(document.atLeast),
    isExcess: document.pays === 'excess' && document.guards === 'component',
  };
}

const MOST_REMEMBERED = 2000;

function remembered<D extends object, C>(make: (document: D) => C): (document: D) => C {
  const byIdentity = alongside<D, C>();
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
