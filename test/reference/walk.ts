import type { Component } from '@ledger/events';
import { paysAtEnd } from './at-end.ts';
import { firstDayOf, isWithin, payPeriodId, payPeriodOf, payPeriods, type Stretch } from './calendar.ts';
import { byWindow, type DealPart, type Line, type PeriodLines } from './caps.ts';
import { type Credit, factorOf } from './credits.ts';
import { closedGates, thresholdOf } from './gates.ts';
import { looksOf } from './look-back.ts';
import { found, measuredFactor } from './looks.ts';
import { otherwiseOf } from './otherwise.ts';
import { incentiveOf } from './personal.ts';
import { presentShare } from './presence.ts';
import { isInRamp } from './ramp.ts';
import { due, isRatedAsOne, type Setting, shared } from './rates.ts';
import {
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
  read,
  smaller,
  times,
  total,
  WHOLE,
} from './ratio.ts';
import { inFoundColumn, type Piece, piece } from './tables.ts';
import {
  belongs,
  evaluationDate,
  isEvaluatedIn,
  isRolling,
  required,
  type Scope,
  targetOf,
  type Window,
  windowOf,
} from './windows.ts';

/**
 * What a component earns in a pay period before caps (semantics 2 to 6). Nothing is carried from one question to the next: the balance
 * of a window is asked for again, from its first credit on, for every period.
 */

/** The lines of one component in one pay period: deals in the order of credits, then what has no deal, by window. */
export function linesOf(scope: Scope, component: string, period: Stretch): PeriodLines {
  const { cadence } = scope.book.calendar;
  const windows = windowsIn(scope, period);
  const lines = windows.flatMap((window) => linesInWindow(scope, component, window, period));
  const ofDeals = scope.credits.flatMap(({ deal, closedOn, returns }, at) => {
    if (returns === undefined) return lines.filter((line) => line.what === 'deal' && line.deal === deal);
    // Of several returns of a deal on a day all lines are named with the first.
    const isFirst = !scope.credits
      .slice(0, at)
      .some((each) => each.returns !== undefined && each.deal === deal && each.closedOn === closedOn);
    return isFirst ? lines.filter((line) => isReturnOf(line, deal, closedOn)) : [];
  });
  const asOne = lines.filter(
    ({ what, terms }) => what === 'period' || (what === 'returned-credit' && terms.component.each === 'period'),
  );
  const others = [asOne, lines.filter(({ what }) => what === 'true-up')].flatMap(byWindow);
  return {
    period,
    periodId: payPeriodId(period, cadence),
    lines: [...ofDeals, ...others.filter(({ what, exact }) => what === 'period' || !isNothing(exact))],
    parts: [...ofDeals, ...others].flatMap(({ parts }) => parts),
  };
}

/** Where no period is rated as one; there they come after it. */
function isReturnOf({ of, terms, exact }: Line, deal: string, day: string): boolean {
  return of === deal && terms.closedOn === day && terms.component.each === 'deal' && !isNothing(exact);
}

/** The windows that are evaluated in a pay period, in order. */
function windowsIn({ book, credits }: Scope, period: Stretch): readonly Window[] {
  const windows = new Map<string, Window>();
  for (const credit of credits) {
    const window = paysAtEnd(credit.component) ? null : windowOf(credit, book.calendar.cadence);
    if (window !== null && isEvaluatedIn(window, period)) windows.set(window.key, window);
  }
  return [...windows.values()].sort((a, b) => (a.stretch.from < b.stretch.from ? -1 : 1));
}

/**
 * The balance at the end of the period, less what was calculated for earlier periods of the window. Of that, the period's own deals
 * have their increments; the rest is the true-up. A rolling window has none.
 */
function linesInWindow(scope: Scope, component: string, window: Window, period: Stretch): readonly WalkedLine[] {
  const about = {
    component,
    period: period.from,
    periodId: payPeriodId(period, scope.book.calendar.cadence),
    window,
  };
  if (isSettled(scope, window, period)) return [];
  const walk = walkOf(scope, window, period);
  const own = walk.filter(({ closedOn }) => isWithin(period, closedOn));
  const lines: WalkedLine[] = own.map((step) => ({
    ...about,
    ...nameOf(step),
    terms: step.terms,
    exact: step.exact,
    parts: step.parts,
    ...reachedBy(scope, window, period, step),
  }));
  if (isRolling(window.kind)) return lines;
  const before = calculatedBefore(scope, window, period);
  const balance = total(walk.map(({ exact }) => exact));
  const earned = minus(balance, total(before.map(({ exact }) => exact)));
  const exact = minus(earned, total(own.map((step) => step.exact)));
  const terms = walk.findLast(({ closedOn }) => closedOn < period.from)?.terms;
  if (terms === undefined) return lines;
  const were = before.flatMap(({ parts }) => parts).map((part) => ({ ...part, amount: negative(part.amount) }));
  const rated = walk.filter(({ closedOn }) => closedOn < period.from).flatMap(({ parts }) => parts);
  return [...lines, { ...about, what: 'true-up', deal: null, terms, exact, parts: [...rated, ...were] }];
}

