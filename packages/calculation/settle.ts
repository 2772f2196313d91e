import type { Statement, StatementLine, TraceStep } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import { exact, sub, sum, toText } from '@ledger/money';
import { attainmentsOf } from './attainment.ts';
import type { Book, History } from './book.ts';
import { causesDecide, hasTreatments } from './corrections.ts';
import { type Earned, type EarnedLine, earn } from './earn.ts';
import { namingQueries } from './line-queries.ts';
import { periodBounds, periodsFrom, type Span } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { type Cause, frozenBefore, presentBook, type Restated, restate, restateInSum } from './restate.ts';
import { settlementProblems, settlePeriod, settles } from './settlement.ts';
import type { SettledPeriod } from './settling.ts';
import { traceLine } from './trace.ts';
import { brief, given, postedText, signedInWords, sumOf } from './words.ts';

export type Settled =
  | { readonly statement: Statement }
  | { readonly problems: readonly [CalculationProblem, ...CalculationProblem[]] };

/** Deals named one by one in the trace of a correction; the rest are added up. */
const MOST_DEALS = 100;

/**
 * What is due in a period (domain.md §4): its earnings, and one correction for each earlier frozen period, component and cause.
 * A problem with any deal that the statement depends on stops it: ask `'problems' in result` first.
 */
export function settle(history: History, period: string): Settled {
  return settled(history, period, 'told');
}

/** The same without what tells where it comes from: traces of earnings, and attainment. */
export function settleUntold(history: History, period: string): Settled {
  return settled(history, period, 'untold');
}

/**
 * The same for whoever adds up what components come to: what is corrected of an earlier period and component is one line, whatever
 * caused it, which spares a calculation for each cause. `known`: what is known when statements follow that rest on this one.
 */
export function settleInSum(history: History, period: string, known: Book = presentBook(history)): Settled {
  return settled(history, period, hasTreatments(known) || causesDecide(known) ? 'untold' : 'in-sum');
}

type Telling = 'told' | 'untold' | 'in-sum';

function settled(history: History, period: string, telling: Telling): Settled {
  const book = presentBook(history);
  const { to } = periodBounds(period);
  const earned = earn(book, to);
  const [problem, ...more] = earned.problems;
  if (problem !== undefined) return { problems: [problem, ...more] };

  const lines = linesOf(history, book, earned, period, telling);
  const due = settlementOf(history, book, earned, { id: period, ...periodBounds(period) }, lines, telling);
  if ('problems' in due) return due;
  const { participant, currency } = book.participant;
  const all = namingQueries([...lines, ...due.lines], history.queries);
  return {
    statement: {
      period,
      participant,
      currency,
      lines: all,
      attainment: telling === 'told' ? [...attainmentsOf(book, earned, period)] : [],
      ...(due.balances.length === 0 ? {} : { balances: [...due.balances] }),
      total: postedText(sum(all.map(({ amount }) => exact(amount))), currency),
    },
  };
}

/** What is earned and what is corrected. */
function linesOf(
  history: History,
  book: Book,
  earned: Earned,
  period: string,
  telling: Telling,
): readonly StatementLine[] {
  const earnings = (earned.lines.get(period) ?? []).map(telling === 'told' ? earningLine : untoldLine);
  return [...earnings, ...correctionsOf(history, book, earned, period, telling)];
}

const NOTHING = { lines: [], balances: [] } as const;

/**
 * Settles on top of the statements that were posted; those of periods that are still open count as they stand now. Who had no statement
 * when a period was frozen, because nothing was due or nobody knew of them, was paid nothing for it then, whatever is known now.
 */
function settlementOf(
  history: History,
  book: Book,
  earned: Earned,
  period: Span,
  lines: readonly StatementLine[],
  telling: Telling,
): Pick<ReturnType<typeof settlePeriod>, 'lines' | 'balances'> | Extract<Settled, { problems: unknown }> {
  const posted = new Map(history.posted.map(({ statement }) => [statement.period, statement]));
  const last = history.posted.filter(({ statement }) => statement.period < period.id).at(-1);
  if (!settles(book, last?.statement)) return NOTHING;
  const frozen = frozenBefore(history, book, period.from).length;
  const before: SettledPeriod[] = [];
  for (const [at, span] of periodsFrom(book.calendar, book.calendar.firstPeriod, period.to).entries()) {
    const statement = span.id === period.id ? undefined : posted.get(span.id);
    if (statement !== undefined) {
      before.push({ period: span, lines: statement.lines, balances: statement.balances ?? [] });
      continue;
    }
    if (at < frozen) {
      before.push({ period: span, lines: [], balances: before.at(-1)?.balances ?? [] });
      continue;
    }
    const [problem, ...more] = settlementProblems(book, span);
    if (problem !== undefined) return { problems: [problem, ...more] };
    // Why something was earned moves nothing that is settled.
    const own =
      span.id === period.id ? lines : linesOf(history, book, earned, span.id, telling === 'told' ? 'untold' : telling);
    const settled = settlePeriod(book, span, own, before);
    if (span.id === period.id) return settled;
    before.push({ ...settled, lines: [...own, ...settled.lines] });
  }
  return NOTHING;
}

