import type { Book } from '@ledger/calculation';
import { dayBefore, firstDayOf, payPeriodId, payPeriods } from './calendar.ts';
import type { Caused } from './causes.ts';
import { decisionsOf } from './decided.ts';
import { amountsOf, type Desk, type SettledLine } from './desk.ts';
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
  smaller,
  total,
} from './ratio.ts';

/** How corrections are posted: what of them is waived, and what waits (D135, D136). */

interface Ruled extends Caused {
  readonly by: 'true-up' | 'positives-only' | 'waive' | 'spread';
  /** Pay periods over which it is spread. */
  readonly periods: number;
  /** What is less is not taken back, where the company's policy rules. */
  readonly limit: Ratio | null;
}

function ruled({ corrections }: Book, lastDay: string, currency: string, caused: Caused): Ruled {
  const trueUp = { ...caused, by: 'true-up' as const, periods: 1, limit: null };
  const applied = corrections?.replays.find(({ causes }) => causes.some((cause) => cause === caused.event));
  const standing = corrections?.policies.filter(({ from }) => from <= lastDay).at(-1);
  const policy = applied?.policy ?? standing?.policy;
  if (policy === undefined || policy.by === 'prospective') return trueUp;
  const under = applied === undefined ? standing?.waiveUnder[currency] : undefined;
  return {
    ...caused,
    by: policy.by,
    periods: policy.by === 'spread' ? policy.over : 1,
    limit: under === undefined ? null : read(under),
  };
}

/** A statement that corrects: what caused what in it, and what it has given back of that. */
interface Correcting {
  readonly book: Book;
  readonly lastDay: string;
  readonly caused: readonly Caused[];
  readonly settled: readonly SettledLine[];
}

function ruledIn({ book, lastDay, caused }: Omit<Correcting, 'settled'>): readonly Ruled[] {
  return caused.map((each) => ruled(book, lastDay, book.participant.currency, each));
}

function correctingIn({ book, lastDay, now, lines }: Desk): Correcting {
  return { book, lastDay, caused: now.caused, settled: lines };
}

/** What is given, or set, against corrections of a period and component, or of one event. */
interface Against {
  readonly period: string | null;
  readonly component: string | null;
  readonly cause: string | null;
  /** Because it is less than what is taken back at all. */
  readonly isSmall: boolean;
  readonly amount: Ratio;
}

const sumOf = (list: readonly Caused[]): Ratio => total(list.map(({ amount }) => amount));

/** The corrections of each period and component, with what D135 calls a and t of them. */
function subjectsIn(all: readonly Ruled[]) {
  const subjects = [...new Set(all.map(({ period, component }) => `${period}/${component}`))];
  return subjects.map((subject) => {
    const own = all.filter(({ period, component }) => `${period}/${component}` === subject);
    const by = (policy: Ruled['by']) => sumOf(own.filter((each) => each.by === policy));
    const limited = own.filter(({ by: policy, limit }) => limit !== null && policy !== 'positives-only');
    const taken = negative(sumOf(limited));
    const limit = limited[0]?.limit ?? null;
    const small = limit !== null && isPositive(taken) && less(taken, limit) ? taken : NOTHING;
    const kept = larger(NOTHING, negative(by('positives-only')));
    return { subject, own, a: total([negative(by('waive')), kept, small]), kept, small };
  });
}

/** D135. */
export function waiveByPolicy(desk: Desk): void {
  for (const { subject, own, a, kept, small } of subjectsIn(ruledIn(correctingIn(desk)))) {
    const line = `waived/policy/${subject}`;
    const u = total(desk.before.flatMap(({ settled }) => amountsOf(settled, line)));
    const o = setAgainst(u, own, { kept, small });
    desk.post(line, plus(a, o));
    desk.add('written-off', plus(a, o));
  }
}

/** o of D135: the balance of what is waived goes through the corrections in their order. */
function setAgainst(u: Ratio, own: readonly Ruled[], pools: { kept: Ratio; small: Ratio }): Ratio {
  const left = { ...pools };
  let v = u;
  let [ups, downs] = [NOTHING, NOTHING];
  let m = NOTHING;
  for (const { by, amount, limit } of own) {
    const pool = by === 'positives-only' ? 'kept' : limit === null ? null : 'small';
    let waived = by === 'waive' ? negative(amount) : NOTHING;
    if (pool !== null && isNegative(amount)) {
      waived = smaller(negative(amount), left[pool]);
      left[pool] = minus(left[pool], waived);
    }
    const rest = plus(amount, waived);
    v = plus(v, waived);
    m = plus(m, rest);
    if (isPositive(v) && isPositive(rest)) {
      ups = plus(ups, smaller(v, rest));
      v = minus(v, smaller(v, rest));
    } else if (isNegative(v) && isNegative(rest)) {
      downs = plus(downs, smaller(negative(v), negative(rest)));
      v = plus(v, smaller(negative(v), negative(rest)));
    }
  }
  return isPositive(m) ? negative(smaller(ups, m)) : smaller(downs, negative(m));
}

