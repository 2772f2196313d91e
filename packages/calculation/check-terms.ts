import type { Caps, Component, Gate } from '@ledger/events';
import { cmp, equal, exact, isZero, ONE, percent, percentsText, sign, sum } from '@ledger/money';
import type { Finding } from './finding.ts';
import { isGrowth } from './windows.ts';
import { withPercentSign } from './words.ts';

/** What is wrong with the terms of a component: window, target, gates, multipliers, floor, caps. */
export function* termFindings(component: Component): Generator<Finding> {
  yield* windowFindings(component);
  yield* readingFindings(component);
  yield* gatesFindings(component);
  yield* capFindings(component);
  yield* periodFindings(component);
}

function* windowFindings({ window, target, tierBy }: Component): Generator<Finding> {
  yield* stretchFindings(window, '/window');
  if (typeof target === 'object') return;
  if (tierBy === 'amount') {
    if (target === 'quota') return;
    const says = `tier-by is amount, so ${target} picks no band and only shows as attainment; write tier-by: attainment if it should.`;
    yield { at: '/target', says, warning: true };
    return;
  }
  if (isGrowth(target) && (window === 'deal' || (typeof window === 'object' && 'to' in window))) {
    const says =
      'a deal, or a window with dates of its own, has no window before it; write month, quarter, half, year, { rolling: 3 } or { every: 3 months, from: … }.';
    yield { at: '/target', says };
  }
}

/** Dates of its own end after they begin; windows that follow each other are of weeks or of months, whose days nobody could tell together. */
export function* stretchFindings(window: Component['window'], at: string): Generator<Finding> {
  if (typeof window === 'string') return;
  if ('every' in window && window.every.some(({ unit }) => unit !== window.every[0]?.unit)) {
    yield { at: `${at}/every`, says: 'has weeks and months beside each other; write one of them alone.' };
  }
  if ('to' in window && window.to <= window.from) {
    const says = `${window.to} must be after ${window.from}; \`to\` is the first day that is no longer in it.`;
    yield { at: `${at}/to`, says, code: 'interval_invalid' };
  }
}

/** Choices that contradict each other, or that nothing would read. */
function* readingFindings({
  read,
  rateAt,
  curveOn,
  each,
  window,
  multiplyEarning,
  fee,
  floor,
  cap,
}: Component): Generator<Finding> {
  if (rateAt === 'before' && read !== 'whole-deal' && curveOn !== 'deal') {
    yield { at: '/rateAt', says: `is for read: whole-deal, and this is read: ${read}; remove it.` };
  }
  if (each === 'deal') return;
  const remedy = 'write each: deal, or remove it';
  if (window === 'deal') {
    yield {
      at: '/each',
      says: 'with window: deal each deal stands by itself, so a period has no sum; write each: deal.',
    };
  }
  if (multiplyEarning.some((factor) => 'when' in factor)) {
    const says = `with each: period no single deal earns, so no deal can bring a factor; use multiply-credit, or ${remedy}.`;
    yield { at: '/multiplyEarning', says };
  }
  if (floor?.deal != null) yield { at: '/floor/deal', says: `with each: period no single deal earns; ${remedy}.` };
  if (fee !== undefined) yield { at: '/fee', says: `with each: period no single deal earns; ${remedy}.` };
  if (cap !== null && cap.deal !== null) {
    yield { at: '/cap/deal', says: `with each: period no single deal earns; use cap.period, or ${remedy}.` };
  }
}

function* gatesFindings(component: Component): Generator<Finding> {
  const names = new Set<string>();
  for (const [index, gate] of component.gates.entries()) {
    const at = `/gates/${index}`;
    if (names.has(gate.name)) {
      yield { at: `${at}/name`, says: `two gates are called ${gate.name}; give them different names.` };
    }
    if (gate.or !== undefined) yield* eitherFindings(gate, component.gates.slice(0, index), at);
    names.add(gate.name);
    yield* gateFindings(component, gate, at);
    yield* thresholdFindings(gate, at);
    if (gate.measures.length > 1 && gate.combine === undefined) yield* weightFindings(gate, at);
    if (gate.pays === 'excess') yield* excessFindings(component, gate, at);
  }
}

