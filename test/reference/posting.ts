import type { Book } from '@ledger/calculation';
import { firstDayOf, payPeriodId, payPeriods } from './calendar.ts';
import type { Caused } from './causes.ts';
import { decisionsOf } from './decided.ts';
import { amountsOf, type Desk } from './desk.ts';
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

function ruledIn({ book, lastDay, now }: Desk): readonly Ruled[] {
  return now.caused.map((each) => ruled(book, lastDay, book.participant.currency, each));
}

/** What is given, or set, against corrections of a period and component, or of one event. */
export interface Against {
  readonly period: string | null;
  readonly component: string | null;
  readonly cause: string | null;
  /** Because it is less than what is taken back at all. */
  readonly isSmall: boolean;
  readonly amount: Ratio;
}

const sumOf = (list: readonly Caused[]): Ratio => total(list.map(({ amount }) => amount));

/** D135; what is then to be set against corrections that are spread. */
export function waiveByPolicy(desk: Desk): readonly Against[] {
  const all = ruledIn(desk);
  const subjects = [...new Set(all.map(({ period, component }) => `${period}/${component}`))];
  return subjects.flatMap((subject): Against[] => {
    const own = all.filter(({ period, component }) => `${period}/${component}` === subject);
    const by = (policy: Ruled['by']) => sumOf(own.filter((each) => each.by === policy));
    const limited = own.filter(({ by: policy, limit }) => limit !== null && policy !== 'positives-only');
    const taken = negative(sumOf(limited));
    const limit = limited[0]?.limit ?? null;
    const small = limit !== null && isPositive(taken) && less(taken, limit) ? taken : NOTHING;
    const a = total([negative(by('waive')), larger(NOTHING, negative(by('positives-only'))), small]);
    const m = plus(sumOf(own), a);
    const line = `waived/policy/${subject}`;
    const u = total(desk.before.flatMap(({ settled }) => amountsOf(settled, line)));
    const o =
      isPositive(u) && isPositive(m)
        ? negative(smaller(u, m))
        : isNegative(u) && isNegative(m)
          ? smaller(negative(u), negative(m))
          : NOTHING;
    desk.post(line, plus(a, o));
    desk.add('written-off', plus(a, o));
    const of = { period: own[0]?.period ?? null, component: own[0]?.component ?? null, cause: null };
    return [
      { ...of, isSmall: true, amount: small },
      { ...of, isSmall: false, amount: o },
    ];
  });
}

/** What waivers and the plan have given back in this statement. */
function givenBack({ book, lines }: Desk): readonly Against[] {
  const waivers = decisionsOf(book, 'waiver').map(({ exception, terms }): Against => {
    const { period, component, cause } = terms;
    const amount = total(amountsOf(lines, `waived/${exception}`));
    return { period, component, cause: cause ?? null, isSmall: false, amount };
  });
  const ofAll = { period: null, component: null, cause: null, isSmall: false };
  return [...waivers, { ...ofAll, amount: total(amountsOf(lines, 'waived')) }];
}

/** D136. */
export function spread(desk: Desk, byPolicy: readonly Against[]): void {
  bringParts(desk);
  if (desk.left) return;
  const rest = [...byPolicy, ...givenBack(desk)].map((each) => ({ ...each }));
  const spreading = ruledIn(desk).filter(({ by }) => by === 'spread');
  const left = spreading.map((each) => {
    let amount = each.amount;
    for (const other of rest) {
      if (!isAbout(other, each) || isNegative(amount) === isNegative(other.amount)) continue;
      const sum = plus(amount, other.amount);
      const isMore = isNegative(sum) === isNegative(amount);
      [amount, other.amount] = isMore ? [sum, NOTHING] : [NOTHING, sum];
    }
    return { ...each, amount };
  });
  for (const periods of new Set(left.map((each) => each.periods))) {
    const all = sumOf(left.filter((each) => each.periods === periods));
    const now = desk.round(over(all, ratio(periods)), 'half-up');
    const name = `${payPeriodId(desk.period, desk.book.calendar.cadence)}-over-${periods}`;
    desk.post(`spread/${name}`, minus(now, all));
    desk.add('spread', minus(all, now), name);
  }
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