/** Only the first period that is still open carries corrections; a later one would carry them twice. */
function correctionsOf(
  history: History,
  book: Book,
  earned: Earned,
  period: string,
  telling: Telling,
): readonly StatementLine[] {
  const { from } = periodBounds(period);
  const frozen = frozenBefore(history, book, from);
  const isFirstOpen = frozen.length === 0 || frozen.at(-1)?.to === from;
  if (!isFirstOpen) return [];
  const restated = telling === 'in-sum' ? restateInSum : restate;
  return restated(history, earned, frozen, period).flatMap((row) => {
    const lines = row.causes.map((cause) => correctionLine(row, cause));
    const difference = postedText(sub(row.replayed, row.posted), row.currency);
    const total = postedText(sum(lines.map(({ amount }) => exact(amount))), row.currency);
    if (total !== difference) throw new Error(`corrections of ${row.period} add up to ${total}, not ${difference}`);
    return lines;
  });
}

const TOLD = alongside<EarnedLine, StatementLine>();

/** A statement is asked for again and again, and most of its lines stay. */
function earningLine(line: EarnedLine): StatementLine {
  let told = TOLD.get(line);
  if (told === undefined) {
    told = asTold(line, traceLine(line));
    TOLD.set(line, told);
  }
  return told;
}

const UNTOLD: TraceStep = { step: 'untold', says: '', formula: '', inputs: {}, result: '' };

function untoldLine(line: EarnedLine): StatementLine {
  return TOLD.get(line) ?? asTold(line, UNTOLD);
}

function asTold(line: EarnedLine, trace: TraceStep): StatementLine {
  const { component, plan, planVersion, deal, closedOn, amount } = line;
  return {
    kind: 'earning',
    line: line.line,
    component,
    plan,
    planVersion,
    deal,
    closedOn,
    exact: toText(line.exact),
    amount,
    trace,
  };
}

function correctionLine(row: Restated, cause: Cause): StatementLine {
  const { period, component, plan, planVersion, currency } = row;
  const amount = postedText(cause.delta, currency);
  return {
    kind: 'correction',
    line: `${period}/${component}/${cause.event ?? 'unexplained'}`,
    component,
    plan,
    planVersion,
    period,
    cause: cause.event,
    amount,
    trace: correctionTrace(row, cause, amount),
  };
}

function correctionTrace({ period, component, currency }: Restated, cause: Cause, amount: string): TraceStep {
  const named = cause.deals.slice(0, MOST_DEALS);
  const rest = cause.deals.slice(MOST_DEALS);
  const steps: TraceStep[] = named.map(({ name, before, after }, at) => {
    const delta = postedText(sub(after, before), currency);
    const inputs = { before: postedText(before, currency), after: postedText(after, currency) };
    return {
      step: 'deal',
      as: `deal${at + 1}`,
      says: `${name}: ${signedInWords(delta, currency)}.`,
      formula: 'after - before',
      inputs,
      result: delta,
    };
  });
  if (rest.length > 0) {
    const result = postedText(sum(rest.map(({ before, after }) => sub(after, before))), currency);
    const says = `${rest.length} more deals: ${signedInWords(result, currency)}.`;
    steps.push({ step: 'deals', as: 'more', says, ...given('more', exact(result)) });
  }
  return {
    step: 'correction',
    says: brief(`${period}, ${component}: ${signedInWords(amount, currency)}. ${cause.says}`, 2000),
    ...(steps.length === 0 ? given('difference', exact(amount)) : sumOf(steps.flatMap(({ as }) => as ?? []))),
    result: amount,
    ...(cause.event === null ? {} : { events: [cause.event] }),
    ...(steps.length === 0 ? {} : { steps }),
  };
}