function* gateFindings({ table }: Component, gate: Gate, at: string): Generator<Finding> {
  if (gate.guards === 'bands' && gate.or === undefined && !table.some((band) => band.gate === gate.name)) {
    const says = `guards bands, and no band names it; write gate: ${gate.name} in the bands that it bars, or guards: component.`;
    yield { at: `${at}/guards`, says };
  }
  if (gate.window === 'deal') {
    yield { at: `${at}/window`, says: 'a gate looks at a stretch of time; write month, quarter or another one.' };
  }
  if (typeof gate.window === 'object' && 'rolling' in gate.window && gate.opens === 'latch') {
    const says =
      'a rolling window has no end up to which a latch could hold; the gate is looked at anew in each period.';
    yield { at: `${at}/opens`, says, warning: true };
  }
  yield* stretchFindings(gate.window, `${at}/window`);
}

/** Either of two gates is enough: the other one stands above it, guards the same, and both let through everything. */
function* eitherFindings(gate: Gate, above: readonly Gate[], at: string): Generator<Finding> {
  const other = above.find(({ name }) => name === gate.or);
  if (other === undefined) {
    const known =
      above.length === 0 ? 'there is none above it' : `above it are ${above.map(({ name }) => name).join(', ')}`;
    yield { at: `${at}/or`, says: `there is no gate ${gate.or} above it (${known}); name one of those.` };
    return;
  }
  if (other.guards !== gate.guards) {
    const says = `${other.name} guards ${inWords(other)} and this one ${inWords(gate)}; let both guard the same.`;
    yield { at: `${at}/or`, says };
  }
  if (other.pays === 'excess' || gate.pays === 'excess') {
    const says = 'where either gate is enough, neither has an excess of its own; write pays: everything.';
    yield { at: `${at}/or`, says };
  }
}

function inWords({ guards }: Gate): string {
  return guards === 'component' ? 'the component' : 'bands';
}

function* thresholdFindings({ against, atLeast, measures, combine }: Gate, at: string): Generator<Finding> {
  if (sign(percent(atLeast)) <= 0) {
    yield {
      at: `${at}/atLeast`,
      says: `is ${atLeast}, so the gate is always open; write more than 0, or remove the gate.`,
    };
    return;
  }
  if (against !== 'amount' && !atLeast.endsWith('%')) {
    yield { at: `${at}/atLeast`, says: `is held against quota, and ${atLeast} is an amount; write ${atLeast}%.` };
  }
  if (against === 'amount' && atLeast.endsWith('%')) {
    yield { at: `${at}/atLeast`, says: `is an amount, and ${atLeast} is an attainment; write an amount, as 50000.` };
  }
  if (against === 'amount' && !atLeast.endsWith('%') && cmp(percent(atLeast), ONE) < 0) {
    const says = `is an amount of less than one, which almost anything reaches; for an attainment write ${percentsText(percent(atLeast))}%.`;
    yield { at: `${at}/atLeast`, says, warning: true };
  }
  if (against === 'amount' && measures.length > 1 && combine === undefined) {
    const says =
      'amounts of several metrics do not add up by themselves; write sum: [a, b], or hold their attainments against quota, as at-least: 90%.';
    yield { at: `${at}/atLeast`, says };
  }
}

export function* weightFindings({ measures }: Pick<Gate, 'measures'>, at: string): Generator<Finding> {
  const weights = measures.map(({ weight }) => weight);
  if (!equal(sum(weights.map(percent)), ONE)) {
    const instead = withPercentSign(weights) || '; change one of them';
    const says = `weights must add up to 100%, and ${weights.join(' + ')} does not${instead}.`;
    yield { at: `${at}/measures`, says };
  }
  for (const [index, { measure, weight, component }] of measures.entries()) {
    const name = component ?? measure;
    if (sign(percent(weight)) <= 0) {
      yield {
        at: `${at}/measures/${index}/weight`,
        says: `is ${weight}, so ${name} counts for nothing; leave it out.`,
      };
    }
    if (measures.findIndex((other) => other.measure === measure && other.component === component) < index) {
      yield { at: `${at}/measures/${index}/measure`, says: `${name} is named twice; add its weights up.` };
    }
  }
}

