import type { DrawClause, GuaranteeClause } from '@ledger/events';
import { calendarStretch, firstDayOf, isWithin, type Stretch, shared } from './calendar.ts';
import {
  type Interval,
  intervalsOf,
  isInForceWithin,
  isOver,
  overlap,
  type Stint,
  stintsOf,
  termsIn,
} from './clauses.ts';
import { decisionsOf, holdsOn } from './decided.ts';
import { amountsOf, type Desk } from './desk.ts';
import { Refusal } from './formulas.ts';
import { lawOf } from './law.ts';
import {
  isNothing,
  isPositive,
  larger,
  minus,
  NOTHING,
  negative,
  plus,
  type Ratio,
  read,
  smaller,
  times,
  total,
} from './ratio.ts';

const BEFORE_GUARANTEE = /^(adjustment|held|unheld|waived|spread)\b/;
const BEFORE_DRAWS = /^(adjustment|held|unheld|waived|spread|guarantee|deferred)\b/;

/** D126. */
export function guaranteed(desk: Desk): void {
  const { book, period } = desk;
  const stints = stintsOf<GuaranteeClause>(
    book,
    ({ guarantee }) => (guarantee === undefined ? [] : [guarantee]),
    (terms) => (terms.kind === 'guarantee' ? terms.guarantee : null),
  );
  refuseTwice(stints, period);
  const newest = termsIn(stints, period);
  if (newest === undefined) return;
  const { clause, end, rounding } = newest;
  const window = windowOf(clause, period, desk.lastDay);
  const intervals = intervalsOf(stints, clause, period.to).filter(
    ({ stretch, dueOn }) =>
      dueOn < period.to && (window === null || (window.from <= stretch.from && stretch.to <= window.to)),
  );
  const [first, last] = [intervals[0], intervals.at(-1)];
  if (first === undefined || last === undefined || !isWithin(period, last.dueOn)) return;
  const isEnd = desk.left || isOver(window?.to ?? null, period.to) || isOver(end, period.to);
  if (clause.over !== 'each' && clause.paid === 'at-end' && !isEnd) return;
  const earned = desk.since(first.first, (line) => BEFORE_GUARANTEE.test(line), clause.earningsOf);
  const paid = total(
    desk.before
      .filter(({ stretch }) => first.first < stretch.to)
      .flatMap((each) => amountsOf(each.settled, 'guarantee')),
  );
  const missing = larger(NOTHING, minus(total(intervals.map(({ amount }) => amount)), earned));
  desk.post('guarantee', minus(desk.round(missing, rounding), paid));
}

function windowOf({ over, every }: GuaranteeClause, period: Stretch, lastDay: string): Stretch | null {
  if (over === 'whole') return null;
  const window = calendarStretch(lastDay, over === 'each' ? every : over);
  return window.from < period.from || period.to < window.to ? window : period;
}

/** Two plans that both have it in force on a day of the period: which of them rules is not said. */
function refuseTwice(stints: readonly Stint<unknown>[], period: Stretch): void {
  const clash = stints.some((a) =>
    stints.some((b) => a.plan !== b.plan && overlap(shared(a.stretch, b.stretch), period)),
  );
  if (clash) throw new Refusal('clause_twice', 'two clauses on one day');
}

interface Draw {
  readonly name: string;
  readonly stints: readonly Stint<DrawClause>[];
  readonly newest: Stint<DrawClause>;
  /** Nothing is due, though the draw is in force. */
  readonly rests: boolean;
  readonly amount: Ratio;
  readonly earned: Ratio;
}

