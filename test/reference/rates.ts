import type { Band, Component } from '@ledger/events';
import type { Otherwise } from './otherwise.ts';
import {
  isNegative,
  isNothing,
  isPositive,
  larger,
  less,
  minus,
  NOTHING,
  negative,
  over,
  plus,
  type Ratio,
  ratio,
  read,
  same,
  smaller,
  times,
  total,
  WHOLE,
} from './ratio.ts';
import { type Piece, tablesBeside } from './tables.ts';

/** What a component's table pays on a list of credits (language.md, semantics 3 and 4). Everything is added up anew for each question. */

/** The table as it stands at one moment. */
export interface Setting {
  readonly component: Component;
  /** What 100 % is; `null` where bounds are amounts. */
  readonly target: Ratio | null;
  /** What picks the band for everything in the window, where it is not what the component measures (D223). */
  readonly picked: Ratio | null;
  /** Names of the gates that bar bands. */
  readonly closed: readonly string[];
  /** Where an open gate begins to let through; `null`: from the first unit on. */
  readonly threshold: Ratio | null;
  /** What is paid for want of a target (D206). */
  readonly otherwise: Exclude<Otherwise, 'pays-nothing'> | null;
  /** Bands that are barred in a ramp are read as those behind a closed gate (D207). */
  readonly isInRamp: boolean;
  /** What is prorated, and by how much (D203). */
  readonly parts: { readonly bounds: Ratio; readonly lumps: Ratio };
  /** What 100 % of a curve pays; `null` where it pays a share of what is paid on. */
  readonly incentive: Ratio | null;
}

/** A part of the line of measured amounts: a band, or a gap between bands. No `from` or `to`: without end. */
interface Section {
  readonly from: Ratio | null;
  readonly to: Ratio | null;
  readonly band: Band | null;
  /** The band whose terms hold here: its own, or those of a band below while its gate is closed. */
  readonly reads: Band | null;
}

/** What is due on all of these credits together; nothing where nothing was credited (D1). */
export function due(setting: Setting, credits: readonly Piece[]): Ratio {
  if (credits.length === 0) return NOTHING;
  if (setting.threshold === null) return tableDue(setting, credits);
  if (less(reached(credits), setting.threshold)) return NOTHING;
  return minus(tableDue(setting, credits), tableDue(setting, below(setting.threshold, credits)));
}

/** The pieces of the credits that lie below a threshold; what moves nothing lies where the others have come to (D12). */
function below(threshold: Ratio, credits: readonly Piece[]): readonly Piece[] {
  return credits.map((credit, at) => {
    const { measured } = credit;
    const before = reached(credits.slice(0, at));
    const after = plus(before, measured);
    if (isNothing(measured)) return partOf(credit, less(before, threshold) ? WHOLE : NOTHING);
    const part = minus(smaller(after, threshold), smaller(before, threshold));
    return partOf(credit, over(part, measured));
  });
}

function partOf({ measured, paid, parts, ...piece }: Piece, share: Ratio): Piece {
  const part = { ...piece, measured: times(measured, share), paid: times(paid, share) };
  return parts === undefined ? part : { ...part, parts: parts.map((each) => times(each, share)) };
}

/** The part of T that all credits of the window have together, and that changes for the others when one of them comes back (D147). */
export function shared(setting: Setting, credits: readonly Piece[], isAsOne: boolean): Ratio {
  if (isAsOne || credits.length === 0) return due(setting, credits);
  const { otherwise, threshold, picked, component } = setting;
  if (component.read === 'curve' || picked !== null) return NOTHING;
  if (otherwise !== null) return isPositive(reached(credits)) ? onceWithout(setting, otherwise) : NOTHING;
  if (threshold === null) return lumps(setting, credits);
  if (less(reached(credits), threshold)) return NOTHING;
  return minus(lumps(setting, credits), lumps(setting, below(threshold, credits)));
}

