import { add, cmp, type Exact, isZero, max, min, mul, neg, sub, ZERO } from '@ledger/money';

/** A band of a table in measured amounts: it holds [from, next band's from). */
export interface TableBand {
  readonly from: Exact;
  readonly rate: Exact;
  readonly retroactive: boolean;
}

/** A rate table whose bounds are amounts; bounds in attainment have been multiplied by the quota. */
export interface Table {
  readonly bands: readonly [TableBand, ...TableBand[]];
  /** Whether an exact hit on a bound belongs to the upper band. */
  readonly hitIsUpper: boolean;
}

/** What one band pays on the part of the amount that lies in it. */
export interface BandPart {
  /** Index of the band. */
  readonly band: number;
  readonly from: Exact;
  readonly to: Exact;
  readonly pays: Exact;
}

/** How an amount on top of another is paid. */
export interface Increment {
  readonly total: Exact;
  readonly parts: readonly BandPart[];
  /** What a retroactive band, once reached, adds to everything before it; negative when a reversal loses it again. */
  readonly catchUp: { readonly band: number; readonly amount: Exact } | null;
}

/** The band that an amount stands in; amounts below the first bound are of the first band. */
export function bandOf({ bands, hitIsUpper }: Table, amount: Exact): number {
  let at = bands.length - 1;
  for (; at > 0; at -= 1) {
    const order = cmp(amount, bandAt(bands, at).from);
    if (order > 0 || (order === 0 && hitIsUpper)) break;
  }
  return at;
}

/**
 * T(A), what the table pays on an amount in all (mechanics §1.6): with j the highest retroactive band that is reached,
 * r_j · min(A, upper_j) plus the parts in the bands above it, each at its rate; with none reached, all parts.
 * A negative amount pays at the first band's rate, so that what was paid on the first unit is returned at the same rate.
 */
export function totalPay(table: Table, amount: Exact): Exact {
  const top = bandOf(table, amount);
  return payFrom(table, amount, baseOf(table, top), top);
}

/** T(A + x) − T(A), part by part: what a deal is paid on top of what came before it in the window. */
export function increment(table: Table, before: Exact, x: Exact): Increment {
  if (x.n < 0n) {
    const undone = increment(table, add(before, x), neg(x));
    const { total, parts, catchUp } = undone;
    return {
      total: neg(total),
      parts: parts.map((part) => ({ ...part, pays: neg(part.pays) })),
      catchUp: catchUp === null ? null : { ...catchUp, amount: neg(catchUp.amount) },
    };
  }
  const after = add(before, x);
  const top = bandOf(table, after);
  const base = baseOf(table, top);
  const parts: BandPart[] = [];
  for (let band = base; band <= top; band += 1) {
    const upper = table.bands[band + 1]?.from;
    const from = band === base ? before : max(before, bandAt(table.bands, band).from);
    const to = upper === undefined ? after : min(after, upper);
    if (cmp(from, to) < 0) parts.push({ band, from, to, pays: mul(bandAt(table.bands, band).rate, sub(to, from)) });
  }
  const total = sub(totalPay(table, after), totalPay(table, before));
  const caughtUp = sub(payFrom(table, before, base, Math.max(base, bandOf(table, before))), totalPay(table, before));
  return { total, parts, catchUp: isZero(caughtUp) ? null : { band: base, amount: caughtUp } };
}

/** The band from which on parts are paid: the highest retroactive one that is reached, else the first. */
function baseOf({ bands }: Table, top: number): number {
  for (let band = top; band > 0; band -= 1) if (bandAt(bands, band).retroactive) return band;
  return 0;
}

function payFrom({ bands }: Table, amount: Exact, base: number, top: number): Exact {
  let total = ZERO;
  for (let band = base; band <= top; band += 1) {
    const { from, rate } = bandAt(bands, band);
    const upper = bands[band + 1]?.from;
    const to = upper === undefined ? amount : min(amount, upper);
    total = add(total, mul(rate, band === base ? to : sub(to, from)));
  }
  return total;
}

function bandAt(bands: Table['bands'], at: number): TableBand {
  return bands[at] ?? bands[0];
}