/** What comes back is no line of the deal, but of those that lose by it. */
function nameOf({ deal, terms }: Step): Pick<Line, 'what' | 'deal' | 'of'> {
  if (terms.returns !== undefined) return { what: 'returned-credit', deal: null, of: terms.deal };
  return { what: deal === null ? 'period' : 'deal', deal };
}

/** What a clause on windfalls asks of a deal (D103). */
function reachedBy(scope: Scope, window: Window, period: Stretch, { terms, before }: Step): Pick<Line, 'reached'> {
  if ((terms.component.windfall?.attainmentOver ?? null) === null) return {};
  const target = targetOf(scope, window, terms, evaluationDate(window, period));
  return { reached: { amount: plus(before, terms.measured), target } };
}

interface WalkedLine extends Line {
  readonly parts: readonly DealPart[];
}

/** A period rated as one is divided by what its deals are paid on; it is the last one's where that is nothing (D140). */
function partOf(of: readonly Credit[], at: number): Ratio {
  const sum = total(of.map(({ paid }) => paid));
  if (isNothing(sum)) return at + 1 === of.length ? WHOLE : NOTHING;
  return over(of[at]?.paid ?? NOTHING, sum);
}

function partsOf(of: readonly Credit[], exact: Ratio): readonly DealPart[] {
  return of.map((terms, at) => ({ deal: terms.deal, terms, amount: times(exact, partOf(of, at)) }));
}

/** Without deals in the period, without gates and with a target that stays, there is nothing to ask: the true-up is nothing. */
function isSettled(scope: Scope, window: Window, period: Stretch): boolean {
  const credits = scope.credits.filter(
    (credit) => credit.closedOn < period.to && belongs(credit, window, scope.book.calendar.cadence),
  );
  return credits.every(({ component, closedOn }) => {
    const isToDate = component.target === 'quota-to-date' && component.tierBy === 'attainment';
    const moves = isToDate || component.incentive === 'to-date';
    return !moves && component.gates.length === 0 && looksOf(component).length === 0 && !isWithin(period, closedOn);
  });
}

/** What was calculated for the earlier periods of a window adds up to the balance at the end of the last of them. */
function calculatedBefore(scope: Scope, window: Window, period: Stretch): readonly Step[] {
  const { firstPeriod, cadence } = scope.book.calendar;
  const last = payPeriods(window.stretch.from, period.from, cadence).at(-1);
  // Before the calendar's first period nothing was calculated, so that nothing is asked of gates and targets either.
  return last === undefined || last.from < firstDayOf(firstPeriod) ? [] : walkOf(scope, window, last);
}

interface Step {
  /** `null` where the credits of a pay period are rated as one. */
  readonly deal: string | null;
  readonly closedOn: string;
  readonly terms: Credit;
  readonly exact: Ratio;
  /** What the window measured before. */
  readonly before: Ratio;
  /** The credits that are rated together. */
  readonly of: readonly Credit[];
  /** What of it is whose; of what comes back, what others earn less. */
  readonly parts: readonly DealPart[];
}

const walks = new WeakMap<Scope, Map<string, readonly Step[]>>();

/** The same walk is asked for at the end of its period, and before the next one. */
function walkOf(scope: Scope, window: Window, period: Stretch): readonly Step[] {
  const known = walks.get(scope) ?? new Map<string, readonly Step[]>();
  walks.set(scope, known);
  const name = `${window.key} ${window.stretch.to} ${period.to}`;
  const walk = known.get(name) ?? walked(scope, window, period);
  known.set(name, walk);
  return walk;
}