/** D123 to D125. */
export function drawn(desk: Desk): void {
  const draws = drawsOf(desk);
  const active = draws.filter(({ rests }) => !rests);
  const isOnTop = ({ newest }: Draw) => newest.clause.kind === 'on-top';
  const protectedFloor = total(active.filter((draw) => !isOnTop(draw)).map(({ amount }) => amount));
  const { keepsDraws } = lawOf(desk);
  let used = NOTHING;
  let recoveredSoFar = NOTHING;
  const posted = active.map((draw) => {
    const { clause, rounding } = draw.newest;
    const owed = desk.balance('owed', draw.name);
    if (isOnTop(draw)) return { draw, advance: desk.round(draw.amount, rounding), recovered: NOTHING };
    const left = isNothing(used) ? draw.earned : larger(NOTHING, minus(draw.earned, used));
    // A draw that is over advances nothing, whatever is earned.
    const missing = isNothing(draw.amount) ? NOTHING : desk.round(larger(NOTHING, minus(draw.amount, left)), rounding);
    used = plus(used, draw.amount);
    if (clause.kind === 'non-recoverable') return { draw, advance: missing, recovered: NOTHING };
    const inFull = desk.left && clause.onLeaving === 'in-full' && !keepsDraws;
    const floor = clause.protectFloor && !inFull ? protectedFloor : NOTHING;
    const above = larger(NOTHING, minus(minus(draw.earned, floor), recoveredSoFar));
    const waits = clause.recoverFrom !== null && desk.period.to <= clause.recoverFrom;
    const share = inFull
      ? read('1')
      : (desk.left && clause.onLeaving === 'nothing') || keepsDraws || waits
        ? NOTHING
        : read(clause.recover);
    const isLimited = clause.recoverMost !== undefined && !inFull;
    const part = smaller(owed, times(share, above));
    const most = isLimited ? times(read(clause.recoverMost ?? '100%'), larger(NOTHING, draw.earned)) : part;
    const recovered = desk.round(smaller(part, most), rounding);
    recoveredSoFar = plus(recoveredSoFar, recovered);
    const room =
      clause.mostOwed === null ? missing : larger(NOTHING, plus(minus(read(clause.mostOwed), owed), recovered));
    return { draw, advance: smaller(missing, room), recovered };
  });
  for (const { draw, advance, recovered } of posted) {
    desk.post(`draw/${draw.name}`, advance);
    desk.post(`draw/${draw.name}/recovered`, negative(recovered));
    if (draw.newest.clause.kind === 'recoverable') desk.add('owed', minus(advance, recovered), draw.name);
  }
  for (const draw of draws) forgive(desk, draw);
  forgiveByDecision(desk);
}

function forgive(desk: Desk, { name, newest: { clause, end } }: Draw): void {
  const ends = clause.atEnd === 'forgive' && isOver(end, desk.period.to);
  const leaves = clause.onLeaving === 'forgive' && desk.left;
  if (ends || leaves) forgiven(desk, name, desk.balance('owed', name));
}

function forgiven(desk: Desk, name: string, amount: Ratio): void {
  if (!isPositive(amount)) return;
  desk.add('owed', negative(amount), name);
  desk.add('forgiven', amount, name);
}

/** D130: once, in the first statement of its period or later. */
function forgiveByDecision(desk: Desk): void {
  for (const each of decisionsOf(desk.book, 'draw-forgiveness')) {
    const { exception, terms } = each;
    const line = `draw/${terms.draw}/forgiven/${exception}`;
    const wasSaid = desk.before.some(({ forgave }) => forgave.includes(line));
    if (!holdsOn(each, desk.lastDay) || wasSaid || firstDayOf(terms.period) > desk.period.from) continue;
    const owed = desk.balance('owed', terms.draw);
    desk.forgave.push(line);
    forgiven(desk, terms.draw, terms.amount === null ? owed : smaller(owed, read(terms.amount)));
  }
}

/** Draws that have begun, in the order of D124. */
function drawsOf(desk: Desk): readonly Draw[] {
  const { book, period } = desk;
  const all = stintsOf<DrawClause>(
    book,
    ({ draws }) => draws ?? [],
    (terms) => (terms.kind === 'draw' ? terms.draw : null),
  );
  const names = [...new Set(all.map(({ clause }) => clause.name))];
  const draws = names.flatMap((name): Draw[] => {
    const stints = all.filter(({ clause }) => clause.name === name);
    refuseTwice(stints, period);
    const newest = termsIn(stints, period);
    if (newest === undefined) return [];
    const due = intervalsOf(stints, newest.clause, period.to).filter(({ dueOn }) => isWithin(period, dueOn));
    const rests = due.length === 0 && isInForceWithin(stints, period);
    const amount = total(due.map((each) => each.amount));
    return [{ name, stints, newest, rests, amount, earned: earnedSince(desk, newest.clause, due[0]) }];
  });
  const begun = all.filter(({ piece }) => piece.from < period.to);
  const inOrder = begun.sort((a, b) => (a.plan === b.plan ? a.place - b.place : a.plan < b.plan ? -1 : 1));
  const listed = inOrder.filter(({ piece }) => overlap(piece, period));
  const order = [...new Set([...listed, ...inOrder].map(({ clause }) => clause.name))];
  return order.flatMap((name) => draws.filter((draw) => draw.name === name));
}

/** D123. */
function earnedSince(desk: Desk, { earningsOf }: DrawClause, first: Interval | undefined): Ratio {
  const from = first === undefined || first.first > desk.period.from ? desk.period.from : first.first;
  return desk.since(from, (line) => BEFORE_DRAWS.test(line), earningsOf);
}
