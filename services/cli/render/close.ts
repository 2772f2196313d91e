import type { GuidedClose, StepAnswer } from '@ledger/application';
import { wrapped } from '../format.ts';
import type { Paint } from '../io.ts';
import { mendText } from './blockers.ts';

/** Most causes of what is missing that are listed for one step; `--json` has them all. */
const MOST = 10;

/** The steps of a close: those that are done in a line each, the others with what to do. */
export function renderClose(paint: Paint, answer: GuidedClose, columns: number): string {
  const { period, from, to, state, today, asOf, steps, next } = answer;
  const parts = [
    `${paint.bold(`Close of ${period}`)}, ${from} to ${to}: ${state}; today is ${today}, as of position ${asOf}\n`,
    ...steps.map((step, index) => stepText(paint, step, index + 1, columns)),
  ];
  const coming = steps.find(({ step }) => step === next);
  const looked = steps.flatMap(({ step, title, state: each }, index) =>
    each === 'advice' && step !== next ? [`${index + 1} ${title}`] : [],
  );
  if (coming !== undefined && looked.length > 0) {
    parts.push(`${paint.bold('Look first')}: ${wrapped(looked.join('; '), columns, '')}\n`);
  }
  if (coming === undefined) parts.push(`${paint.green('The close is complete.')}\n`);
  else if (coming.command === null) parts.push(`${paint.bold('Next')}: ${coming.says}\n`);
  else parts.push(`${paint.bold('Next')}: ${coming.command}\n`);
  return parts.join('');
}

const MARKS: Readonly<Record<StepAnswer['state'], string>> = {
  done: 'done',
  now: 'NOW',
  later: 'later',
  advice: 'look',
};

function stepText(
  paint: Paint,
  { title, state, says, causes, who, command }: StepAnswer,
  number: number,
  columns: number,
): string {
  const mark = MARKS[state].padEnd(5);
  const shown = state === 'done' ? paint.green(mark) : state === 'now' ? paint.bold(mark) : paint.yellow(mark);
  const indent = ' '.repeat(11);
  const width = columns - indent.length;
  const lines = [
    `  ${String(number).padStart(2)} ${shown} ${paint.bold(title)}`,
    `${indent}${wrapped(says, width, indent)}`,
  ];
  for (const each of causes.slice(0, MOST)) {
    lines.push(`${indent}- ${wrapped(each.says, width - 2, `${indent}  `)}`, `${indent}  ${mendText(each)}`);
  }
  if (causes.length > MOST) lines.push(`${indent}and ${causes.length - MOST} more; --json lists them`);
  if (state !== 'done' && who.roles.length > 0) {
    const not = who.not.length === 0 ? '' : `, not ${who.not.join(', ')}`;
    const before = who.before.length === 0 ? '' : `; ${who.before.join(', ')} did it before`;
    lines.push(`${indent}${wrapped(`who: ${who.roles.join(' or ')}${not}${before}`, width, indent)}`);
  }
  if (state !== 'done' && command !== null) lines.push(`${indent}${paint.cyan(command)}`);
  return `${lines.join('\n')}\n`;
}
