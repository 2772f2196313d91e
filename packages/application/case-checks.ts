import type { Expectation, ExpectedLine, ExpectedNumber } from '@ledger/connectors';
import type { AttainmentResult, Balance, StatementLine, TraceStep } from '@ledger/events';
import { isProblem, type Problem } from '@ledger/kernel';
import {
  add,
  div,
  type Exact,
  equal,
  exact,
  fraction,
  fromText,
  mul,
  toDecimalText,
  toText,
  ZERO,
} from '@ledger/money';
import { releaseLines, releaseSums } from './case-release.ts';
import { dealsOf } from './deals.ts';
import { participantEntry } from './entries.ts';
import type { Ledger } from './ledger.ts';
import { attainmentOf, type Explanation, type StatementAnswer, statementOf } from './statements.ts';

/** Something that is not as the case says. */
export interface Failure {
  /** Line of the file that says it. */
  readonly line: number;
  /** `statement of ada for 2026-Q1`. */
  readonly what: string;
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
  /** The lines that are wrong, with their traces. */
  readonly explained: readonly Explanation[];
}
type Difference = Omit<Failure, 'line' | 'what'>;

/** Lines whose traces are shown where a sum of them is wrong. */
const MOST_EXPLAINED = 3;

/** What a case asks of its ledger when all has been recorded. Statements are computed once, however often they are asked for. */
export interface Answers {
  readonly ledger: Ledger;
  statement(of: { participant: string; period: string; asOf: string | null }): Promise<StatementAnswer | Problem>;
}

export function answersOf(ledger: Ledger, instantOf: (asOf: string) => string | undefined): Answers {
  const known = new Map<string, Promise<StatementAnswer | Problem>>();
  return {
    ledger,
    statement({ participant, period, asOf }) {
      const key = `${participant} ${period} ${asOf}`;
      const found =
        known.get(key) ??
        statementOf(ledger, { participant, period, asOf: asOf === null ? undefined : instantOf(asOf) });
      known.set(key, found);
      return found;
    },
  };
}

export async function check(
  answers: Answers,
  expectation: Expectation,
  instantOf: (asOf: string) => string | undefined,
): Promise<readonly Failure[]> {
  const { line, says: what } = expectation;
  const differences = await differencesIn(answers, expectation, instantOf);
  return differences.map((each) => ({ line, what, ...each }));
}

async function differencesIn(
  answers: Answers,
  expectation: Expectation,
  instantOf: (asOf: string) => string | undefined,
): Promise<readonly Difference[]> {
  const { asOf } = expectation;
  const at = { asOf: asOf === null ? undefined : instantOf(asOf) };
  switch (expectation.of) {
    case 'statement': {
      const answer = await answers.statement(expectation);
      const refused = refusalOf(answer, expectation.refused);
      if (refused !== undefined || isProblem(answer)) return refused ?? [];
      return inStatement(answer, expectation, await whyBare(answers.ledger, answer, expectation.participant));
    }
    case 'corrections': {
      const answer = await answers.statement(expectation);
      const refused = refusalOf(answer, null);
      return refused ?? (isProblem(answer) ? [] : inCorrections(answer, expectation));
    }
    case 'trace': {
      const answer = await answers.statement(expectation);
      const refused = refusalOf(answer, null);
      return refused ?? (isProblem(answer) ? [] : inLine(answer, expectation.expected, 'line'));
    }
    case 'attainment': {
      const { participant, period } = expectation;
      const answer = await attainmentOf(answers.ledger, { participant, period, ...at });
      const own = isProblem(answer) ? undefined : answer.participants[0];
      const [first, ...more] = isProblem(answer) ? [answer] : (own?.problems ?? []);
      const problem = first === undefined || more.length === 0 ? first : { ...first, errors: [first, ...more] };
      return refusalOf(problem, expectation.refused) ?? inAttainment(own?.results ?? [], expectation);
    }
    case 'credits': {
      const [first] = expectation.shares;
      const answer = await dealsOf(answers.ledger, { participant: first?.participant, ...at });
      if (isProblem(answer)) return refusalOf(answer, null) ?? [];
      const found = answer.deals.find(({ source, deal }) => `${source}.${deal}` === expectation.deal);
      const actual = new Map<string, Exact>();
      for (const { participant, share } of found?.credits ?? []) {
        actual.set(participant, add(actual.get(participant) ?? ZERO, fromText(share)));
      }
      const named = new Map(expectation.shares.map(({ participant, share }) => [participant, share]));
      const shares = [...new Set([...named.keys(), ...actual.keys()])].flatMap((participant) => {
        const expected = named.get(participant) ?? NO_SHARE;
        return differs(`share of ${participant}`, expected, actual.get(participant) ?? ZERO);
      });
      const rules = expectation.rules.flatMap(({ participant, rule: expected }) => {
        const all = found?.credits.flatMap((credit) =>
          credit.participant === participant ? (credit.rules ?? []) : [],
        );
        const made = (all ?? []).map((name) => name.replace(/^[^/]*\/(.*)@[0-9]+$/, '$1'));
        if (made.includes(expected)) return [];
        return [{ field: `rule of ${participant}`, expected, actual: made.join(', ') || 'none', explained: [] }];
      });
      return [...shares, ...rules];
    }
    default:
      return expectation satisfies never;
  }
}