/** Whether everything in the window, or up to some band, is paid at one rate: that of what is reached. */
export function isRatedAsOne(setting: Setting, credits: readonly Piece[]): boolean {
  const { component, picked, incentive, otherwise } = setting;
  if (component.read === 'whole-deal' || component.curveOn !== undefined || otherwise !== null) return false;
  if (component.read === 'curve') return incentive === null;
  if (picked !== null) return true;
  const list = sections(setting);
  const here = standsIn(setting, list, reached(credits));
  // Who stands in a gap of a retroactive table is paid nothing for anything (D3).
  if (component.read === 'retroactive' && list[here]?.band === null) return true;
  return list.some(({ reads }, index) => index <= here && reads?.applies === 'retroactive');
}

/** T. */
function tableDue(setting: Setting, credits: readonly Piece[]): Ratio {
  const tables = tablesBeside(setting.component, setting.isInRamp);
  if (tables.length > 0) {
    const parts = tables.map((component, at) => {
      const own = credits.map(({ measured, paid, parts }) => ({ measured, paid: parts?.[at] ?? NOTHING, whole: paid }));
      return tableDue({ ...setting, component }, own);
    });
    return plus(total(parts), lumpsBeside(setting, credits));
  }
  if (setting.otherwise !== null) return dueOtherwise(setting, setting.otherwise, credits);
  if (setting.picked !== null) return pickedPays(setting, setting.picked, total(credits.map(({ paid }) => paid)));
  switch (setting.component.read) {
    case 'marginal':
    case 'retroactive':
      return plus(bandsPay(setting, credits), lumps(setting, credits));
    case 'whole-deal':
      return plus(wholeDealsPay(setting, credits), lumps(setting, credits));
    case 'curve':
      return curvePays(setting, credits);
  }
}

/** Lumps are paid once, whatever stands beside each other. */
function lumpsBeside(setting: Setting, credits: readonly Piece[]): Ratio {
  if (setting.otherwise === null) return lumps(setting, credits);
  if (setting.otherwise === 'pays-base' || !isPositive(reached(credits))) return NOTHING;
  return lumps({ ...setting, otherwise: null, target: WHOLE }, [{ measured: WHOLE, paid: NOTHING }]);
}

/** One rate for all of the window, and the lumps of what is reached by what is found elsewhere. */
function pickedPays(setting: Setting, picked: Ratio, paid: Ratio): Ratio {
  if (setting.component.read === 'curve') return ofCurve(setting, curveAt(setting, picked), paid);
  const list = sections(setting);
  return plus(
    rateOn(list[standsIn(setting, list, picked)]?.reads ?? null, paid),
    lumps(setting, [{ measured: picked, paid }]),
  );
}

/**
 * For want of a target: at the rate of the lowest section, or as if exactly the target had been sold, whatever was. What a table
 * pays on one unit, that is all of a target of one unit, is that rate, and what it pays on nothing at that place is paid once.
 */
function dueOtherwise(setting: Setting, otherwise: 'pays-base' | 'full-attainment', credits: readonly Piece[]): Ratio {
  const { component } = setting;
  const paid = total(credits.map((each) => each.paid));
  const whole: Setting = { ...setting, otherwise: null, target: WHOLE };
  if (component.read === 'curve') {
    const at = otherwise === 'pays-base' ? NOTHING : WHOLE;
    return ofCurve(whole, curveAt(whole, at), paid);
  }
  if (otherwise === 'pays-base') return rateOn(sections(whole)[0]?.reads ?? null, paid);
  const exactly = [{ measured: WHOLE, paid: NOTHING }];
  const list = sections(whole);
  const rate =
    component.read === 'whole-deal'
      ? rateOn(list[standsIn(whole, list, WHOLE)]?.reads ?? null, WHOLE)
      : minus(bandsPay(whole, [{ measured: WHOLE, paid: WHOLE }]), bandsPay(whole, exactly));
  return plus(times(rate, paid), isPositive(reached(credits)) ? onceWithout(setting, otherwise) : NOTHING);
}