/** Only what is measured by the component itself can begin to count at the threshold. */
function* excessFindings(component: Component, gate: Gate, at: string): Generator<Finding> {
  const place = `${at}/pays`;
  const [only] = gate.measures;
  const isOwn = gate.measures.length === 1 && only?.measure === component.measure;
  if (!isOwn || JSON.stringify(gate.window) !== JSON.stringify(component.window)) {
    const says = `only what the component itself measures can count from a threshold on; let the gate look at ${component.measure} in the window of the component, or write pays: everything.`;
    yield { at: place, says };
  }
  if (gate.guards === 'bands') {
    yield { at: place, says: 'bands know where they begin; write guards: component, or pays: everything.' };
  }
  if (component.read === 'whole-deal') {
    const says =
      'a deal that is paid whole has no part above the threshold; write read: marginal, or pays: everything.';
    yield { at: place, says };
  }
  if (component.table.some(({ applies }) => applies === 'retroactive')) {
    const says =
      'retroactive bands pay on what lies below the threshold, too; what they pay at the threshold is taken off.';
    yield { at: place, says, warning: true };
  }
  yield* barredBands(component, gate);
}

function* barredBands({ table, tierBy, target }: Component, { against, atLeast, over }: Gate): Generator<Finding> {
  if (over !== undefined) return;
  const comparable = tierBy === 'amount' ? against === 'amount' : against === 'quota' && target === 'quota';
  if (!comparable) return;
  for (const [index, { to, pays }] of table.entries()) {
    const end = to ?? table[index + 1]?.from;
    const paysNothing = pays?.by === 'share' && isZero(percent(pays.share));
    if (end === undefined || paysNothing || cmp(percent(end), percent(atLeast)) > 0) continue;
    const says = `band ${index + 1} ends at ${end}, and the gate pays only what exceeds ${atLeast}, so it never pays; let it pay 0%.`;
    yield { at: `/table/${index}/from`, says, warning: true };
  }
}

type Scope = 'deal' | 'period' | 'window' | 'year';
const SCOPES: readonly Scope[] = ['deal', 'period', 'window', 'year'];
/** What lies inside what, whatever the calendar: a deal in all of them, a period in a year. */
const INSIDE: readonly (readonly [Scope, Scope])[] = [
  ['deal', 'period'],
  ['deal', 'window'],
  ['deal', 'year'],
  ['period', 'year'],
  ['window', 'year'],
];

/** Floors of a period, and what earlier periods are subtracted as. */
function* periodFindings({ floor, cap, subtract, window }: Component): Generator<Finding> {
  if (floor !== null && floor.deal === null && floor.period === undefined) {
    yield { at: '/floor', says: 'raises nothing; write deal or period, or remove it.' };
  }
  if (subtract === undefined) return;
  if (window === 'deal' || (typeof window === 'object' && 'rolling' in window)) {
    const says = 'nothing is subtracted for earlier pay periods in this window; remove it.';
    yield { at: '/subtract', says };
  }
  if (
    cap === null ||
    ([cap.period, cap.window, cap.year].every((each) => each === null) && cap.personal === undefined)
  ) {
    const says =
      'what is calculated is what is paid, since no cap of a period, window or year removes anything; remove it, or write a cap.';
    yield { at: '/subtract', says };
  } else if (cap.excess === 'later') {
    const says =
      'offers again what caps removed in the window, and excess: later offers it in the year; keep one of them.';
    yield { at: '/subtract', says };
  }
}