/** Walks the credits of a window from its start to the evaluation date, with the targets and gates of that date. */
function walked(scope: Scope, window: Window, period: Stretch): readonly Step[] {
  const date = evaluationDate(window, period);
  const inWindow = scope.credits.filter(
    (credit) => credit.closedOn < date && belongs(credit, window, scope.book.calendar.cadence),
  );
  const rated = mergedByPeriod(scope, inWindow);
  const had: Had[] = [];
  // What each deal has had is asked for only where one comes back.
  const isAnyReturned = rated.some(({ returns }) => returns !== undefined);
  const begins = firstDayOf(scope.book.calendar.firstPeriod);
  const steps = rated.map((credit, index): Step => {
    const pieces = rated.slice(0, index + 1).map((each, at) => pieceOf(scope, credit, each, rated.slice(0, at)));
    const { setting, isClosed } = settingOf(scope, credit, window, date);
    // What is looked at is asked for whether or not anything is paid.
    const factor = measuredFactor(scope, credit, date);
    const isPaid = !isClosed && credit.closedOn >= begins;
    const step = {
      deal: credit.component.each === 'deal' ? credit.deal : null,
      closedOn: credit.closedOn,
      terms: credit,
      of: credit.of,
      before: total(rated.slice(0, index).map(({ measured }) => measured)),
    };
    if (credit.returns !== undefined) {
      const lost = setting === null ? [] : othersLose(setting, pieces, had, credit, credit.returns);
      const parts = isPaid ? lost : [];
      return { ...step, deal: credit.deal, parts, exact: total(parts.map(({ amount }) => amount)) };
    }
    const increment = (of: typeof due) =>
      setting === null ? NOTHING : minus(of(setting, pieces), of(setting, pieces.slice(0, -1)));
    const earns = (amount: Ratio) => {
      if (!isPaid) return NOTHING;
      return step.deal === null ? times(amount, factor) : ofDeal(credit, amount, factor);
    };
    if (isAnyReturned) {
      const [balance, lumps, all] = [increment(ofAll), increment(ofLumps), increment(due)];
      for (const [at, terms] of credit.of.entries()) {
        const part = partOf(credit.of, at);
        const own = { balance: times(balance, part), lumps: times(lumps, part), all: times(all, part) };
        had.push({ terms, ...own, taken: NOTHING, earns });
      }
    }
    const exact = isClosed ? NOTHING : earns(increment(due));
    return { ...step, exact, parts: partsOf(credit.of, exact) };
  });
  // What closed before the ledger begins counts and is not paid, neither then nor by a true-up (D15).
  return steps.filter(({ closedOn }) => closedOn >= firstDayOf(scope.book.calendar.firstPeriod));
}

const ofAll: typeof due = (setting, pieces) =>
  setting.component.read === 'whole-deal' ? shared(setting, pieces, false) : due(setting, pieces);
const ofLumps: typeof due = (setting, pieces) => shared(setting, pieces, false);

/** What comes back is paid on no more only where the deal itself was paid on (D147). */
function pieceOf({ book }: Scope, { component }: Credit, credit: Rated, before: readonly Rated[]): Piece {
  if (credit.returns === undefined) return piece(book, component, credit);
  const isThere = before.some(
    ({ of, returns }) => returns === undefined && of.some(({ deal }) => deal === credit.deal),
  );
  return { measured: credit.measured, paid: isThere ? credit.paid : NOTHING, comesBack: true };
}

/** What a deal has of what the window pays: of all of it, of the lumps, and of what the deal is paid before factors, floor and cap. */
interface Had {
  readonly terms: Credit;
  balance: Ratio;
  lumps: Ratio;
  all: Ratio;
  /** The part of the deal that has come back. */
  taken: Ratio;
  readonly earns: (amount: Ratio) => Ratio;
}

/** What the other deals of a window lose, or gain, when one comes back: T after, less T before, and what the deal itself had of it. */
function othersLose(
  setting: Setting,
  pieces: readonly Piece[],
  had: readonly Had[],
  returned: Credit,
  returns: Ratio,
): readonly DealPart[] {
  const { tierOf } = setting.component;
  // Each deal has a band of its own.
  if (tierOf !== undefined && 'deal' in tierOf) return [];
  const before = pieces.slice(0, -1);
  const isAsOne = isRatedAsOne(setting, before) || isRatedAsOne(setting, pieces);
  const has = (each: Had) => times(isAsOne ? each.balance : each.lumps, minus(WHOLE, each.taken));
  const isOwn = (each: Had) => each.terms.deal === returned.deal;
  const own = total(had.filter(isOwn).map((each) => times(isAsOne ? each.balance : each.lumps, returns)));
  for (const each of had.filter(isOwn)) each.taken = plus(each.taken, returns);
  const lost = plus(minus(shared(setting, pieces, isAsOne), shared(setting, before, isAsOne)), own);
  if (isNothing(lost)) return [];
  const left = had.filter((each) => less(each.taken, WHOLE));
  const others = left.filter((each) => !isOwn(each));
  const losing = others.length === 0 ? left : others;
  if (losing.length === 0) return [{ deal: returned.deal, terms: returned, amount: lost }];
  const positive = losing.filter((each) => isPositive(has(each)));
  const sum = total(positive.map(has));
  const shares = new Map(positive.map((each) => [each, over(has(each), sum)]));
  return losing.flatMap((each, at): DealPart[] => {
    const share = positive.length > 0 ? shares.get(each) : at + 1 === losing.length ? WHOLE : undefined;
    if (share === undefined) return [];
    const change = over(times(lost, share), minus(WHOLE, each.taken));
    const was = each.earns(each.all);
    each.all = plus(each.all, change);
    each.balance = plus(each.balance, change);
    if (!isAsOne) each.lumps = plus(each.lumps, change);
    return [{ deal: each.terms.deal, terms: each.terms, amount: minus(each.earns(each.all), was) }];
  });
}