/** What is paid once for want of a target: money for parts of bands is a lump then (D206). */
function onceWithout(setting: Setting, otherwise: NonNullable<Setting['otherwise']>): Ratio {
  if (otherwise !== 'full-attainment') return NOTHING;
  const whole: Setting = { ...setting, otherwise: null, target: WHOLE };
  const exactly = [{ measured: WHOLE, paid: NOTHING }];
  const isWholeDeal = setting.component.read === 'whole-deal';
  return plus(isWholeDeal ? NOTHING : bandsPay(whole, exactly), lumps(whole, exactly));
}

function reached(credits: readonly Piece[]): Ratio {
  return total(credits.map(({ measured }) => measured));
}

/** A bound as an amount: attainment times target. */
function bound({ component, target, picked, parts }: Setting, text: string): Ratio {
  if (picked !== null) return read(text);
  return component.tierBy === 'attainment' && target !== null
    ? times(read(text), target)
    : times(read(text), parts.bounds);
}

function sections(setting: Setting): readonly Section[] {
  const { table } = setting.component;
  const list: Section[] = [];
  const first = table[0];
  if (first === undefined) return [];
  const beginsAtNothing = isNothing(read(first.from));
  if (!beginsAtNothing) list.push({ from: null, to: bound(setting, first.from), band: null, reads: null });
  for (const [index, band] of table.entries()) {
    const next = table[index + 1];
    const end = band.to ?? next?.from ?? null;
    const to = end === null ? null : bound(setting, end);
    // What is below nothing lies in a first band that begins there.
    const from = index === 0 && beginsAtNothing ? null : bound(setting, band.from);
    list.push({ from, to, band, reads: termsOf(setting, index) });
    const gapEnd = next === undefined ? null : bound(setting, next.from);
    if (to !== null && (gapEnd === null || less(to, gapEnd)))
      list.push({ from: to, to: gapEnd, band: null, reads: null });
  }
  return list;
}

/** A band whose gate is closed is read as the band below it. */
function termsOf(setting: Setting, index: number): Band | null {
  const band = setting.component.table[index];
  if (band === undefined) return null;
  const isBarred = band.inRamp === 'barred' && setting.isInRamp;
  return isBarred || (band.gate !== null && setting.closed.includes(band.gate)) ? termsOf(setting, index - 1) : band;
}

/** Whether an amount has come as far as a bound; an exact hit belongs to the band that the plan names. */
function hasReached({ component }: Setting, amount: Ratio, at: Ratio): boolean {
  return less(at, amount) || (same(at, amount) && component.atBound === 'upper-band');
}

/** The section in which an amount stands. */
function standsIn(setting: Setting, list: readonly Section[], amount: Ratio): number {
  return list.findLastIndex(({ from }) => from === null || hasReached(setting, amount, from));
}

/**
 * How much of the paid amounts lies in each section: each is spread evenly over the way that its credit goes. What lies above the place
 * to which something comes back lies there.
 */
function paidIn(setting: Setting, list: readonly Section[], credits: readonly Piece[]): readonly Ratio[] {
  const nothing = list.map(() => NOTHING);
  return credits.reduce<readonly Ratio[]>((paid, credit, at) => {
    const before = reached(credits.slice(0, at));
    const added = paid.map((amount, index) => plus(amount, paidOn(setting, list, index, credit, before)));
    if (credit.comesBack === undefined) return added;
    const top = standsIn(setting, list, plus(before, credit.measured));
    return added.map((amount, index) => (index < top ? amount : index > top ? NOTHING : total(added.slice(top))));
  }, nothing);
}

