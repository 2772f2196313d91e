import { type Exact, mul, ONE, toText, ZERO } from '@ledger/money';
import { type Section, scaled, type Table, withClosed } from './bands.ts';
import type { CompiledComponent } from './compile.ts';
import type { Curve } from './curve.ts';
import type { Rating } from './rate.ts';
import { flatCurve, flatTable, flatWholeDeal, type WithoutQuota } from './without-quota.ts';

/** What a component's table or curve is scaled by, closed for, or replaced with, as of a date. */
export interface RatingTerms {
  /** What attainment bounds are scaled by; `null` where bounds are amounts, or there is no target. */
  readonly target: Exact | null;
  /** Gates of bands that are closed. */
  readonly closed: readonly string[];
  readonly threshold: Exact | null;
  /** What is paid without a quota, where there is none. */
  readonly without: WithoutQuota | null;
  /** What 100 % of a curve pays the participant, where that is agreed with each. */
  readonly personal: Exact | null;
  /** Shares of what the plan prorates for days that do not count; `null`: all of it. */
  readonly incentive: Exact | null;
  readonly lumps: Exact | null;
  readonly bounds: Exact | null;
  /** Where the table is read, if not at what the component measures itself. */
  readonly place: Exact | null;
  /** The column of everything in the window; `null` where there are none, or each deal has its own. */
  readonly column: number | null;
}

/** Names terms that rate alike. */
export function ratingKey(terms: RatingTerms): string {
  const { target, closed, threshold, without, personal, incentive, lumps, bounds, place, column } = terms;
  const exact = [target, threshold, personal, incentive, lumps, bounds, place].map((value) =>
    value === null ? '' : toText(value),
  );
  return [...exact, closed.join(), without, column].join('|');
}

export function ratingOf(component: CompiledComponent, terms: RatingTerms): Rating {
  const { read, rateAt, curveOn } = component.document;
  const { columns } = component;
  const { threshold, place, column, without, personal, incentive } = terms;
  const own =
    component.curve === null || column === null ? component.curve : inColumn(component, component.curve, column);
  const agreed = own === null || personal === null ? own : { ...own, incentive: personal };
  const curve = agreed === null || incentive === null ? agreed : prorated(agreed, incentive);
  const shaped = (table: Table) => shapedBy(terms, table, read === 'whole-deal', curve !== null);
  const rating: Rating = {
    read: curveOn !== undefined || read === 'whole-deal' ? 'whole-deal' : read === 'curve' ? read : 'table',
    ...(curveOn === undefined ? {} : { curveOn }),
    table: shaped(column === null ? component.table : (columns?.tables[column] ?? component.table)),
    curve: curve === null || without === null ? curve : flatCurve(curve, without),
    whole: without === null ? (terms.target ?? terms.bounds ?? ONE) : ONE,
    rateAt,
    threshold,
    place,
    columns: null,
  };
  if (columns === null || columns.partsOf === null) return rating;
  return { ...rating, columns: columns.tables.map((table) => ({ ...rating, table: shaped(table) })) };
}

/** The curve of a column; below the first column nothing is paid, wherever the curve is read. */
function inColumn({ curves }: CompiledComponent, curve: Curve, column: number): Curve {
  return curves[column] ?? { ...curve, points: [{ ...curve.points[0], pays: ZERO }] };
}

/** A table as it pays: without bands that are closed, for a share of the time, scaled by the target, or at one rate without one. */
function shapedBy(
  { closed, lumps, without, target, bounds }: RatingTerms,
  table: Table,
  isWholeDeal: boolean,
  isCurve: boolean,
): Table {
  const open = closed.length === 0 ? table : withClosed(table, new Set(closed));
  const paid = lumps === null ? open : withLumps(open, lumps);
  if (without !== null) return isWholeDeal ? flatWholeDeal(paid, without) : flatTable(paid, without);
  const factor = target ?? bounds;
  return factor === null || isCurve ? paid : scaled(paid, factor);
}

function prorated(curve: Curve, share: Exact): Curve {
  return { ...curve, incentive: curve.incentive === null ? null : mul(curve.incentive, share) };
}

/** Money that is paid once, or for a whole band, for a share of the time. */
function withLumps(table: Table, share: Exact): Table {
  const change = (section: Section): Section => ({
    ...section,
    lump: section.lump === null ? null : mul(section.lump, share),
    pays: section.pays?.by === 'amount' ? { by: 'amount', rate: mul(section.pays.rate, share) } : section.pays,
  });
  const [first, ...rest] = table.sections;
  return { ...table, sections: [change(first), ...rest.map(change)] };
}
