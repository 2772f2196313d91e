import type { PayClause } from '@ledger/events';
import { firstDayOf, isWithin, type Stretch } from './calendar.ts';
import type { Caused } from './causes.ts';
import { payOn } from './clauses.ts';
import { type Decision, decisionsOf, holdsOn } from './decided.ts';
import { amountsOf, type Desk, type DuePart, parted, type Said } from './desk.ts';
import { drawn, guaranteed } from './draws.ts';
import { correctedIn, givenBackIn, keptBefore, paidAgain } from './given-back.ts';
import { lawOf, nameLaw } from './law.ts';
import { spread, spreadOf, waiveByPolicy } from './posting.ts';
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
  type RoundingRule,
  read,
  smaller,
  times,
  total,
} from './ratio.ts';
import { corrected, neverPaid, uncorrected, waiting, waits } from './unpaid.ts';

/** What becomes of what is due: D105 and D120 to D131, one step after the other, each from the statements that are there. */

export function settled(desk: Desk): Said {
  if (hasClauses(desk)) settle(desk);
  const { period, now, lines, balances, forgave } = desk;
  return {
    stretch: period,
    ...now,
    settled: lines.filter(({ line, amount }) => !isNothing(amount) || line.startsWith('law/')),
    forgave,
    balances,
  };
}

/** A person without clauses and without balances is paid what is due. */
function hasClauses({ book, balances }: Desk): boolean {
  const documents = [...book.plans.values()].flatMap(({ versions }) => versions.map(({ document }) => document));
  const isIn = documents.some(({ draws, guarantee, pay }) => (draws ?? guarantee ?? pay) !== undefined);
  return (
    isIn ||
    book.corrections !== undefined ||
    (book.exceptions?.size ?? 0) > 0 ||
    [...balances.values()].some((each) => !isNothing(each))
  );
}

function settle(desk: Desk): void {
  const pay = payOn(desk.book, desk.period.to);
  const { keepsOffset } = lawOf(desk);
  adjust(desk);
  waiveByPolicy(desk);
  waiveByDecision(desk);
  waive(desk, pay?.pay);
  spread(desk);
  const other = uncorrected(desk);
  other.add('deferred', negative(takenOfWaiting(desk)));
  for (const each of [desk, other]) {
    hold(each);
    guaranteed(each);
    defer(each);
    drawn(each);
  }
  recover(desk, pay?.pay, { rule: pay?.rounding ?? 'half-up', keepsOffset, other: other.sum() });
  carry(desk, pay?.pay);
  nameLaw(desk);
}

/** D128: what corrections have changed of the sums that wait until now. */
function takenOfWaiting(desk: Desk): Ratio {
  return total(
    waiting(desk).map((each) => {
      const without = uncorrected(each);
      const isSame = without.now.due.length === each.now.due.length && without.lines.length === each.lines.length;
      if (isSame) return NOTHING;
      for (const one of [each, without]) {
        hold(one);
        guaranteed(one);
      }
      return minus(each.sum(), without.sum());
    }),
  );
}

/** D130. */
function adjust(desk: Desk): void {
  for (const each of decisionsOf(desk.book, 'adjustment')) {
    const { exception, terms, isRevoked } = each;
    if (firstDayOf(terms.period) > desk.period.from) continue;
    const line = `adjustment/${exception}`;
    const is = isRevoked ? NOTHING : desk.round(read(terms.amount), 'half-up');
    const was = total(desk.before.flatMap(({ settled }) => amountsOf(settled, line)));
    const isOver = !isRevoked && !holdsOn(each, desk.lastDay);
    desk.post(line, isOver && isNothing(was) ? NOTHING : minus(is, was));
  }
}