const NO_SHARE: ExpectedNumber = { text: '0%', decimals: null, percent: true, value: '0' };

/** `undefined`: an answer was expected, and it is one. */
function refusalOf(answer: unknown, expected: string | null): readonly Difference[] | undefined {
  if (!isProblem(answer)) {
    if (expected === null) return undefined;
    return [{ field: 'refused', expected, actual: 'there is an answer', explained: [] }];
  }
  if (expected !== null && codesOf(answer).includes(expected)) return [];
  return [{ field: 'refused', expected: expected ?? 'an answer', actual: inWords(answer), explained: [] }];
}

export function codesOf(problem: Problem): readonly string[] {
  return [problem.code, ...(problem.errors ?? []).flatMap(codesOf)];
}

export function inWords(problem: Problem): string {
  const all = problem.errors === undefined || problem.errors.length === 0 ? [problem] : problem.errors;
  return all.map(({ code, message }) => `error[${code}]: ${message}`).join('\n');
}

type Of<K extends Expectation['of']> = Extract<Expectation, { readonly of: K }>;

/** Where a statement has no line at all: what to look at. */
async function whyBare(ledger: Ledger, { statement }: StatementAnswer, participant: string): Promise<string> {
  if (statement.lines.length > 0) return '';
  const assigned = (await participantEntry(ledger, participant))?.assignments ?? [];
  return assigned.length > 0
    ? ': the statement has no line; look at the period, the name and the day of closing'
    : `: ${participant} earns under no plan; where there are several, write assign: { ${participant}: … }`;
}

function inStatement(answer: StatementAnswer, expected: Of<'statement'>, bare: string): readonly Difference[] {
  const { statement, state } = answer;
  const differences: Difference[] = [];
  if (expected.state !== null && expected.state !== state) {
    differences.push({ field: 'state', expected: expected.state, actual: state, explained: [] });
  }
  if (expected.currency !== null && expected.currency !== statement.currency) {
    const { currency } = statement;
    differences.push({ field: 'currency', expected: expected.currency, actual: currency, explained: [] });
  }
  for (const { component, amount } of expected.components) {
    const own = statement.lines.filter((line) => line.kind === 'earning' && line.component === component);
    const wrong = differs(`component ${component}`, amount, totalOf(own), explained(answer, own));
    differences.push(...(own.length > 0 ? wrong : wrong.map((each) => ({ ...each, actual: noneOf(statement.lines) }))));
  }
  for (const [index, line] of expected.lines.entries()) differences.push(...inLine(answer, line, `line #${index + 1}`));
  for (const { name, amount } of expected.balances) {
    differences.push(...differs(`balance ${name}`, amount, closing(statement.balances ?? [], name)));
  }
  for (const each of expected.release) {
    const own = releaseLines(statement.lines, each);
    for (const { field, number, amount } of releaseSums(own, each)) {
      differences.push(...differs(field, number, amount, explained(answer, own)));
    }
  }
  if (expected.lineCount !== null && expected.lineCount !== statement.lines.length) {
    const actual = `${statement.lines.length}: ${namesOf(statement.lines)}`;
    differences.push({ field: 'line-count', expected: String(expected.lineCount), actual, explained: [] });
  }
  if (expected.total !== null) {
    const known = differences.some((difference) => difference.explained.length > 0);
    const traces = known ? [] : explained(answer, statement.lines);
    const total = differs('total', expected.total, exact(statement.total), traces);
    differences.unshift(...total.map((each) => ({ ...each, actual: `${each.actual}${bare}` })));
  }
  return differences;
}

/** Where a component has no line, perhaps it has another name. */
function noneOf(lines: readonly StatementLine[]): string {
  const known = [...new Set(lines.filter(({ kind }) => kind === 'earning').map(({ component }) => component))];
  return `0: it has no line${known.length === 0 ? '' : `; there are lines of ${known.join(', ')}`}`;
}

