import type { Book } from '@ledger/calculation';
import type { Band, Component, CurvePoint, DealLine } from '@ledger/events';
import { type Credit, lineWorths, paidFactor } from './credits.ts';
import { numberFor } from './formulas.ts';
import { kept } from './kept.ts';
import { less, NOTHING, type Ratio, read, same, times, total } from './ratio.ts';

/** Tables that stand beside each other over one measured amount, and what a credit brings to each of them (D224 to D227). */

/** How much is measured, and how much is paid on. */
export interface Piece {
  readonly measured: Ratio;
  readonly paid: Ratio;
  /** What is paid on by each of several tables that stand beside each other. */
  readonly parts?: readonly Ratio[];
  /** What comes back: nothing lies above the place to which it goes (D147). */
  readonly comesBack?: true;
  /** Of a part: what all of the credit is paid on. */
  readonly whole?: Ratio;
}

/** The column of a value, counted from 0; `null` below the first (D225). */
function columnOf({ atBound }: Component, from: readonly string[], value: Ratio): number | null {
  const reached = from
    .map(read)
    .findLastIndex((at) => less(at, value) || (same(at, value) && atBound === 'upper-band'));
  if (reached !== -1) return reached;
  return from[0] !== undefined && same(read(from[0]), value) ? 0 : null;
}

/** The component with the rates, or the curve, of one column. */
function inColumn({ columns: _, ...component }: Component, column: number | null): Component {
  const pays = ({ cells }: Band) => (column === null ? null : (cells?.[column] ?? null));
  const lump = ({ lump: one, lumps }: Band) => (column === null ? one : (lumps?.[column] ?? one));
  // Below the first column a curve is flat at nothing (D239).
  const share = ({ cells }: CurvePoint) => (column === null ? '0%' : (cells?.[column] ?? '0%'));
  return {
    ...component,
    curve: component.curve.map(({ cells, ...point }) => ({ ...point, pays: share({ ...point, cells }) })),
    table: component.table.map(({ cells, lumps, ...band }) => ({
      ...band,
      pays: pays({ ...band, cells }),
      lump: lump({ ...band, lumps }),
    })),
  };
}

/** The table of the window, where what is found picks the column: below the first nothing is paid, and no lump (D226). */
export function inFoundColumn(component: Component, found: Ratio): Component {
  const column = columnOf(component, component.columns?.from ?? [], found);
  const table = inColumn(component, column);
  return column !== null ? table : { ...table, table: table.table.map((band) => ({ ...band, lump: null })) };
}

const withoutLumps = (component: Component): Component => {
  return { ...component, table: component.table.map((band) => ({ ...band, lump: null })) };
};

/** None where a credit is paid by one table. */
export function tablesBeside(component: Component, isInRamp: boolean): readonly Component[] {
  const { columns, products, tierOf, ...bare } = component;
  if (columns !== undefined && 'deal' in columns.by) {
    return columns.from.map((_, at) => withoutLumps(inColumn(component, at)));
  }
  if (products !== undefined) return [bare, ...products.map(({ table }) => ({ ...bare, table }))].map(withoutLumps);
  if (tierOf !== undefined && 'deal' in tierOf) return component.table.map((_, at) => alwaysAt(bare, at, isInRamp));
  return [];
}

/** A band whose rate holds wherever the measured amount is; one that is barred in a ramp pays like the one below it. */
function alwaysAt(component: Omit<Component, 'tierOf'>, at: number, isInRamp: boolean): Component {
  const band = component.table.findLast(({ inRamp }, index) => index <= at && !(isInRamp && inRamp === 'barred'));
  const only: Band = { from: '0', to: null, pays: band?.pays ?? null, lump: null, applies: 'marginal', gate: null };
  return { ...component, table: [only], read: 'marginal' };
}

/** A credit, or those of a pay period that are rated as one. */
type Rated = Credit & { readonly of: readonly Credit[] };

/** What a credit brings, divided by the terms under which it is rated. */
export function piece(book: Book, component: Component, credit: Rated): Piece {
  const { measured, paid } = credit;
  const count = tablesBeside(component, false).length;
  if (count === 0) return { measured, paid };
  const parts = Array.from({ length: count }, (_, at) =>
    total(credit.of.map((member) => partOf(book, component, member, at))),
  );
  return { measured, paid, parts };
}

function partOf(book: Book, component: Component, credit: Credit, table: number): Ratio {
  const { columns, products, tierOf } = component;
  if (products !== undefined) {
    const own = linesPaid(book, credit).filter(({ line }) => tableOf(products, line) === table);
    return total(own.map(({ paid }) => paid));
  }
  const isThere =
    columns !== undefined && 'deal' in columns.by
      ? columnOf(component, columns.from, numberFor(columns.by.deal, credit.entry)) === table
      : tierOf !== undefined && 'deal' in tierOf && bandOf(component, numberFor(tierOf.deal, credit.entry)) === table;
  return isThere ? credit.paid : NOTHING;
}

/** The band that holds a value; a hit on the end of one is in it with `lower-band`. */
function bandOf(component: Component, value: Ratio): number | null {
  const { table, atBound } = component;
  const at = columnOf(
    component,
    table.map(({ from }) => from),
    value,
  );
  if (at === null) return null;
  const end = table[at]?.to ?? null;
  if (end === null) return at;
  return less(value, read(end)) || (same(value, read(end)) && atBound === 'lower-band') ? at : null;
}

/** What each line of a deal is paid on, kept by itself (D227). */
function linesPaid(book: Book, credit: Credit): readonly { readonly line: DealLine; readonly paid: Ratio }[] {
  const { component, entry, plan } = credit;
  const factor = paidFactor(book, component, entry);
  return lineWorths(book, component.paysOn ?? component.measure, entry, plan.document).map(({ line, worth }) => ({
    line,
    paid: kept(times(worth, factor)),
  }));
}

/** Variant before product before category; 0 is the component's own table. */
function tableOf(products: NonNullable<Component['products']>, { variant, product, category }: DealLine): number {
  const ofVariant = products.findIndex(({ variants }) => variant !== undefined && variants.includes(variant));
  const ofProduct = products.findIndex((each) => each.products.includes(product));
  const ofCategory = products.findIndex(({ categories }) => category !== null && categories.includes(category));
  return ([ofVariant, ofProduct, ofCategory].find((at) => at !== -1) ?? -1) + 1;
}