/** D134; of several the one that was approved first goes first, and each leaves the others what it does not take. */
function waiveByDecision(desk: Desk): void {
  const own = { stretch: desk.period, ...desk.now, settled: desk.lines };
  const all = [...desk.before, own];
  const waivers = decisionsOf(desk.book, 'waiver');
  const kept = keptBefore(desk);
  const given = new Map<Decision<'waiver'>, Ratio>();
  const wasGiven = ({ exception }: Decision<'waiver'>) =>
    total(desk.before.flatMap(({ settled }) => amountsOf(settled, `waived/${exception}`)));
  for (const each of waivers.toSorted((one, other) => one.order - other.order)) {
    const { terms, isRevoked } = each;
    const isOf = (component: string) => terms.component === null || terms.component === component;
    const caused = all.flatMap((said) =>
      said.caused.filter(({ period, component }) => period === terms.period && isOf(component)),
    );
    const byPolicy = all.flatMap(({ settled }) =>
      settled.filter(({ line }) => {
        const [waived, policy, period, component = ''] = line.split('/');
        return waived === 'waived' && policy === 'policy' && period === terms.period && isOf(component);
      }),
    );
    const rivals = [...given].filter(
      ([{ terms: other }]) =>
        other.period === terms.period &&
        (other.component === null || terms.component === null || other.component === terms.component),
    );
    const taken = (list: readonly { readonly amount: Ratio }[], by: typeof rivals) =>
      larger(NOTHING, negative(total([...list.map(({ amount }) => amount), ...by.map(([, amount]) => amount)])));
    const byPlan = [...kept].flatMap(([group, amount]) => {
      const [period, component = ''] = group.split('/');
      return period === terms.period && isOf(component) ? [{ amount }] : [];
    });
    const ofAll = taken([...caused, ...byPolicy, ...byPlan], rivals);
    const alike = rivals.filter(([other]) => other.terms.cause === terms.cause);
    const ofCause =
      terms.cause === undefined
        ? ofAll
        : smaller(
            taken(
              caused.filter(({ event }) => event === terms.cause),
              alike,
            ),
            taken(ofItsLines(caused, terms.cause), []),
          );
    const most = holdsOn(each, desk.lastDay) ? ofAll : smaller(ofAll, wasGiven(each));
    given.set(each, isRevoked ? NOTHING : smaller(most, ofCause));
  }
  for (const each of waivers) {
    const line = minus(given.get(each) ?? NOTHING, wasGiven(each));
    desk.post(`waived/${each.exception}`, line);
    desk.add('written-off', line);
  }
}

/** What became of the lines that an event has moved, from it on. */
function ofItsLines(caused: readonly Caused[], cause: string): readonly { readonly amount: Ratio }[] {
  return [...new Set(caused.map(({ component }) => component))].flatMap((component) => {
    const own = caused.filter((each) => each.component === component);
    const at = own.findIndex(({ event }) => event === cause);
    const moved = own.filter(({ event }) => event === cause).flatMap(({ parts }) => parts.map(({ within }) => within));
    return at < 0 ? [] : own.slice(at).flatMap(({ parts }) => parts.filter(({ within }) => moved.includes(within)));
  });
}

/** D131. */
function waive(desk: Desk, pay: PayClause | undefined): void {
  const { groups } = correctedIn({ ...desk.now, settled: desk.lines }, desk.book);
  const off = total([...paidAgain(groups, keptBefore(desk)).values()]);
  const given = pay?.corrections === 'positives-only' ? larger(NOTHING, minus(off, desk.corrections())) : NOTHING;
  desk.post('waived', minus(given, off));
  desk.add('written-off', minus(given, off));
}

/** D105; a line is held once, by the widest hold that is about it and then by the oldest. */
function hold(desk: Desk): void {
  const all = decisionsOf(desk.book, 'hold');
  const inForce = all.filter((each) => isHeld(each, desk.lastDay));
  const ranked = inForce.toSorted((a, b) => scopes(a) - scopes(b) || a.order - b.order);
  const theirs = new Map<Decision<'hold'>, Ratio>();
  for (const each of ranked) {
    // A hold that holds nothing is before nobody.
    const before = [...theirs].flatMap(([other, is]) => (isPositive(is) ? [other] : []));
    theirs.set(each, toHold(desk, each, before));
  }
  for (const each of all) {
    const name = each.exception;
    const is = theirs.get(each) ?? NOTHING;
    const change = minus(is, desk.balance('held', name));
    desk.post(isPositive(change) ? `held/${name}` : `unheld/${name}`, negative(change));
    desk.add('held', change, name);
  }
}

const scopes = ({ terms: { component, deal, period, line } }: Decision<'hold'>): number =>
  [component, deal, period ?? null, line ?? null].filter((of) => of !== null).length;

function isHeld(each: Decision<'hold'>, day: string): boolean {
  return holdsOn(each, day) && isWithin({ from: each.terms.from, to: each.terms.until }, day);
}

/** What is not released of its lines, less what the holds before it hold of the same ones. */
function toHold(desk: Desk, own: Decision<'hold'>, before: readonly Decision<'hold'>[]): Ratio {
  const rest = restOf(desk, own.exception);
  const amounts = held(desk).filter((each) => isHeldBy(each, own));
  const others = total(
    amounts.map((each) => {
      const theirs = before.filter((other) => isHeldBy(each, other)).map((other) => restOf(desk, other.exception));
      const most = theirs.reduce((one, other) => larger(one, other), NOTHING);
      return times(each.amount, smaller(most, rest));
    }),
  );
  const sum = times(total(amounts.map(({ amount }) => amount)), rest);
  return larger(NOTHING, minus(desk.round(sum, 'half-up'), desk.round(others, 'half-up')));
}

interface Holdable extends Omit<DuePart, 'component'> {
  /** Period of the statement. */
  readonly posted: Stretch;
  readonly component: string | null;
  /** The line that is a part of a correction. */
  readonly brings?: string;
}

