import { add, cmp, div, type Exact, isZero, min, mul, neg, ONE, sign, sub, sum, ZERO } from '@ledger/money';
import {
  baseOf,
  lumpCount,
  lumpsAt,
  type Piece,
  piecesOf,
  type Section,
  sectionAt,
  sectionOf,
  type Table,
  usedPart,
} from './bands.ts';
import { type Curve, meanShare, shareAt } from './curve.ts';

/** How a component pays, with bounds in measured amounts. */
export interface Rating {
  readonly read: 'table' | 'whole-deal' | 'curve';
  /** One section without a rate for a curve. */
  readonly table: Table;
  readonly curve: Curve | null;
  /** What 100 % is for a curve: the target, or 1 where the curve is over amounts. */
  readonly whole: Exact;
  /** For whole-deal: the band reached after the deal, or the one before it. */
  readonly rateAt: 'after' | 'before';
  /** Measured amount from which on it pays; `null`: from the first unit. */
  readonly threshold: Exact | null;
  /** Where the table or curve is read, if not at what the window has measured: everything in the window is paid at that place. */
  readonly place: Exact | null;
  /** Tables beside each other through which each deal goes in its own; `null` where there is one for all. */
  readonly columns: readonly Rating[] | null;
  /** For whole-deal with a curve: the rate of the whole deal, or of each part of it. */
  readonly curveOn?: 'deal' | 'part';
}

/** How far a window has come: the measured amount, and the paid amount by section. */
export interface Standing {
  readonly at: Exact;
  /** `null`: what is paid on is what is measured, so that the measured amount says it all. */
  readonly paid: readonly Exact[] | null;
  /** The part of `paid` that lies below the threshold. */
  readonly below: readonly Exact[] | null;
}

export const NOTHING: Standing = { at: ZERO, paid: null, below: null };

/** What a credit adds: `measured` moves the window, `paid` is what bands pay on. */
export interface CreditAmounts {
  readonly measured: Exact;
  readonly paid: Exact;
}

/** T, what is paid for all that a window holds (mechanics §1). Whole-deal pays by deal and has a balance of lump sums only. */
export function balanceOf(rating: Rating, standing: Standing): Exact {
  const { threshold } = rating;
  if (threshold === null) return fullBalance(rating, standing.at, standing.paid);
  if (cmp(standing.at, threshold) < 0) return ZERO;
  return sub(fullBalance(rating, standing.at, standing.paid), fullBalance(rating, threshold, standing.below));
}

function fullBalance(rating: Rating, at: Exact, paid: readonly Exact[] | null): Exact {
  const { read, table, curve, whole, place } = rating;
  if (place !== null) return balanceAtPlace(rating, place, paid === null ? at : sum(paid));
  if (read === 'whole-deal') return lumpsAt(table, at);
  if (curve !== null) {
    return mul(
      shareAt(curve, whole === ONE ? at : div(at, whole)),
      curve.incentive ?? (paid === null ? at : sum(paid)),
    );
  }
  const pays = paid === null ? totalPay(table, at) : payOn(table, at, paid);
  return table.hasLumps ? add(pays, lumpsAt(table, at)) : pays;
}

/** Everything in the window at one rate: the one of a place that something else decides. */
function balanceAtPlace({ table, curve }: Rating, place: Exact, paid: Exact): Exact {
  if (curve !== null) return mul(shareAt(curve, place), curve.incentive ?? paid);
  const { pays } = sectionOf(table, sectionAt(table, place));
  return add(pays === null ? ZERO : mul(pays.rate, paid), lumpsAt(table, place));
}

