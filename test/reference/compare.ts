import {
  type Book,
  type CalculationProblem,
  type Change,
  checkPlan,
  earn,
  type History,
  type PostedEntry,
  type Settled,
  settle,
  settleInSum,
} from '@ledger/calculation';
import type { MetricDocument, Statement } from '@ledger/events';
import { UNTOLD } from './causes.ts';
import type { SettledLine } from './desk.ts';
import { type Attainment, attainmentsAt, type Due, dueIn } from './due.ts';
import { earnings, type RoundedLine } from './earnings.ts';
import { Refusal } from './formulas.ts';
import { nameOf } from './line-names.ts';
import { remedied } from './obstacles.ts';
import { isNegative, isNothing, plus, type Ratio, readExact, same, total, WHOLE, write } from './ratio.ts';
import { bookAfter, type Ledger } from './tell.ts';

/** Tells a story to the calculation and to the reference, freezes what each of them says, and lists where they differ. */
export interface Comparison {
  readonly differences: readonly string[];
  /** Statements that both made. */
  readonly statements: readonly Due[];
  /** Code of the refusal that ended the story. */
  readonly refused: string | null;
  /** What is known at the end. */
  readonly book: Book;
  /** What every period should be by then. */
  readonly lines: readonly RoundedLine[];
}

/** Another evaluator in the place of the calculation, for tests of the comparison itself. */
export interface Calculation {
  readonly settle: typeof settle;
  readonly earn: typeof earn;
}

export function compare(ledger: Ledger, calculation: Calculation = { settle, earn }): Comparison {
  const posted: PostedEntry[] = [];
  const statements: Due[] = [];
  let base = ledger.book;
  const asks = asksForCauses(ledger);
  for (const [index, period] of ledger.periods.entries()) {
    const changes: readonly Change[] = index === 0 ? [] : (ledger.later[index - 1] ?? []);
    const book = bookAfter(base, changes);
    const history: History = { base, changes, posted };
    const theirs = calculation.settle(history, period);
    const since = asks ? { base, changes } : undefined;
    const askedOf = (known: Book, changed = since) =>
      attempt(() => ({
        due: dueIn(known, period, statements, changed),
        attainments: attainmentsAt(known, period),
      }));
    const ours = askedOf(book);
    if ('refused' in ours && ours.refused === UNTOLD)
      return { differences: [], statements, refused: null, book, lines: [] };
    if ('refused' in ours || 'problems' in theirs) {
      const refused = 'refused' in ours ? ours.refused : null;
      const problems = (of: typeof theirs) => ('problems' in of ? of.problems : []);
      const differences = refusalDifferences(period, book, problems(theirs), ours, {
        calculation: (known) => problems(calculation.settle({ base: known, changes: [], posted }, period)),
        reference: (known) => askedOf(known),
      });
      return { differences, statements, refused, book, lines: [] };
    }
    const { statement } = theirs;
    const differences = [
      ...statementDifferences(statement, ours.due),
      ...attainmentDifferences(statement, ours.attainments),
      ...inSumDifferences(statement, settleInSum(history, period)),
    ];
    if (differences.length > 0) return { differences, statements, refused: null, book, lines: [] };
    statements.push(ours.due);
    posted.push({ kind: 'posted', asOf: '0', digest: '', statement, event: `frozen ${period}` });
    base = book;
  }
  return { statements, refused: null, book: base, ...everythingEarned(calculation, base) };
}

/** What is added up without its causes must come to the same, with the same balances after it. */
function inSumDifferences(statement: Statement, summed: Settled): readonly string[] {
  if ('problems' in summed) return [`${statement.period}: in sum it is refused`];
  const sums = ({ lines, total: all, balances }: Statement) => {
    const groups = Map.groupBy(lines, (line) =>
      line.kind === 'settlement' ? line.step : `${line.kind === 'earning' ? '' : line.period}/${line.component}`,
    );
    const amounts = [...groups].map(([of, own]) => [of, write(total(own.map(({ amount }) => readExact(amount))))]);
    return JSON.stringify([amounts.filter(([, amount]) => amount !== '0').sort(), all, balances]);
  };
  const [told, untold] = [sums(statement), sums(summed.statement)];
  return told === untold ? [] : [`${statement.period}: in sum ${untold}, line by line ${told}`];
}

