import type { Component, DealLine } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import { add, cmp, type Exact, mul, percent, ZERO } from '@ledger/money';
import { type PlanBand, type Table, tableOf } from './bands.ts';
import type { DealEntry } from './book.ts';
import { compile } from './cel.ts';
import { type ConditionFailure, multiplied } from './conditions.ts';
import { ExpressionFailure } from './decimal.ts';
import { kept } from './exactness.ts';
import { type AppliedRate, exchange } from './exchange.ts';
import { type CompiledLook, compiledLook } from './looks.ts';
import { offeredDeal } from './offer.ts';
import { isFailure, type Verdict } from './verdict.ts';

/**
 * Tables beside each other that one measured amount moves through: columns of a matrix, or tables for products. Only one dimension
 * splits (mechanics §1.7): what is measured runs through the bands, and each deal, or each part of it, stays in its column.
 */
export interface Columns {
  /** What picks the column of everything as of a date; `null` where each deal has its own. */
  readonly look: CompiledLook | null;
  /** Where each column begins, for those that are picked by a value. */
  readonly from: readonly Exact[];
  readonly hitIsUpper: boolean;
  /** The last one pays nothing: for values below the first column. Lump sums are in the first table alone. */
  readonly tables: readonly [Table, ...Table[]];
  /** Parts of a credit's paid amount by column; `null` where a look decides. */
  readonly partsOf: ((credit: InColumns) => readonly Part[] | ConditionFailure) | null;
}

/** What is asked of a credit: the deal, and what it is paid on. */
interface InColumns {
  readonly deal: DealEntry;
  readonly weighed: {
    readonly share: Exact;
    readonly factors: readonly { readonly by: Exact }[];
    readonly pay: {
      readonly metric: {
        readonly compiled: { readonly measureLine: (deal: DealEntry, line: DealLine) => Verdict };
      };
      readonly rate: AppliedRate | null;
      readonly credited: Exact;
      readonly unit: string;
    };
  };
}

/** What of a credit is paid in a column. */
export interface Part {
  readonly column: number;
  readonly paid: Exact;
}

type Bands = (bands: Component['table'], column: number | null) => readonly PlanBand[];

/** The columns of a component, if it has any. `bandsOf` reads bands, or one cell of each. */
export function columnsOf(document: Component, bandsOf: Bands): Columns | null {
  const hitIsUpper = document.atBound === 'upper-band';
  const { products, columns, tierOf } = document;
  // Where each deal has a band of its own, nothing is paid by what the window holds, in a gap neither.
  const isOwn = tierOf !== undefined && 'deal' in tierOf;
  const isRetroactive = document.read === 'retroactive' && !isOwn;
  const table = (bands: readonly PlanBand[]) => tableOf(bands, hitIsUpper, isRetroactive);
  if (products !== undefined) {
    const tables = products.map((each) => table(bandsOf(each.table, null)));
    return {
      look: null,
      from: [],
      hitIsUpper,
      tables: [table(bandsOf(document.table, null)), ...tables],
      partsOf: byLine(products),
    };
  }
  if (columns !== undefined) {
    const from = columns.from.map((each) => percent(each));
    return byValue(
      columns.by,
      from,
      columns.from.map((_, column) => bandsOf(document.table, column)),
    );
  }
  if (isOwn) {
    // What a band says is paid in a column of its own, whatever the window holds.
    const from = document.table.map((band) => percent(band.from));
    const ends = document.table.flatMap((band) => (band.to === null ? [] : [percent(band.to)]));
    const bounds = [...from, ...ends]
      .sort(cmp)
      .filter((each, at, all) => at === 0 || cmp(each, all[at - 1] ?? each) !== 0);
    const bands = bandsOf(document.table, null);
    return byValue(
      tierOf,
      bounds,
      bounds.map((bound) => {
        // A band that says no end has that of where the next one begins.
        const at = document.table.findLastIndex((band) => cmp(percent(band.from), bound) <= 0);
        const to = document.table[at]?.to ?? null;
        if (to !== null && cmp(bound, percent(to)) >= 0) return [];
        // The only gate of such a band is the ramp: it pays like the one below it.
        const found = bands.findLast((band, index) => index <= at && band.gate === null);
        return found === undefined ? [] : [{ ...found, from: ZERO, to: null, retroactive: false }];
      }),
    );
  }
  return null;

  function byValue(
    by: NonNullable<Component['tierOf']>,
    from: readonly Exact[],
    bands: readonly (readonly PlanBand[])[],
  ): Columns {
    const nothing = table((bands[0] ?? []).map((band) => ({ ...band, pays: null, lump: null })));
    // Where each deal has its own column, a lump is of the window and counts once.
    const once = 'deal' in by;
    const [first = nothing, ...rest] = bands.map((own, at) =>
      table(at === 0 || !once ? own : own.map((band) => ({ ...band, lump: null }))),
    );
    const shared = { from, hitIsUpper, tables: [first, ...rest, nothing] as const };
    if ('look' in by) return { ...shared, look: compiledLook(by.look), partsOf: null };
    return { ...shared, look: null, partsOf: byDeal(by.deal, from, hitIsUpper) };
  }
}

