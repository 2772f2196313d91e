import type { Book } from '@ledger/calculation';
import { calendarStretch, firstDayOf, type Stretch } from './calendar.ts';
import { hasLeft, payOn } from './clauses.ts';
import { decisionsOf } from './decided.ts';
import { Desk, type Said } from './desk.ts';
import { isPositive, larger, NOTHING, negative, type Ratio, smaller, total } from './ratio.ts';

/** What corrections take back of what was paid, and what of periods of which nothing was paid yet (D127, D128). */

/** D127: whether the sum of a pay period is paid at the end of a longer one. */
export function waits(book: Book, { from, to }: Stretch): boolean {
  const every = payOn(book, to)?.pay?.every ?? 'period';
  return every !== 'period' && calendarStretch(from, every).to !== to && !hasLeft(book, to);
}

/** The same statement without its corrections of what was paid and what is waived or spread of them (D128). */
export function uncorrected({ book, period, before, now, lines }: Desk): Desk {
  const due = now.due.filter(({ corrects }) => corrects === null || isUnpaid(book, before, corrects));
  const desk = new Desk(book, period, before, { due, caused: [], corrections: NOTHING });
  desk.lines.push(...lines.filter(({ line }) => !isGivenBack(book, before, line)));
  return desk;
}

/** Whether a line waives or spreads corrections of what was paid. */
function isGivenBack(book: Book, before: readonly Said[], line: string): boolean {
  if (!/^(waived|spread)\b/.test(line)) return false;
  const corrected = givenBackOf(book, line);
  return corrected === undefined || !isUnpaid(book, before, corrected);
}

/** D128: whether of a period, and of each after it, the sum was taken out to be paid later. */
function isUnpaid(book: Book, before: readonly Said[], period: string): boolean {
  return before
    .filter(({ stretch }) => stretch.from >= firstDayOf(period))
    .every(({ stretch }) => waits(book, stretch));
}

/** D128: the statements whose sums D127 puts into this one, each as it was before D105. */
export function waiting({ book, period, before }: Desk): readonly Desk[] {
  if (waits(book, period)) return [];
  const since = before.findLastIndex(({ stretch }) => !waits(book, stretch)) + 1;
  return before.slice(since).map(({ stretch, due, caused, corrections, settled }, at) => {
    const desk = new Desk(book, stretch, before.slice(0, since + at), { due, caused, corrections });
    desk.lines.push(...settled.filter(({ line }) => /^(adjustment|waived|spread)\b/.test(line)));
    return desk;
  });
}

/** D128: what a statement, and those that wait for it, correct of what was paid, with what of that is waived, or waits. */
export function corrected(desk: Desk): Ratio {
  return total([desk, ...waiting(desk)].map(correctedIn));
}

function correctedIn({ book, before, now, lines }: Desk): Ratio {
  const due = now.due.filter(({ corrects }) => corrects !== null && !isUnpaid(book, before, corrects));
  const given = lines.filter(({ line }) => isGivenBack(book, before, line));
  return total([...due, ...given].map(({ amount }) => amount));
}

/** D128: what is corrected of periods whose statements, and all after them, closed with something carried; no more than that. */
export function neverPaid(desk: Desk): Ratio {
  const { book, before, balances } = desk;
  const carries = (said: Said) => isPositive(said.balances.get('carried') ?? NOTHING);
  const isCarried = (period: string) =>
    before.filter(({ stretch }) => stretch.from >= firstDayOf(period)).every(carries);
  const amounts = [desk, ...waiting(desk)].flatMap((each) => [
    ...each.now.due.filter(
      ({ corrects }) => corrects !== null && !isUnpaid(book, each.before, corrects) && isCarried(corrects),
    ),
    ...each.lines.filter(({ line }) => {
      const period = isGivenBack(book, each.before, line) ? givenBackOf(book, line) : undefined;
      return period !== undefined && isCarried(period);
    }),
  ]);
  const all = negative(total(amounts.map(({ amount }) => amount)));
  return larger(NOTHING, smaller(all, balances.get('carried') ?? NOTHING));
}

/** The period of which a line waives corrections, where it is of one. */
function givenBackOf(book: Book, line: string): string | undefined {
  const [, name, period] = line.split('/');
  const decided = decisionsOf(book, 'waiver').find(({ exception }) => line === `waived/${exception}`)?.terms.period;
  return name === 'policy' ? period : decided;
}