/** `owed/ramp`: of one draw; `owed`: of all of them. */
function closing(balances: readonly Balance[], name: string): Exact {
  const [kind, of] = name.split('/');
  const own = balances.filter((each) => each.balance === kind && (of === undefined || each.of === of));
  return own.reduce((total, each) => add(total, exact(each.closing)), ZERO);
}

function inCorrections(answer: StatementAnswer, expected: Of<'corrections'>): readonly Difference[] {
  const own = answer.statement.lines.filter(
    (line) =>
      line.kind === 'correction' &&
      (expected.earlier === null || line.period === expected.earlier) &&
      (expected.component === null || line.component === expected.component),
  );
  const wrong = differs('amount', expected.amount, totalOf(own), explained(answer, own));
  const unsaid = expected.through.filter((text) => !own.some(({ trace }) => goesThrough(trace, text)));
  return [...wrong, ...unsaid.map((text) => notSaid(text, explained(answer, own)))];
}

/** The one line that is described: its amounts, and what its trace says. */
function inLine(answer: StatementAnswer, expected: ExpectedLine, field: string): readonly Difference[] {
  const fitting = answer.statement.lines.filter((line) => fits(line, expected));
  // Of several lines about a deal the one of the deal itself is meant.
  const itself = fitting.filter(
    ({ line, component }) => expected.step === null && line === `${component}/${expected.deal}`,
  );
  const found = itself.length === 1 && fitting.every(({ kind }) => kind === 'earning') ? itself : fitting;
  const [line, ...others] = found;
  const name = `${field}${description(expected)}`;
  if (line === undefined) {
    // A deal that yields nothing may have no line.
    const isNone = (number: ExpectedNumber | null) => number === null || equal(exactOf(number), ZERO);
    const asksAmount = expected.amount !== null || expected.exact !== null;
    if (asksAmount && isNone(expected.amount) && isNone(expected.exact) && expected.through.length === 0) return [];
    const actual = `no such line; there are: ${namesOf(answer.statement.lines)}`;
    return [{ field: name, expected: expected.amount?.text ?? 'a line', actual, explained: [] }];
  }
  if (others.length > 0) {
    const actual = `${found.length} lines fit: ${namesOf(found)}; say which`;
    return [{ field: name, expected: 'one line', actual, explained: [] }];
  }
  const traces = explained(answer, [line]);
  const before = 'exact' in line ? fromText(line.exact) : fromText(line.amount);
  const wrong = [
    ...(expected.amount === null ? [] : differs(name, expected.amount, exact(line.amount), traces)),
    ...(expected.exact === null ? [] : differs(`${name}, exact`, expected.exact, before, traces)),
  ];
  const unsaid = expected.through.filter((text) => !goesThrough(line.trace, text));
  return [...wrong, ...unsaid.map((text) => ({ ...notSaid(text, traces), field: `${name}, through` }))];
}

function fits(line: StatementLine, expected: ExpectedLine): boolean {
  const deal = line.kind === 'earning' ? (line.deal ?? dealNamed(line, expected) ?? 'none') : 'none';
  return (
    (expected.component === null || line.component === expected.component) &&
    (expected.deal === null || deal === expected.deal) &&
    (expected.kind === null || line.kind === expected.kind) &&
    (expected.of === null || (line.kind === 'correction' && line.period === expected.of)) &&
    (expected.step === null || isAt(line.trace, expected.step))
  );
}

/** Whether a line's trace begins with a step, or has it as its next. */
function isAt({ step, steps }: TraceStep, expected: string): boolean {
  return step === expected || (steps ?? []).some((inner) => inner.step === expected);
}

/** What is removed of one deal is a line about that deal: `step` and `deal` together say which. */
function dealNamed({ line }: StatementLine, { step, deal }: ExpectedLine): string | undefined {
  return step !== null && deal !== null && line.endsWith(`/${step}/${deal}`) ? deal : undefined;
}