/** The column that a value is in: the last one that begins at or below it; the one that pays nothing where there is none. */
export function columnAt({ from, hitIsUpper }: Pick<Columns, 'from' | 'hitIsUpper'>, value: Exact): number {
  const at = from.findLastIndex((bound, index) => {
    const order = cmp(value, bound);
    // Nothing lies below the first column that begins at 0 but what is less than 0.
    return order > 0 || (order === 0 && (hitIsUpper || index === 0));
  });
  return at < 0 ? from.length : at;
}

function byDeal(text: string, from: readonly Exact[], hitIsUpper: boolean) {
  const compiled = compile(text, 'Decimal', false);
  if ('errors' in compiled) throw new TypeError(`a plan was published with an expression that is not valid: ${text}`);
  const known = alongside<DealEntry, number | ConditionFailure>();
  return ({ deal, weighed }: InColumns): readonly Part[] | ConditionFailure => {
    let column = known.get(deal);
    if (column === undefined) {
      try {
        column = columnAt({ from, hitIsUpper }, compiled.run({ deal: offeredDeal(deal) }).exact);
      } catch (error) {
        if (!(error instanceof ExpressionFailure)) throw error;
        column = { text, says: error.message, field: 'columns' };
      }
      known.set(deal, column);
    }
    return typeof column === 'number' ? [{ column, paid: weighed.pay.credited }] : column;
  };
}

/** The table of each line: by its variant, its product, its category, in this order; otherwise the component's own. */
function byLine(entries: NonNullable<Component['products']>) {
  const columns = {
    variants: new Map<string, number>(),
    products: new Map<string, number>(),
    categories: new Map<string, number>(),
  };
  for (const [index, entry] of entries.entries()) {
    for (const kind of ['variants', 'products', 'categories'] as const) {
      for (const name of entry[kind]) columns[kind].set(name, index + 1);
    }
  }
  const columnOf = ({ variant, product, category }: DealLine) =>
    columns.variants.get(variant ?? '') ?? columns.products.get(product) ?? columns.categories.get(category ?? '') ?? 0;
  return ({ deal, weighed }: InColumns): readonly Part[] | ConditionFailure => {
    const { pay, share, factors } = weighed;
    const paid = new Map<number, Exact>();
    for (const line of deal.lines) {
      const verdict = pay.metric.compiled.measureLine(deal, line);
      if (verdict === null) continue;
      if (isFailure(verdict)) return { text: verdict.text, says: verdict.says };
      const worth = pay.rate === null ? verdict : exchange(verdict, deal.currency, pay.unit, pay.rate);
      const credited = kept(multiplied(mul(worth, share), factors));
      const column = columnOf(line);
      paid.set(column, add(paid.get(column) ?? ZERO, credited));
    }
    return [...paid].sort(([a], [b]) => a - b).map(([column, amount]) => ({ column, paid: amount }));
  };
}
