import type { PayClause } from '@ledger/events';
import { calendarStretch, firstDayOf, isWithin } from './calendar.ts';
import { type Decision, decisionsOf, holdsOn, payOn } from './clauses.ts';
import { amountsOf, type Desk, type Said } from './desk.ts';
import { drawn, guaranteed } from './draws.ts';
import {
  isNegative,
  isNothing,
  isPositive,
  larger,
  less,
  minus,
  NOTHING,
  negative,
  plus,
  type Ratio,
  type RoundingRule,
  read,
  smaller,
  times,
  total,
} from './ratio.ts';

/** What becomes of what is due: D105 and D120 to D131, one step after the other, each from the statements that are there. */

export function settled(desk: Desk): Said {
  if (hasClauses(desk)) settle(desk);
  const { period, now, lines, balances, forgave } = desk;
  return { stretch: period, ...now, settled: lines.filter(({ amount }) => !isNothing(amount)), forgave, balances };
}

/** A person without clauses and without balances is paid what is due. */
function hasClauses({ book, balances }: Desk): boolean {
  const documents = [...book.plans.values()].flatMap(({ versions }) => versions.map(({ document }) => document));
  const isIn = documents.some(({ draws, guarantee, pay }) => (draws ?? guarantee ?? pay) !== undefined);
  return isIn || (book.exceptions?.size ?? 0) > 0 || [...balances.values()].some((each) => !isNothing(each));
}

function settle(desk: Desk): void {
  const pay = payOn(desk.book, desk.period.to);
  adjust(desk);
  const taken = waive(desk, pay?.pay);
  hold(desk);
  guaranteed(desk);
  defer(desk, pay?.pay);
  drawn(desk);
  recover(desk, pay?.pay, pay?.rounding ?? 'half-up', taken);
  carry(desk, pay?.pay);
}

/** D130. */
function adjust(desk: Desk): void {
  for (const { exception, terms, isRevoked } of decisionsOf(desk.book, 'adjustment')) {
    if (firstDayOf(terms.period) > desk.period.from) continue;
    const line = `adjustment/${exception}`;
    const is = isRevoked ? NOTHING : desk.round(read(terms.amount), 'half-up');
    desk.post(line, minus(is, total(desk.before.flatMap(({ settled }) => amountsOf(settled, line)))));
  }
}

/** D131; what of the corrections of the statement is still to be taken back. */
function waive(desk: Desk, pay: PayClause | undefined): Ratio {
  const taken = smaller(NOTHING, desk.now.corrections);
  if (pay?.corrections !== 'positives-only' || !isNegative(taken)) return taken;
  desk.post('waived', negative(taken));
  desk.add('written-off', negative(taken));
  return NOTHING;
}

/** D105. */
function hold(desk: Desk): void {
  for (const each of decisionsOf(desk.book, 'hold')) {
    const name = each.exception;
    const is = isHeld(each, desk.lastDay)
      ? desk.round(times(heldBy(desk, each), restOf(desk, name)), 'half-up')
      : NOTHING;
    const change = minus(is, desk.balance('held', name));
    desk.post(isPositive(change) ? `held/${name}` : `unheld/${name}`, negative(change));
    desk.add('held', change, name);
  }
}

function isHeld(each: Decision<'hold'>, day: string): boolean {
  return holdsOn(each, day) && isWithin({ from: each.terms.from, to: each.terms.until }, day);
}

/** What the lines come to that a hold is about. */
function heldBy(desk: Desk, { terms }: Decision<'hold'>): Ratio {
  const own = { stretch: desk.period, ...desk.now, settled: desk.lines };
  const statements = [...desk.before, own].filter(({ stretch }) => terms.from < stretch.to);
  const about = (component: string | null, deal: string | null) =>
    (terms.component === null || terms.component === component) && (terms.deal === null || terms.deal === deal);
  const adjustments = decisionsOf(desk.book, 'adjustment');
  const amounts = statements.flatMap(({ due, settled }) => [
    ...due.filter(({ component, deal }) => about(component, deal)),
    ...adjustments
      .filter((each) => about(each.terms.component, null))
      .flatMap((each) => settled.filter(({ line }) => line === `adjustment/${each.exception}`)),
  ]);
  return larger(NOTHING, total(amounts.map(({ amount }) => amount)));
}