/** What policies (D135: t and o), waivers and the plan have given back in a statement, to be set against corrections that are spread. */
function givenBack({ book, settled, ...statement }: Correcting): readonly Against[] {
  const byPolicy = subjectsIn(ruledIn({ book, ...statement })).flatMap(({ subject, own, a, small }): Against[] => {
    const of = { period: own[0]?.period ?? null, component: own[0]?.component ?? null, cause: null };
    const o = minus(total(amountsOf(settled, `waived/policy/${subject}`)), a);
    return [
      { ...of, isSmall: true, amount: small },
      { ...of, isSmall: false, amount: o },
    ];
  });
  const waivers = decisionsOf(book, 'waiver').map(({ exception, terms }): Against => {
    const { period, component, cause } = terms;
    const amount = total(amountsOf(settled, `waived/${exception}`));
    return { period, component, cause: cause ?? null, isSmall: false, amount };
  });
  const ofAll = { period: null, component: null, cause: null, isSmall: false };
  return [...byPolicy, ...waivers, { ...ofAll, amount: total(amountsOf(settled, 'waived')) }];
}

/** D136. */
export function spread(desk: Desk): void {
  bringParts(desk);
  if (desk.left) return;
  const left = leftToSpread(correctingIn(desk));
  for (const periods of new Set(left.map((each) => each.periods))) {
    const all = total(left.flatMap((each) => (each.periods === periods ? [each.left] : [])));
    const now = desk.round(over(all, ratio(periods)), 'half-up');
    const name = `${payPeriodId(desk.period, desk.book.calendar.cadence)}-over-${periods}`;
    desk.post(`spread/${name}`, minus(now, all));
    desk.add('spread', minus(all, now), name);
  }
}

/** The corrections that are spread, each with what is left of it. */
function leftToSpread(statement: Correcting): readonly (Ruled & { readonly left: Ratio })[] {
  const rest = givenBack(statement).map((each) => ({ ...each }));
  return ruledIn(statement)
    .filter(({ by }) => by === 'spread')
    .map((each) => {
      let left = each.amount;
      for (const other of rest) {
        if (!isAbout(other, each) || isNegative(left) === isNegative(other.amount)) continue;
        const sum = plus(left, other.amount);
        const isMore = isNegative(sum) === isNegative(left);
        [left, other.amount] = isMore ? [sum, NOTHING] : [NOTHING, sum];
      }
      return { ...each, left };
    });
}

/** D105: the corrections that a line `spread` is about, with the part of it that each has; none where D136 comes to something else by now. */
export function spreadOf(desk: Desk, line: string): readonly { readonly caused: Caused; readonly part: Ratio }[] {
  const { book } = desk;
  const [since = '', periods = ''] = line.replace('spread/', '').split('-over-');
  const own = { stretch: desk.period, ...desk.now, settled: desk.lines };
  const statement = [...desk.before, own].find(({ stretch }) => stretch.from === firstDayOf(since));
  if (statement === undefined) return [];
  const { caused, settled, stretch } = statement;
  const left = leftToSpread({ book, lastDay: dayBefore(stretch.to), caused, settled });
  const spreading = left.filter((each) => each.periods === Number(periods));
  const all = total(spreading.map((each) => each.left));
  const posted = minus(desk.round(over(all, ratio(Number(periods))), 'half-up'), all);
  if (isNothing(all) || !isNothing(minus(posted, total(amountsOf(settled, line))))) return [];
  return spreading.map((each) => ({ caused: each, part: over(each.left, all) }));
}

function isAbout({ period, component, cause, isSmall }: Against, correction: Ruled): boolean {
  if (period !== null && period !== correction.period) return false;
  if (component !== null && component !== correction.component) return false;
  if (isSmall && correction.limit === null) return false;
  return cause === null || cause === correction.event;
}

/** What was spread before, and waits. */
function bringParts(desk: Desk): void {
  for (const [key, waiting] of [...desk.balances]) {
    const [kind, name = ''] = key.split(' ');
    if (kind !== 'spread' || isNothing(waiting)) continue;
    const [since = '', periods = '1'] = name.split('-over-');
    const past = payPeriods(firstDayOf(since), desk.period.from, desk.book.calendar.cadence).length;
    const parts = Math.max(1, Number(periods) - past);
    const amount = desk.left ? waiting : desk.round(over(waiting, ratio(parts)), 'half-up');
    desk.post(`spread/${name}`, amount);
    desk.add('spread', negative(amount), name);
  }
}