/** What a credit is paid on in a section. */
function paidOn(
  setting: Setting,
  list: readonly Section[],
  index: number,
  { measured, paid }: Piece,
  before: Ratio,
): Ratio {
  const section = list[index];
  if (section === undefined) return NOTHING;
  if (isNothing(measured)) return standsIn(setting, list, before) === index ? paid : NOTHING;
  const [low, high] = isNegative(measured) ? [plus(before, measured), before] : [before, plus(before, measured)];
  const length = isNegative(measured) ? negative(measured) : measured;
  return times(paid, over(overlap(section, low, high), length));
}

function overlap({ from, to }: Section, low: Ratio, high: Ratio): Ratio {
  const start = from === null ? low : larger(low, from);
  const end = to === null ? high : smaller(high, to);
  return larger(NOTHING, minus(end, start));
}

/**
 * Once a retroactive band is reached, it pays on everything up to its end; bands above it pay on what lies in them. A gap pays
 * nothing, and a table that is read as retroactive pays nothing at all while the amount stands in one (D3).
 */
function bandsPay(setting: Setting, credits: readonly Piece[]): Ratio {
  const list = sections(setting);
  const paid = paidIn(setting, list, credits);
  const amount = reached(credits);
  const here = standsIn(setting, list, amount);
  if (setting.component.read === 'retroactive' && list[here]?.band === null) return NOTHING;
  const base = list.findLastIndex(({ reads }, index) => index <= here && reads?.applies === 'retroactive');
  const toAll = rateOn(list[base]?.reads ?? null, total(paid.slice(0, base + 1)));
  const above = list
    .slice(base + 1)
    .map((section, index) => bandPays(setting, section, paid[base + 1 + index] ?? NOTHING, amount));
  return plus(toAll, total(above));
}

/** What a band pays on an amount, by its rate or its money for each unit. */
function rateOn(band: Band | null, paid: Ratio): Ratio {
  if (band === null || band.pays === null) return NOTHING;
  switch (band.pays.by) {
    case 'share':
      return times(read(band.pays.share), paid);
    case 'unit':
      return times(read(band.pays.money), paid);
    case 'amount':
      return NOTHING;
  }
}

/** Money for a whole band is earned as the band is used; a barred band above it has nothing more of it to pay (D4). */
function bandPays({ parts }: Setting, { from, to, band, reads }: Section, paid: Ratio, amount: Ratio): Ratio {
  if (reads?.pays?.by !== 'amount') return rateOn(reads, paid);
  if (to === null || reads !== band) return NOTHING;
  const start = from ?? NOTHING;
  const used = larger(NOTHING, minus(smaller(amount, to), start));
  return times(times(read(reads.pays.money), parts.lumps), over(used, minus(to, start)));
}

/** Money that is paid once for each band that has been reached and is not barred; a band from 0 on is reached by the first unit (D1). */
function lumps(setting: Setting, credits: readonly Piece[]): Ratio {
  const amount = reached(credits);
  return total(
    setting.component.table.map((band, index) => {
      if (band.lump === null || termsOf(setting, index) !== band) return NOTHING;
      const from = bound(setting, band.from);
      const isReached = isPositive(from) ? hasReached(setting, amount, from) : isPositive(amount);
      const often = band.forEach === undefined ? (isReached ? 1n : 0n) : fullParts(setting, index, amount);
      return times(ratio(often), times(read(band.lump), setting.parts.lumps));
    }),
  );
}

/** How many full parts of a band have been reached: as many as fit below, less one that is hit and does not count as reached (D252). */
function fullParts(setting: Setting, index: number, amount: Ratio): bigint {
  const { from, to, forEach = '1' } = setting.component.table[index] ?? { from: '0', to: null };
  const next = to ?? setting.component.table[index + 1]?.from ?? null;
  const [start, size] = [bound(setting, from), bound(setting, forEach)];
  const end = next === null ? amount : smaller(amount, bound(setting, next));
  if (!less(start, end)) return 0n;
  const parts = over(minus(end, start), size);
  const fit = parts.top / parts.bottom;
  return hasReached(setting, amount, plus(start, times(size, ratio(fit)))) ? fit : fit - 1n;
}

