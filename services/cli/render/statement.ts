import type { AttainmentAnswer, StatementAnswer, StatementState } from '@ledger/application';
import type { AttainmentResult, Balance, StatementLine } from '@ledger/events';
import { abs, add, cmp, exact, minorUnits, toDecimalText, ZERO } from '@ledger/money';
import { counted, forPeople, grouped, percentage, signed, table, wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** How many lines of a component are shown unless all are asked for. */
const SHOWN = 3;

/** A statement as its participant reads it: attainment, what each component yields, corrections, total. */
export function renderStatement(
  paint: Paint,
  answer: StatementAnswer,
  name: string | null,
  all: boolean,
  width: number,
): string {
  const { statement, state } = answer;
  const { currency } = statement;
  const who = name === null ? statement.participant : `${name} (${statement.participant})`;
  const stamp = stampOf(paint, state, answer.asOf, answer.digest);
  const parts = [`${paint.bold(`Statement of ${who} for ${statement.period}`)}\n  ${stamp}\n`];
  if (statement.attainment.length > 0)
    parts.push(attainmentTable([{ participant: '', results: statement.attainment }]));

  const earnings = statement.lines.filter((line) => line.kind === 'earning');
  const corrections = statement.lines.filter((line) => line.kind === 'correction');
  const rows: string[][] = [];
  for (const component of new Set(earnings.map((line) => line.component))) {
    const lines = earnings.filter((line) => line.component === component);
    const [one] = lines;
    rows.push([`${component} (plan ${one?.plan})`, countOf(lines), grouped(total(lines, currency))]);
    const listed = all ? lines : largest(lines);
    for (const line of listed) {
      rows.push([
        `  ${line.line.slice(component.length + 1)}`,
        [line.closedOn === null ? '' : `closed ${line.closedOn}`, queriesOf(line)]
          .filter((part) => part !== '')
          .join(', '),
        grouped(line.amount),
      ]);
    }
    const rest = lines.filter((line) => !listed.includes(line));
    if (rest.length > 0) rows.push([`  ${rest.length} more`, '', grouped(total(rest, currency))]);
  }
  for (const line of corrections)
    rows.push([`correction of ${line.period}, ${line.component}`, queriesOf(line), signed(line.amount)]);
  for (const line of statement.lines) {
    if (line.kind === 'settlement') rows.push([`${line.step}: ${line.line}`, queriesOf(line), signed(line.amount)]);
  }
  rows.push([paint.bold('total'), '', paint.bold(`${currency} ${grouped(statement.total)}`)]);
  parts.push(table([{ title: '' }, { title: '' }, { title: 'amount', right: true }], rows));
  for (const line of statement.lines) {
    if (line.kind !== 'settlement') continue;
    parts.push(`  ${wrapped(`${signed(line.amount)}: ${line.trace.says}`, width - 4, '    ')}\n`);
  }
  if (statement.balances !== undefined) parts.push(balancesTable(statement.balances));
  for (const line of corrections)
    parts.push(`  ${wrapped(`${signed(line.amount)}: ${line.trace.says}`, width - 4, '    ')}\n`);
  return parts.join('');
}

/** Deals, where each of them has the one line that it earned; otherwise lines, as of what is held or taken back. */
function countOf(lines: readonly Extract<StatementLine, { kind: 'earning' }>[]): string {
  const isDeals = lines.every(({ line, component, deal }) => line === `${component}/${deal}`);
  return counted(lines.length, isDeals ? 'deal' : 'line');
}

/** What a statement is: computed as of a position, or history. */
export function stampOf(paint: Paint, state: StatementState, asOf: string, digest: string | null): string {
  switch (state) {
    case 'frozen':
      return `${paint.cyan('FROZEN')} as of position ${asOf}, digest ${digest?.slice(0, 16)}`;
    case 'freezing':
      return `${paint.yellow('FREEZING')} as of position ${asOf}: it will be written as it is`;
    case 'open':
      return `${paint.yellow('OPEN')} as of position ${asOf}`;
    default:
      return state satisfies never;
  }
}

/** Queries that the line answers. */
function queriesOf({ queries = [] }: StatementLine): string {
  return queries.length === 0 ? '' : `query ${queries.join(', ')}`;
}

/** What is carried from statement to statement. */
function balancesTable(balances: readonly Balance[]): string {
  const rows = balances.map(({ balance, of, opening, change, closing }) => [
    of === null ? balance : `${balance}, ${of}`,
    grouped(opening),
    signed(change),
    grouped(closing),
  ]);
  const right = (title: string) => ({ title, right: true });
  return table([{ title: 'balance' }, right('before'), right('change'), right('after')], rows);
}

function total(lines: readonly StatementLine[], currency: string): string {
  const sum = lines.reduce((running, line) => add(running, exact(line.amount)), ZERO);
  return toDecimalText(sum, minorUnits(currency), 'half-up');
}

function largest<Line extends StatementLine>(lines: readonly Line[]): readonly Line[] {
  return [...lines].sort((a, b) => cmp(abs(exact(b.amount)), abs(exact(a.amount)))).slice(0, SHOWN);
}

function attainmentTable(
  participants: readonly { readonly participant: string; readonly results: readonly AttainmentResult[] }[],
): string {
  const rows = participants.flatMap(({ participant, results }) =>
    results.map((result) => [
      participant,
      isAlone(result, results) ? result.metric : `${result.metric}, ${result.component}`,
      result.window,
      forPeople(result.credited, result.unit),
      result.quota === null ? 'no quota' : forPeople(result.quota, result.unit),
      result.unit,
      result.attainment === null ? '–' : percentage(result.attainment),
    ]),
  );
  const columns = [
    { title: '' },
    { title: 'metric' },
    { title: 'window' },
    { title: 'credited', right: true },
    { title: 'quota', right: true },
    { title: '' },
    { title: 'attained', right: true },
  ];
  const withWho = participants.some(({ participant }) => participant !== '');
  return table(withWho ? columns : columns.slice(1), withWho ? rows : rows.map((row) => row.slice(1)));
}

/** Whether no other component measures the same in the same window, as one's own and the team's. */
function isAlone({ metric, window }: AttainmentResult, all: readonly AttainmentResult[]): boolean {
  return all.filter((each) => each.metric === metric && each.window === window).length === 1;
}

export function renderAttainment(paint: Paint, answer: AttainmentAnswer): string {
  return [
    `${paint.bold(`Attainment for ${answer.period}`)}, as of position ${answer.asOf}\n`,
    attainmentTable(answer.participants),
  ].join('');
}
