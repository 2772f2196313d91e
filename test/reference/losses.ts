import type { Book } from '@ledger/calculation';
import { dayBefore, days, isWithin, payPeriodOf, windowOn } from './calendar.ts';
import type { DealPart, Line, PeriodLines } from './caps.ts';
import { isAway } from './counting.ts';
import { type Credit, inOrder } from './credits.ts';
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
import { isRolling, windowId, windowOf } from './windows.ts';

/** What those lose who leave or are away (D209 to D212). */

/** With what deals lose that closed during a leave or after the end (D209, D211). */
export function withLostDeals(book: Book, periods: readonly PeriodLines[]): readonly PeriodLines[] {
  const terms = new Map<string, Credit>();
  for (const { deal, terms: of } of periods.flatMap(({ parts }) => parts))
    if (of.returns === undefined && of.entry.deal !== '' && !terms.has(deal)) terms.set(deal, of);
  const losing = inOrder([...terms.values()]).filter((of) => !isNothing(lostShare(book, of)));
  return periods.map((at) => {
    const more = losing.flatMap((of): Line[] => {
      const own = at.parts.filter(({ deal }) => deal === of.deal);
      const exact = negative(times(lostShare(book, of), total(own.map(({ amount }) => amount))));
      if (isNothing(exact)) return [];
      const { period, periodId } = at;
      const window = windowOf(of, book.calendar.cadence);
      return [
        { component: of.id, period: period.from, periodId, what: 'forfeited', deal: of.deal, window, terms: of, exact },
      ];
    });
    const parts = more.map(({ exact, terms: of }): DealPart => ({ deal: of.deal, terms: of, amount: exact }));
    return { ...at, lines: [...at.lines, ...more], parts: [...at.parts, ...parts] };
  });
}

function lostShare(book: Book, { component, closedOn, plan }: Credit): Ratio {
  if (component.each === 'period') return NOTHING;
  const end = earnsUntil(book);
  const pipeline = leavingRule(book, plan)?.pipeline ?? [];
  if (end === null || closedOn < end || pipeline.length === 0) {
    return component.duringLeave === 'not-paid' && isAway(book, closedOn) ? WHOLE : NOTHING;
  }
  const step = pipeline.find((each) => daysSinceLast(book, closedOn) < each.days);
  return minus(WHOLE, step === undefined ? NOTHING : read(step.pays));
}

/** What is lost of the period or window that the end cuts (D210). */
export function lostOf(
  book: Book,
  component: string,
  periods: readonly PeriodLines[],
  paid: readonly Line[],
): readonly Line[] {
  const lost: Line[] = [];
  for (const { period, periodId } of periods) {
    const now = [...paid, ...lost].filter((line) => line.period <= period.from);
    lost.push(...ofPart(book, component, { period, periodId }, now));
  }
  return lost.filter(({ exact }) => !isNothing(exact));
}

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