function isHeldBy(each: Holdable, { terms }: Decision<'hold'>): boolean {
  const { posted, component, about, within, corrects, line, brings } = each;
  if (posted.to <= terms.from) return false;
  if (terms.component !== null && terms.component !== component) return false;
  if (terms.deal !== null && terms.deal !== about) return false;
  if (terms.period === undefined) return true;
  const isIn = firstDayOf(terms.period) === posted.from;
  const correctsIt = corrects === terms.period;
  if (terms.line === undefined) return isIn || correctsIt;
  const isNamed = terms.line === line || terms.line === brings;
  return (isIn && isNamed) || (correctsIt && within !== null && terms.line === `${component}/${within}`);
}

/** What can be held of this statement and those before it. */
function held(desk: Desk): readonly Holdable[] {
  const own = { stretch: desk.period, ...desk.now, settled: desk.lines };
  const adjustments = decisionsOf(desk.book, 'adjustment');
  const waivers = decisionsOf(desk.book, 'waiver');
  const statements = [...desk.before, own];
  const given = givenBackIn(statements, desk.book);
  return statements.flatMap(({ stretch: posted, due, settled }, at) => [
    ...due.map((part) => ({ ...part, posted })),
    ...adjustments.flatMap((each) =>
      settled
        .filter(({ line }) => line === `adjustment/${each.exception}`)
        .map(({ line, amount }) => {
          const { component } = each.terms;
          return { posted, period: '', component, line, about: null, within: null, corrects: null, amount };
        }),
    ),
    ...settled.flatMap(({ line, amount }): readonly Holdable[] => {
      const [step, name = '', period = '', component = null] = line.split('/');
      if (step !== 'waived' && step !== 'spread') return [];
      const parts = step === 'spread' ? spreadOf(desk, line) : [];
      if (parts.length > 0) {
        return parts.flatMap(({ caused, part }) =>
          parted(caused).map((each) => {
            const share = isNothing(caused.amount) ? NOTHING : over(times(amount, part), caused.amount);
            return { ...each, posted, brings: line, amount: times(each.amount, share) };
          }),
        );
      }
      const about = { posted, period: '', line, about: null, within: null, amount };
      if (name === 'policy' && period !== '') return [{ ...about, component, corrects: period }];
      const waiver = step === 'waived' ? waivers.find(({ exception }) => exception === name) : undefined;
      const { component: of = null, period: corrects = null } = waiver?.terms ?? {};
      const groups = [...(given[at]?.get(line) ?? [])];
      const rest = minus(amount, total(groups.map(([, part]) => part)));
      return [
        ...groups.map(([group, part]) => {
          const [period = null, component = null] = group.split('/');
          return { ...about, component, corrects: period, amount: part };
        }),
        { ...about, component: of, corrects, amount: rest },
      ];
    }),
  ]);
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
function defer(desk: Desk): void {
  const line = waits(desk.book, desk.period) ? negative(desk.sum()) : desk.balance('deferred');
  desk.post('deferred', line);
  desk.add('deferred', negative(line));
}

interface Recovery {
  readonly rule: RoundingRule;
  /** By law. */
  readonly keepsOffset: boolean;
  /** What would be due without corrections. */
  readonly other: Ratio;
}

/** D128. */
function recover(desk: Desk, pay: PayClause | undefined, { rule, keepsOffset, other }: Recovery): void {
  const missing = isNegative(corrected(desk)) ? minus(desk.sum(), other) : NOTHING;
  const taken = smaller(NOTHING, plus(missing, neverPaid(desk)));
  const x = plus(desk.sum(), desk.balance('carried'));
  const suspended = decisionsOf(desk.book, 'recovery-suspension').some(
    (each) => holdsOn(each, desk.lastDay) && isWithin({ from: each.terms.from, to: each.terms.until }, desk.lastDay),
  );
  const carries = keepsOffset || (pay !== undefined && pay.negative === 'carry');
  const line = carries
    ? kept(desk, pay, { x, taken, rule, suspended: suspended || keepsOffset })
    : charged(desk, pay, x, suspended);
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
  pay: PayClause | undefined,
  { x, taken, rule, suspended }: { x: Ratio; taken: Ratio; rule: RoundingRule; suspended: boolean },
): Ratio {
  const available = larger(NOTHING, minus(x, taken));
  const limit = suspended || pay === undefined ? NOTHING : limitOf(desk, pay, available, rule);
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
    (always.includes('underpayment') && isPositive(desk.corrections()));
  const waits = pay?.minimum != null && isPositive(y) && less(y, read(pay.minimum)) && !isPaid;
  const line = minus(carried, waits ? y : NOTHING);
  desk.post('carried', line);
  desk.add('carried', negative(line));
}
