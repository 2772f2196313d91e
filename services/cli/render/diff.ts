import type { Diff, DiffOfPeriod, MovingEvent } from '@ledger/application';
import { grouped, signed, table, wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** Statements at two moments, and what moved them in between. */
export function renderDiff(paint: Paint, { from, to, participants }: Diff, columns: number): string {
  const parts = [`${paint.bold(`From position ${from} to position ${to}`)}\n`];
  if (participants.length === 0) parts.push('  no statement is another one\n');
  for (const { participant, currency, periods } of participants) {
    for (const each of periods) {
      parts.push(`${paint.bold(`${participant}, ${each.period}`)}\n`, periodText(paint, each, currency, columns));
    }
  }
  return parts.join('');
}

function periodText(paint: Paint, diff: DiffOfPeriod, currency: string, columns: number): string {
  const { before, after, difference, components, events } = diff;
  const rows = components.map((each) => [
    each.component,
    grouped(each.before),
    grouped(each.after),
    signed(each.difference),
  ]);
  const amount = ({ total, problem }: DiffOfPeriod['before']) =>
    problem === null ? grouped(total ?? '') : problem.code;
  rows.push([`total ${currency}`, amount(before), amount(after), difference === null ? '' : signed(difference)]);
  const amounts = [
    { title: '' },
    { title: before.state, right: true },
    { title: after.state, right: true },
    { title: 'difference', right: true },
  ];
  const failing = [before.problem, after.problem].flatMap((problem) => (problem === null ? [] : [problem]));
  return [
    table(amounts, rows),
    ...failing.map(({ code, message }) => `  ${paint.red(code)}: ${wrapped(message, columns - 4, '    ')}\n`),
    ...events.map((event) => eventText(paint, event, columns)),
  ].join('');
}

function eventText(paint: Paint, event: MovingEvent, columns: number): string {
  const { difference, components, says, letIn, position, recordedAt, actor, type } = event;
  const amount = difference === null ? paint.red('cannot be computed') : paint.bold(signed(difference));
  const parts = components.map((each) => `${each.component} ${signed(each.difference)}`).join(', ');
  const of = components.length > 1 || (components.length === 1 && components[0]?.difference !== difference);
  return [
    `  ${amount}  at ${position}, ${recordedAt.slice(0, 10)}, ${type} by ${actor.id} (${actor.role})\n`,
    `    ${wrapped(says, columns - 4, '    ')}\n`,
    letIn === null ? '' : `    ${wrapped(`counts here since ${letIn.position}: ${letIn.says}`, columns - 4, '    ')}\n`,
    of ? `    ${wrapped(parts, columns - 4, '    ')}\n` : '',
  ].join('');
}