/** What a floor raises, no cap that holds it may take away again. */
function* floorFindings({ cap, floor, window }: Pick<Component, 'cap' | 'floor' | 'window'>): Generator<Finding> {
  if (cap === null || floor === null) return;
  for (const scope of SCOPES) {
    const most = cap[scope];
    const least = floorIn(floor, scope !== 'deal' && (scope !== 'window' || isLong(window)));
    if (most === null || least === null || cmp(exact(most), exact(least)) >= 0) continue;
    yield { at: `/cap/${scope}`, says: `${most} is below the floor of ${least}; raise it, or lower the floor.` };
  }
}

/** Whether a window holds whole pay periods, however long they are. */
function isLong(window: Component['window']): boolean {
  return window === 'quarter' || window === 'half' || window === 'year';
}

/** The higher of the floors of a deal and, where it holds whole pay periods, of one of these. */
export function floorIn({ deal, period }: NonNullable<Component['floor']>, holdsPeriods: boolean): string | null {
  if (!holdsPeriods || period === undefined) return deal;
  return deal !== null && cmp(exact(deal), exact(period)) > 0 ? deal : period;
}

/** A soft cap pays a part of what exceeds it, at once. */
function* softFindings(cap: Caps, above: string, offersAgain: boolean): Generator<Finding> {
  const share = percent(above);
  if (sign(share) <= 0 || cmp(share, ONE) >= 0) {
    const says = `is ${above}; write a part of what exceeds the cap, above 0% and below 100%.`;
    yield { at: '/cap/above', says, code: 'percent_invalid' };
  }
  if ([cap.period, cap.window, cap.year].every((each) => each === null) && cap.personal === undefined) {
    yield {
      at: '/cap/above',
      says: 'is of what exceeds a cap of period, window or year, and there is none; write one.',
    };
  }
  if (cap.excess === 'later' || offersAgain) {
    yield {
      at: '/cap/above',
      says: 'is paid at once, and the rest is lost; remove it, or what offers the rest again.',
    };
  }
}

function* capFindings({ cap, floor, window, subtract }: Component): Generator<Finding> {
  if (cap === null) return;
  if (cap.above !== undefined) yield* softFindings(cap, cap.above, subtract === 'paid');
  if (SCOPES.every((scope) => cap[scope] === null) && cap.personal === undefined) {
    yield { at: '/cap', says: 'caps nothing; write deal, period, window or year, or remove it.' };
  }
  for (const scope of ['period', 'window', 'year'] as const) {
    const share = cap.personal?.[scope];
    if (share === undefined || sign(percent(share)) > 0) continue;
    yield { at: `/cap/${scope}`, says: `is ${share}, so nothing is ever paid; write more, or remove the component.` };
  }
  for (const scope of SCOPES) {
    const most = cap[scope];
    if (most !== null && isZero(exact(most))) {
      yield { at: `/cap/${scope}`, says: 'is 0, so nothing is ever paid; write more, or remove the component.' };
    }
  }
  yield* floorFindings({ cap, floor, window });
  if (cap.excess === 'later' && cap.period === null && cap.personal?.period === undefined) {
    yield {
      at: '/cap/excess',
      says: '`later` is about what a period cap removes, and there is none; write period, or forfeited.',
    };
  }
  if (
    (cap.window !== null || cap.personal?.window !== undefined) &&
    (window === 'deal' || (typeof window === 'object' && 'rolling' in window))
  ) {
    const says =
      window === 'deal'
        ? 'each deal is a window of its own; write cap.deal.'
        : 'rolling windows overlap; write cap.period or cap.year.';
    yield { at: '/cap/window', says };
  }
  for (const [inner, outer] of INSIDE) {
    const [small, large] = [cap[inner], cap[outer]];
    // A plan-defined window may be longer than a year.
    if (inner === 'window' && typeof window === 'object') continue;
    if (small === null || large === null || cmp(exact(small), exact(large)) <= 0) continue;
    const says = `${small} is above the cap of a ${outer}, ${large}, which is reached first; lower it, or remove it.`;
    yield { at: `/cap/${inner}`, says, warning: true };
  }
}