/** Where each pay period is rated as one, its credits added up, under the terms of the last of them (D14). */
function mergedByPeriod({ book }: Scope, credits: readonly Credit[]): readonly Rated[] {
  if (credits.at(-1)?.component.each !== 'period') return credits.map((credit) => ({ ...credit, of: [credit] }));
  const periodOf = ({ closedOn }: Credit) => payPeriodOf(closedOn, book.calendar.cadence).from;
  return [...new Set(credits.map(periodOf))].flatMap((from) => {
    const all = credits.filter((credit) => periodOf(credit) === from);
    const ofPeriod = all.filter(({ returns }) => returns === undefined);
    const back = all.filter(({ returns }) => returns !== undefined).map((credit) => ({ ...credit, of: [credit] }));
    const last = ofPeriod.at(-1);
    const sum = (part: 'measured' | 'paid') => total(ofPeriod.map((credit) => credit[part]));
    const merged = last === undefined ? [] : [{ ...last, of: ofPeriod, measured: sum('measured'), paid: sum('paid') }];
    return [...merged, ...back];
  });
}

interface Rated extends Credit {
  readonly of: readonly Credit[];
}

/** The table under the terms of a credit as it stands at an evaluation date, and whether a gate keeps the component closed. */
function settingOf(
  scope: Scope,
  terms: Credit,
  window: Window,
  date: string,
): { readonly setting: Setting | null; readonly isClosed: boolean } {
  const { component } = terms;
  // What something else picks has no target (D223).
  const hasTarget = component.tierBy === 'attainment' && component.tierOf === undefined;
  const known = hasTarget ? targetOf(scope, window, terms, date) : null;
  const otherwise = hasTarget ? otherwiseOf(component, known) : null;
  const target = hasTarget && otherwise === null ? required(known, window.key) : null;
  const lookOf = (by: Component['tierOf']) =>
    by !== undefined && 'look' in by ? found(scope, terms, by.look, date) : null;
  const picked = lookOf(component.tierOf);
  const column = lookOf(component.columns?.by);
  const part = (what: Parameters<typeof presentShare>[2]) => presentShare(scope.book, terms, what, window.stretch);
  // What is agreed is asked for as well.
  const incentive = incentiveOf(scope.book, terms, window.stretch, date);
  const closed = closedGates(scope, terms, window, date);
  // Gates ask for quotas of their own, and stop without one whatever is paid without the component's.
  if (otherwise === 'pays-nothing') return { setting: null, isClosed: true };
  const excess = component.gates.filter(({ pays, guards }) => pays === 'excess' && guards === 'component');
  const thresholds = excess.map((gate) => thresholdOf(scope, terms, gate, date));
  const setting: Setting = {
    component: column === null ? component : inFoundColumn(component, column),
    target,
    picked,
    closed: closed.map(({ name }) => name),
    threshold: thresholds.length === 0 ? null : thresholds.reduce(larger),
    otherwise,
    isInRamp: isInRamp(scope.book, component.measure, terms.closedOn),
    parts: {
      bounds: component.tierBy === 'attainment' || isNothing(part('bounds')) ? WHOLE : part('bounds'),
      lumps: part('lumps'),
    },
    incentive,
  };
  return { setting, isClosed: closed.some(({ guards }) => guards === 'component') };
}

/** What a deal earns: multiplied, less the fee, at least the floor where it earns anything, at most the cap. */
function ofDeal({ component, entry }: Credit, earned: Ratio, measured: Ratio): Ratio {
  const ofConditions = component.multiplyEarning.filter((each) => 'when' in each);
  const multiplied = times(times(earned, factorOf(ofConditions, entry)), measured);
  return capOfDeal(component, floorOfDeal(component, feeOfDeal(component, multiplied)));
}

/** D242: nothing is left of what earns less than the fee. */
function feeOfDeal({ fee }: Component, earned: Ratio): Ratio {
  return fee === undefined || !isPositive(earned) ? earned : larger(NOTHING, minus(earned, read(fee.deal)));
}

function floorOfDeal({ floor }: Component, earned: Ratio): Ratio {
  return floor?.deal == null || !isPositive(earned) ? earned : larger(earned, read(floor.deal));
}

function capOfDeal({ cap }: Component, earned: Ratio): Ratio {
  return cap === null || cap.deal === null ? earned : smaller(earned, read(cap.deal));
}