/** What the bands pay on an amount that is measured and paid on at once; a negative one at the rate of the band that holds 0. */
export function totalPay(table: Table, amount: Exact): Exact {
  const top = sectionAt(table, amount);
  const base = baseOf(table, top);
  let total = ZERO;
  if (base >= 0) {
    const { pays, to } = sectionOf(table, base);
    if (pays !== null) total = mul(pays.rate, base === top || to === null ? amount : to);
  }
  for (let at = base + 1; at <= top; at += 1) {
    const section = sectionOf(table, at);
    if (section.pays === null) continue;
    if (section.pays.by === 'amount') {
      total = add(total, mul(section.pays.rate, usedPart(section, amount)));
      continue;
    }
    const end = at === top || section.to === null ? amount : section.to;
    total = add(total, mul(section.pays.rate, at === 0 ? end : sub(end, section.from)));
  }
  return total;
}

/** The same where another amount is paid on: by section, and at the base's rate up to the base; nothing where that is a gap. */
function payOn(table: Table, at: Exact, paid: readonly Exact[]): Exact {
  const base = baseOf(table, sectionAt(table, at));
  let total = ZERO;
  if (base >= 0 && sectionOf(table, base).band === null) return total;
  for (const [index, amount] of paid.entries()) {
    const section = sectionOf(table, Math.max(index, base));
    if (section.pays === null) continue;
    if (section.pays.by === 'amount') total = add(total, mul(section.pays.rate, usedPart(section, at)));
    else if (!isZero(amount)) total = add(total, mul(section.pays.rate, amount));
  }
  return total;
}

/** The window with a credit more. `elsewhere`: the paid amount is another than the measured one and is kept by section. */
export function advanced(
  { table, threshold }: Rating,
  { at, paid, below }: Standing,
  credit: CreditAmounts,
  elsewhere: boolean,
): Standing {
  const reached = add(at, credit.measured);
  if (!elsewhere) return { at: reached, paid: null, below: null };
  const nextPaid = paid === null ? table.sections.map(() => ZERO) : [...paid];
  const nextBelow = below === null ? table.sections.map(() => ZERO) : [...below];
  for (const piece of piecesOf(table, at, credit.measured, credit.paid, threshold)) {
    const { section } = piece;
    nextPaid[section] = add(nextPaid[section] ?? ZERO, piece.paid);
    if (piece.below) nextBelow[section] = add(nextBelow[section] ?? ZERO, piece.paid);
  }
  return { at: reached, paid: nextPaid, below: nextBelow };
}

/** What one credit pays where the whole deal is paid at one rate. What takes away is read the other way round, so that it undoes. */
export function wholeDealPay(rating: Rating, before: Standing, credit: CreditAmounts): Exact {
  if (rating.curve !== null) return mul(wholeDealShare(rating, rating.curve, before, credit), credit.paid);
  const pays = sectionOf(rating.table, wholeDealSection(rating, before, credit)).pays;
  if (pays === null || pays.by === 'amount') return ZERO;
  return mul(pays.rate, paidAbove(rating, before, credit));
}

/** The share that a curve pays on a whole deal: at the place reached after it or before it, or on average over the way. */
export function wholeDealShare(
  { whole, rateAt, curveOn }: Rating,
  curve: Curve,
  { at }: Standing,
  { measured, paid }: CreditAmounts,
): Exact {
  const reached = add(at, measured);
  const place = (amount: Exact) => (whole === ONE ? amount : div(amount, whole));
  if (curveOn === 'part' && !isZero(measured)) return meanShare(curve, place(at), place(reached));
  const takesAway = sign(measured) < 0 || (isZero(measured) && sign(paid) < 0);
  return shareAt(curve, place((rateAt === 'after') === takesAway ? at : reached));
}

/** The band whose rate a whole deal gets. */
export function wholeDealSection(
  { table, rateAt }: Rating,
  { at }: Standing,
  { measured, paid }: CreditAmounts,
): number {
  const takesAway = sign(measured) < 0 || (isZero(measured) && sign(paid) < 0);
  return sectionAt(table, (rateAt === 'after') === takesAway ? at : add(at, measured));
}