function description({ component, deal, kind, of, step }: ExpectedLine): string {
  const words = [component, deal, kind, of === null ? null : `of ${of}`, step].filter((word) => word !== null);
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function inAttainment(results: readonly AttainmentResult[], expected: Of<'attainment'>): readonly Difference[] {
  const fitting = results.filter(
    (result) =>
      (expected.metric === null || result.metric === expected.metric) &&
      (expected.component === null || result.component === expected.component) &&
      (expected.window === null || result.window === expected.window),
  );
  // Components that measure the same in the same window say the same.
  const distinct = [...new Map(fitting.map((each) => [saysOf(each), each])).values()];
  const [result, ...others] = distinct;
  if (result === undefined || others.length > 0) {
    const list = (result === undefined ? results : distinct).map(
      (each) => `${each.component}: ${each.metric} in ${each.window}, ${each.attainment ?? 'no quota'}`,
    );
    const actual = `${result === undefined ? 'nothing like it is measured' : 'several are'}: ${list.join('; ') || 'nothing'}`;
    return [{ field: 'attainment', expected: 'one result', actual, explained: [] }];
  }
  const differences: Difference[] = [];
  const { is, credited, quota } = expected;
  if (is === 'none') {
    if (result.attainment !== null)
      differences.push({ field: 'is', expected: is, actual: result.attainment, explained: [] });
  } else if (is !== null) differences.push(...orNone('is', is, result.attainment));
  if (credited !== null) differences.push(...differs('credited', credited, fromText(result.credited)));
  if (quota !== null) differences.push(...orNone('quota', quota, result.quota));
  return differences;
}

function saysOf({ metric, window, credited, quota }: AttainmentResult): string {
  return `${metric} ${window} ${credited} ${quota}`;
}

function orNone(field: string, expected: ExpectedNumber, actual: string | null): readonly Difference[] {
  if (actual !== null) return differs(field, expected, fromText(actual));
  return [{ field, expected: expected.text, actual: 'none: there is no quota', explained: [] }];
}

const HUNDRED = fraction(100n, 1n);

function exactOf({ value, percent }: ExpectedNumber): Exact {
  return percent ? div(fromText(value), HUNDRED) : fromText(value);
}

function differs(
  field: string,
  expected: ExpectedNumber,
  actual: Exact,
  traces: readonly Explanation[] = [],
): readonly Difference[] {
  const scaled = expected.percent ? mul(actual, HUNDRED) : actual;
  const compared = expected.decimals === null ? scaled : fromText(toDecimalText(scaled, expected.decimals, 'half-up'));
  if (equal(compared, fromText(expected.value))) return [];
  const actualText = shown(scaled, expected);
  // 120 for 120%: the shares of a case are written with their sign.
  const isShare = !expected.percent && field === 'is' && equal(mul(actual, HUNDRED), fromText(expected.value));
  const told = isShare ? `${actualText}, which is ${expected.value}%` : actualText;
  return [{ field, expected: expected.text, actual: told, explained: traces }];
}

/** As the expected number is written, and exact beside it where that is not exact. */
function shown(actual: Exact, { text, value, percent }: ExpectedNumber): string {
  const full = toText(actual);
  const sign = percent ? '%' : '';
  const decimals = Math.max((value.split('.')[1] ?? '').length, percent ? 2 : 0);
  if (full.includes('/')) {
    return text.includes('/')
      ? full
      : `≈ ${toDecimalText(actual, Math.max(decimals, 2), 'half-up')}${sign} (${full}${sign})`;
  }
  const padded = toDecimalText(actual, decimals, 'half-up');
  return `${!percent && equal(fromText(padded), actual) ? padded : full}${sign}`;
}

function totalOf(lines: readonly StatementLine[]): Exact {
  return lines.reduce((total, line) => add(total, exact(line.amount)), ZERO);
}

function explained(
  { state, asOf, statement }: StatementAnswer,
  lines: readonly StatementLine[],
): readonly Explanation[] {
  const { participant, period, currency } = statement;
  return lines.slice(0, MOST_EXPLAINED).map((line) => ({ state, asOf, participant, period, currency, line }));
}

function namesOf(lines: readonly StatementLine[]): string {
  const named = lines.slice(0, 10).map(({ line, amount }) => `${line} ${amount}`);
  const rest = lines.length > named.length ? [`${lines.length - named.length} more`] : [];
  return [...named, ...rest].join(', ') || 'none';
}

function notSaid(text: string, traces: readonly Explanation[]): Difference {
  return { field: 'through', expected: text, actual: 'no step says it', explained: traces };
}

/** Whether a step of a trace says the text, whatever the case of its letters and its spaces. */
function goesThrough(step: TraceStep, text: string): boolean {
  const wanted = plain(text);
  const said = [step.step, step.says, step.formula ?? '', step.result ?? ''];
  return (
    said.some((each) => plain(each).includes(wanted)) || (step.steps ?? []).some((inner) => goesThrough(inner, text))
  );
}

function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(' %', '%').toLowerCase().trim();
}