/**
 * Each credit is paid whole, at the rate of the band that it reaches or of the one that it finds; one that takes away is read the
 * other way round, so that taking back at once what was just given nets to nothing (D5).
 */
function wholeDealsPay(setting: Setting, credits: readonly Piece[]): Ratio {
  const list = sections(setting);
  return total(
    credits.map((credit, at) => {
      if (credit.comesBack !== undefined) return NOTHING;
      const takesAway = isReturn(credit);
      const reads = (setting.component.rateAt === 'after') === takesAway ? 'before' : 'after';
      const amount = reached(credits.slice(0, reads === 'after' ? at + 1 : at));
      return rateOn(list[standsIn(setting, list, amount)]?.reads ?? null, credit.paid);
    }),
  );
}

function isReturn({ measured, paid, whole }: Piece): boolean {
  return isNegative(measured) || (isNothing(measured) && isNegative(whole ?? paid));
}

/** The share that the curve says, of the target incentive or of everything paid on. */
function curvePays(setting: Setting, credits: readonly Piece[]): Ratio {
  const { curveOn } = setting.component;
  if (curveOn === 'deal') return onDeals(setting, credits);
  if (curveOn === 'part') return onParts(setting, credits);
  return ofCurve(setting, curveAt(setting, reached(credits)), total(credits.map(({ paid }) => paid)));
}

/** Each credit whole, at the place that it gets to or comes from (D235). */
function onDeals(setting: Setting, credits: readonly Piece[]): Ratio {
  return total(
    credits.map((credit, at) => {
      const isBefore = (setting.component.rateAt === 'before') !== isReturn(credit);
      return times(curveAt(setting, reached(credits.slice(0, isBefore ? at : at + 1))), credit.paid);
    }),
  );
}

/** Each credit at the mean of the curve over the way that it goes: level, or straight, between points. */
function onParts(setting: Setting, credits: readonly Piece[]): Ratio {
  return total(
    credits.map(({ measured, paid }, at) => {
      const from = reached(credits.slice(0, at));
      if (isNothing(measured)) return times(curveAt(setting, from), paid);
      const to = plus(from, measured);
      const [low, high] = [smaller(from, to), larger(from, to)];
      const inside = setting.component.curve
        .map((point) => bound(setting, point.at))
        .filter((place) => less(low, place) && less(place, high));
      const cuts = [low, ...inside, high];
      const pieces = cuts.slice(1).map((end, index) => {
        const begin = cuts[index] ?? end;
        const middle = over(plus(begin, end), ratio(2));
        return times(curveAt(setting, middle), minus(end, begin));
      });
      return times(over(total(pieces), minus(high, low)), paid);
    }),
  );
}

function ofCurve({ incentive }: Setting, share: Ratio, paid: Ratio): Ratio {
  return times(share, incentive ?? paid);
}

function curveAt(setting: Setting, amount: Ratio): Ratio {
  const { curve, atBound } = setting.component;
  return onCurve(
    curve.map(({ at, pays }) => ({ at: bound(setting, at), pays: read(pays) })),
    atBound,
    amount,
  );
}

/** A straight line between two points; level before the first and after the last; of two points at one place the second, or the first. */
export function onCurve(
  points: readonly { readonly at: Ratio; readonly pays: Ratio }[],
  atBound: Component['atBound'],
  amount: Ratio,
): Ratio {
  const isPast = (at: Ratio) => less(at, amount) || (same(at, amount) && atBound === 'upper-band');
  const before = points.filter(({ at }) => isPast(at)).at(-1);
  const after = points.find(({ at }) => !isPast(at));
  if (before === undefined) return after?.pays ?? NOTHING;
  if (after === undefined) return before.pays;
  const way = over(minus(amount, before.at), minus(after.at, before.at));
  return plus(before.pays, times(way, minus(after.pays, before.pays)));
}