/** What is not released. */
function restOf(desk: Desk, hold: string): Ratio {
  const released = decisionsOf(desk.book, 'release')
    .filter((each) => each.terms.hold === hold && holdsOn(each, desk.lastDay))
    .filter(({ terms }) => firstDayOf(terms.period) < desk.period.to)
    .map(({ terms }) => read(terms.share));
  return larger(NOTHING, minus(read('1'), total(released)));
}

/** D127. */
function defer(desk: Desk, pay: PayClause | undefined): void {
  const every = pay?.every ?? 'period';
  const waits = every !== 'period' && calendarStretch(desk.lastDay, every).to !== desk.period.to && !desk.left;
  const line = waits ? negative(desk.sum()) : desk.balance('deferred');
  desk.post('deferred', line);
  desk.add('deferred', negative(line));
}

/** D128. */
function recover(desk: Desk, pay: PayClause | undefined, rule: RoundingRule, taken: Ratio): void {
  const x = plus(desk.sum(), desk.balance('carried'));
  const suspended = decisionsOf(desk.book, 'recovery-suspension').some(
    (each) => holdsOn(each, desk.lastDay) && isWithin({ from: each.terms.from, to: each.terms.until }, desk.lastDay),
  );
  const line =
    pay === undefined || pay.negative === 'pay'
      ? charged(desk, pay, x, suspended)
      : kept(desk, pay, { x, taken, rule, suspended });
  desk.post('recovery', line);
  desk.add('to-recover', line);
  const rest = desk.balance('to-recover');
  if (pay?.writeOffUnder == null || !isPositive(rest) || !less(rest, read(pay.writeOffUnder))) return;
  desk.add('to-recover', negative(rest));
  desk.add('written-off', rest);
}

function charged(desk: Desk, pay: PayClause | undefined, x: Ratio, suspended: boolean): Ratio {
  if (suspended || (desk.left && pay?.recover.onLeaving === 'nothing')) return isNegative(x) ? negative(x) : NOTHING;
  const sum = minus(x, desk.balance('to-recover'));
  const isSmall = isNegative(sum) && !desk.left && less(negative(read(pay?.negativeMinimum ?? '0')), sum);
  return isSmall ? negative(x) : negative(desk.balance('to-recover'));
}

function kept(
  desk: Desk,
  pay: PayClause,
  { x, taken, rule, suspended }: { x: Ratio; taken: Ratio; rule: RoundingRule; suspended: boolean },
): Ratio {
  const available = larger(NOTHING, minus(x, taken));
  const limit = suspended ? NOTHING : limitOf(desk, pay, available, rule);
  const takes = smaller(minus(desk.balance('to-recover'), taken), limit);
  return minus(minus(available, takes), x);
}

function limitOf(desk: Desk, pay: PayClause, available: Ratio, rule: RoundingRule): Ratio {
  const terms = pay.recover;
  if (desk.left && terms.onLeaving === 'in-full') return available;
  if (desk.left && terms.onLeaving === 'nothing') return NOTHING;
  const share = desk.round(times(read(terms.share), available), rule);
  const most = terms.instalment === null ? larger(share, read(terms.atLeast ?? '0')) : read(terms.instalment);
  return smaller(available, most);
}

/** D129. */
function carry(desk: Desk, pay: PayClause | undefined): void {
  const carried = desk.balance('carried');
  const y = plus(desk.sum(), carried);
  const always = pay?.always ?? [];
  const isPaid =
    (always.includes('year-end') && desk.period.to.endsWith('-01-01')) ||
    (always.includes('termination') && desk.left) ||
    (always.includes('underpayment') && isPositive(desk.now.corrections));
  const waits = pay?.minimum != null && isPositive(y) && less(y, read(pay.minimum)) && !isPaid;
  const line = minus(carried, waits ? y : NOTHING);
  desk.post('carried', line);
  desk.add('carried', negative(line));
}
