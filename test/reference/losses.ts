import type { Book } from '@ledger/calculation';
import { dayBefore, days, isWithin, payPeriodOf, windowOn } from './calendar.ts';
import type { Line, PeriodLines } from './caps.ts';
import { isAway } from './counting.ts';
import type { Credit } from './credits.ts';
import { daysSinceLast, earnsUntil, leavingRule } from './leaving.ts';
import {
  isNothing,
  isPositive,
  minus,
  NOTHING,
  negative,
  type Ratio,
  ratio,
  read,
  times,
  total,
  WHOLE,
} from './ratio.ts';
import { isRolling, windowId } from './windows.ts';

/** What those lose who leave or are away (D209 to D212). */

export function lostOf(
  book: Book,
  component: string,
  periods: readonly PeriodLines[],
  paid: readonly Line[],
): readonly Line[] {
  const lost: Line[] = [];
  for (const { period, periodId } of periods) {
    const lines = paid.filter((line) => line.period === period.from);
    lost.push(...earnedOn(lines).flatMap((line) => ofDeal(book, line)));
    const now = [...paid, ...lost].filter((line) => line.period <= period.from);
    lost.push(...ofPart(book, component, { period, periodId }, now));
  }
  return lost.filter(({ exact }) => !isNothing(exact));
}

/** What deals earn in a pay period, a group cap taken off. */
function earnedOn(lines: readonly Line[]): readonly Line[] {
  const own = lines.filter(({ what, deal }) => deal !== null && (what === 'deal' || what === 'group-cap'));
  return [...Map.groupBy(own, ({ deal }) => deal).values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const { posted: _, ...line } = first;
    return [{ ...line, exact: total(all.map(({ exact }) => exact)) }];
  });
}

function ofDeal(book: Book, line: Line): readonly Line[] {
  const { component, closedOn, plan } = line.terms;
  const lose = (share: Ratio): Line[] => [{ ...line, what: 'forfeited', exact: negative(times(share, line.exact)) }];
  const end = earnsUntil(book);
  const pipeline = leavingRule(book, plan)?.pipeline ?? [];
  if (end === null || closedOn < end || pipeline.length === 0) {
    return component.duringLeave === 'not-paid' && isAway(book, closedOn) ? lose(WHOLE) : [];
  }
  const step = pipeline.find((each) => daysSinceLast(book, closedOn) < each.days);
  return lose(minus(WHOLE, step === undefined ? NOTHING : read(step.pays)));
}

/** D210. */
function ofPart(
  book: Book,
  id: string,
  at: Pick<PeriodLines, 'period' | 'periodId'>,
  lines: readonly Line[],
): readonly Line[] {
  const { period, periodId } = at;
  const { endsOn } = book.participant;
  const terms = lines.findLast(({ what }) => what !== 'forfeited')?.terms;
  if (endsOn === null || terms === undefined) return [];
  const lastDay = dayBefore(endsOn);
  const rule = leavingRule(book, terms.plan);
  if (rule === undefined || rule.partial === 'paid') return [];
  const { window: kind } = terms.component;
  const ofPeriod = rule.of === 'period' || kind === 'deal' || isRolling(kind);
  const part = ofPeriod ? period : windowOn(lastDay, kind);
  if (part === null || !(part.from < endsOn && endsOn < part.to)) return [];
  const isLast = isWithin(period, lastDay);
  if (!isLast && (ofPeriod || period.from < endsOn || !isWithin(part, period.from))) return [];
  const looked = lines.filter(
    (line) =>
      (isLast ? isWithin(part, line.period) : line.period === period.from) && !isAfter(line.terms, line, endsOn),
  );
  const sum = total(looked.map(({ exact }) => exact));
  if (!isPositive(sum)) return [];
  const gone =
    rule.partial === 'forfeited' ? WHOLE : minus(WHOLE, ratio(days({ from: part.from, to: endsOn }), days(part)));
  const named = ofPeriod
    ? periodId
    : windowId(kind, part, payPeriodOf(lastDay, book.calendar.cadence), book.calendar.cadence);
  return [
    {
      component: id,
      period: period.from,
      periodId,
      what: 'forfeited',
      deal: null,
      window: null,
      of: named,
      terms,
      exact: negative(times(gone, sum)),
    },
  ];
}

function isAfter({ closedOn }: Credit, { deal }: Line, endsOn: string): boolean {
  return deal !== null && closedOn >= endsOn;
}