/** Whether it matters what caused corrections, or which deals they are about. */
function asksForCauses({ book, later }: Ledger): boolean {
  const entries = [...(book.exceptions?.values() ?? []), ...later.flat().map(({ entry }) => entry)];
  const asks = entries.some((entry) => {
    if (entry.kind === 'corrections') return true;
    if (entry.kind !== 'exception') return false;
    const { terms } = entry;
    return terms.kind === 'hold' ? terms.deal !== null || terms.line !== undefined : 'cause' in terms;
  });
  return asks || book.corrections !== undefined;
}

/** What the check of plans has against a drawn plan: nothing, or the draw is wrong. */
export function publicationProblems({ documents }: Ledger): readonly string[] {
  const metrics = new Map(documents.metrics.map((each): [string, MetricDocument] => [each.metric, each]));
  return documents.plans.flatMap((plan) => checkPlan(plan, metrics).problems.map(({ message }) => message));
}

type Attempt<T> = T | { readonly refused: string; readonly says: string };

function attempt<T>(question: () => T): Attempt<T> {
  try {
    return question();
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.code, says: error.message };
    throw error;
  }
}

/** The same question about another book. */
interface Again {
  readonly calculation: (book: Book) => readonly CalculationProblem[];
  readonly reference: (book: Book) => Attempt<object>;
}

/** Where at least one of them refuses: both must, and each must know what the other one names. */
function refusalDifferences(
  where: string,
  book: Book,
  problems: readonly CalculationProblem[],
  ours: Attempt<object>,
  again: Again,
): readonly string[] {
  const codes = codesOf(problems);
  if (!('refused' in ours)) {
    return [`${where}: the reference does not refuse: ${problems.map(({ message }) => message).join(' ')}`];
  }
  if (codes.length === 0) return [`${where}: the calculation does not refuse: ${ours.refused} ${ours.says}`];
  if (codes.includes(ours.refused)) return [];
  const [withoutOurs, withoutTheirs] = [remedied(book, [ours.refused]), remedied(book, codes)];
  if (withoutOurs !== null && withoutTheirs !== null) {
    const other = again.reference(withoutOurs);
    const left = codesOf(again.calculation(withoutTheirs));
    if ('refused' in other && codes.includes(other.refused) && left.includes(ours.refused)) return [];
  }
  return [`${where}: refused as ${codes.join(', ')}, by the reference as ${ours.refused}`];
}

function codesOf(problems: readonly CalculationProblem[]): readonly string[] {
  return [...new Set(problems.map(({ code }) => code))];
}

interface Comparable {
  readonly name: string;
  readonly values: readonly Ratio[];
}

/** Lists of named numbers, in order; what is nothing on one side need not be there on the other. */
function listDifferences(where: string, theirs: readonly Comparable[], ours: readonly Comparable[]): readonly string[] {
  const shown = (list: readonly Comparable[]) =>
    list
      .filter(({ values }) => !values.every(isNothing))
      .map(({ name, values }) => `${name} = ${values.map(write).join(' posted as ')}`);
  const [left, right] = [shown(theirs), shown(ours)];
  if (left.length === right.length && left.every((text, index) => text === right[index])) return [];
  const only = (list: readonly string[], other: readonly string[]) => list.filter((text) => !other.includes(text));
  const [calculated, referred] = [only(left, right), only(right, left)];
  if (calculated.length + referred.length === 0) return [`${where}: the same in another order: ${left.join('; ')}`];
  return [`${where}\n    calculation: ${calculated.join('; ') || '–'}\n    reference:   ${referred.join('; ') || '–'}`];
}

function statementDifferences(statement: Statement, due: Due): readonly string[] {
  const { period } = due;
  const lines = statement.lines.flatMap((line): Comparable[] =>
    line.kind === 'earning'
      ? [{ name: unnumbered(line.line), values: [readExact(line.exact), readExact(line.amount)] }]
      : [],
  );
  const corrections = new Map<string, Ratio>();
  for (const line of statement.lines) {
    if (line.kind !== 'correction') continue;
    const name = `${line.period} ${line.component}`;
    corrections.set(name, plus(corrections.get(name) ?? total([]), readExact(line.amount)));
  }
  const names = statement.lines.flatMap((line) => (line.kind === 'correction' ? [] : [line.line]));
  const twice = names.filter((name, at) => names.indexOf(name) < at);
  return [
    ...(twice.length === 0 ? [] : [`two lines of ${period} have one name: ${twice.join(', ')}`]),
    ...listDifferences(`lines of ${period}`, lines, due.lines.map(lineOf)),
    ...listDifferences(
      `corrections in ${period}`,
      byName([...corrections].map(([name, amount]) => ({ name, values: [amount] }))),
      byName(due.corrections.map((each) => ({ name: `${each.period} ${each.component}`, values: [each.amount] }))),
    ),
    ...listDifferences(`settlement of ${period}`, settlementOf(statement), byName(due.said.settled.map(settledOf))),
    ...listDifferences(
      `balances of ${period}`,
      byName(
        (statement.balances ?? []).map(({ balance, of, closing }) => ({
          name: of === null ? balance : `${balance} ${of}`,
          values: [readExact(closing)],
        })),
      ),
      byName([...due.said.balances].map(([name, value]) => ({ name, values: [value] }))),
    ),
    ...(same(readExact(statement.total), due.total)
      ? []
      : [`total of ${period}: ${statement.total}, not ${write(due.total)}`]),
  ];
}