/** The part of a credit's paid amount that lies above the threshold. */
export function paidAbove({ table, threshold }: Rating, { at }: Standing, { measured, paid }: CreditAmounts): Exact {
  if (threshold === null) return paid;
  return sum(piecesOf(table, at, measured, paid, threshold).flatMap((piece) => (piece.below ? [] : [piece.paid])));
}

/** What a band pays on the part of a credit that lies in it. */
export interface BandPart extends Piece {
  readonly pays: Exact;
  /** The section whose rate it gets: its own, or the retroactive one above it. */
  readonly rated: Section;
}

/** How a credit on top of what came before is paid; parts, lumps and the catch-up add up to the total. */
export interface Increment {
  readonly total: Exact;
  readonly parts: readonly BandPart[];
  readonly lumps: Exact;
  /** What a retroactive band, once reached, adds to everything before it; negative when a reversal loses it again. */
  readonly catchUp: { readonly section: Section; readonly amount: Exact } | null;
}

/** T(after) − T(before) of a table, part by part. */
export function increment(rating: Rating, before: Standing, credit: CreditAmounts): Increment {
  const { table, threshold } = rating;
  const elsewhere = before.paid !== null || credit.paid !== credit.measured;
  const after = advanced(rating, before, credit, elsewhere);
  const total = sub(balanceOf(rating, after), balanceOf(rating, before));
  const takesAway = sign(credit.measured) < 0;
  const base = baseOf(table, sectionAt(table, takesAway ? before.at : after.at));
  const joined = joinUpTo(base, piecesOf(table, before.at, credit.measured, credit.paid, threshold));
  const parts = joined.map((piece): BandPart => {
    const rated = sectionOf(table, Math.max(piece.section, base));
    return { ...piece, rated, pays: paysFor(rated, piece, takesAway) };
  });
  const lumps = sub(lumpsOver(rating, after.at), lumpsOver(rating, before.at));
  const rest = sub(total, add(sum(parts.map(({ pays }) => pays)), lumps));
  return {
    total,
    parts,
    lumps,
    catchUp: isZero(rest) ? null : { section: sectionOf(table, Math.max(base, 0)), amount: rest },
  };
}

/** Lump sums that are reached above the threshold. */
export function lumpsOver({ table, threshold }: Rating, at: Exact): Exact {
  const all = lumpsAt(table, at);
  return threshold === null ? all : sub(all, lumpsAt(table, min(at, threshold)));
}

/** A section whose lump is paid more often with a credit, or less often. */
export interface LumpChange {
  readonly section: Section;
  readonly count: bigint;
}

/** Of which sections a credit on top of `at` changes how often the lump is paid. */
export function lumpChanges({ table, threshold }: Rating, at: Exact, measured: Exact): readonly LumpChange[] {
  const counted = (section: Section, amount: Exact) => {
    const all = lumpCount(section, amount, table.hitIsUpper);
    return threshold === null ? all : all - lumpCount(section, min(amount, threshold), table.hitIsUpper);
  };
  return table.sections
    .map((section) => ({ section, count: counted(section, add(at, measured)) - counted(section, at) }))
    .filter(({ count }) => count !== 0n);
}

function paysFor({ pays, ...section }: Section, { from, to, paid, below }: Piece, takesAway: boolean): Exact {
  if (pays === null || below) return ZERO;
  if (pays.by !== 'amount') return mul(pays.rate, paid);
  const used = sub(usedPart({ pays, ...section }, to), usedPart({ pays, ...section }, from));
  return mul(pays.rate, takesAway ? neg(used) : used);
}

/** Pieces that get the same rate because a retroactive band holds for all of them read as one. */
function joinUpTo(base: number, pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last !== undefined && piece.section <= base && last.below === piece.below) {
      joined[joined.length - 1] = { ...last, section: piece.section, to: piece.to, paid: add(last.paid, piece.paid) };
    } else joined.push(piece);
  }
  return joined;
}