function settlementOf(statement: Statement): readonly Comparable[] {
  const lines = statement.lines.flatMap((line) => (line.kind === 'settlement' ? [line] : []));
  return byName(lines.map(({ line, amount }) => settledOf({ line, amount: readExact(amount) })));
}

function settledOf({ line, amount }: SettledLine): Comparable {
  // That the law is named counts, though it comes to nothing.
  return { name: line, values: line.startsWith('law/') ? [plus(amount, WHOLE)] : [amount] };
}

/** Of lines for several returns of a deal in one period, all but the first have a number. */
function unnumbered(line: string): string {
  return line.replace(/(\/returned-credit\/.+)~[0-9]+$/, '$1');
}

function lineOf(line: RoundedLine): Comparable {
  return { name: nameOf(line), values: [line.exact, line.amount] };
}

function attainmentDifferences(statement: Statement, attainments: readonly Attainment[]): readonly string[] {
  const readOr = (text: string | null) => (text === null ? null : readExact(text));
  const theirs = statement.attainment.map(({ credited, quota, attainment, ...names }) =>
    attainmentOf(names, readExact(credited), readOr(quota), readOr(attainment)),
  );
  const ours = attainments.map(({ credited, quota, attainment, ...names }) =>
    attainmentOf(names, credited, quota, attainment),
  );
  return listDifferences(`attainment in ${statement.period}`, byName(theirs), byName(ours));
}

/** Windows in which nothing was measured need not be listed, and nothing is said of attainment of a target below 0. */
function attainmentOf(
  { component, metric, window, unit }: Pick<Attainment, 'component' | 'metric' | 'window' | 'unit'>,
  credited: Ratio,
  quota: Ratio | null,
  attainment: Ratio | null,
): Comparable {
  const parts = quota === null || isNegative(quota) ? [] : [quota, ...(attainment === null ? [] : [attainment])];
  return { name: [component, metric, window, unit].join(' '), values: isNothing(credited) ? [] : [credited, ...parts] };
}

function byName(list: readonly Comparable[]): readonly Comparable[] {
  const text = ({ name, values }: Comparable) => `${name} ${values.map(write).join(' ')}`;
  return [...list].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

/** Drawn deals have closed by then. */
export const END = '2026-07-01';

/** All periods at once, frozen ones included, and some beyond: what they should be under the book as it is. */
function everythingEarned(
  calculation: Pick<Calculation, 'earn'>,
  book: Book,
): Pick<Comparison, 'differences' | 'lines'> {
  const ours = attempt(() => ({ lines: earnings(book, END) }));
  const theirs = calculation.earn(book, END);
  if ('refused' in ours || theirs.problems.length > 0) {
    const differences = refusalDifferences(`up to ${END}`, book, theirs.problems, ours, {
      calculation: (known) => calculation.earn(known, END).problems,
      reference: (known) => attempt(() => ({ lines: earnings(known, END) })),
    });
    return { differences, lines: [] };
  }
  const name = (period: string, { name: line, values }: Comparable) => ({ name: `${period} ${line}`, values });
  const earned = [...theirs.lines].flatMap(([period, lines]) =>
    lines.map((line) =>
      name(period, { name: unnumbered(line.line), values: [exactOf(line.exact), readExact(line.amount)] }),
    ),
  );
  const referred = ours.lines.map((line) => name(line.periodId, lineOf(line)));
  return { differences: listDifferences(`earned before ${END}`, byName(earned), byName(referred)), lines: ours.lines };
}

function exactOf({ n, d }: { readonly n: bigint; readonly d: bigint }): Ratio {
  return readExact(`${n}/${d}`);
}
