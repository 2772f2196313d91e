import type { Explanation } from '@ledger/application';
import type { TraceStep } from '@ledger/events';
import { grouped, wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** How a line came about, as a tree: what each step says, what it computed, which events it rests on. */
export function renderExplanation(
  paint: Paint,
  { line, participant, period, currency, state, asOf }: Explanation,
  columns: number,
): string {
  const title = `${line.line}: ${currency} ${grouped(line.amount)}`;
  const where = `${participant}, ${period}, ${state} as of position ${asOf}${line.plan === undefined ? '' : `, plan ${line.plan} version ${line.planVersion}`}`;
  const queries = line.queries === undefined ? '' : `  answers query ${line.queries.join(', ')}\n`;
  return `${paint.bold(title)}\n  ${where}\n${queries}${renderStep(paint, line.trace, columns, 1)}`;
}

export function renderStep(paint: Paint, step: TraceStep, columns: number, depth: number): string {
  const indent = '  '.repeat(depth);
  const width = columns - indent.length - 2;
  const lines = [`${indent}${paint.cyan('•')} ${wrapped(step.says, width, `${indent}  `)}`];
  if (step.formula !== undefined && !isTakenAsItIs(step)) {
    const inputs = Object.entries(step.inputs ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name} = ${value}`);
    const result = step.result === undefined ? '' : ` = ${step.result}`;
    lines.push(`${indent}  ${paint.dim(wrapped(`${step.formula}${result}`, width, `${indent}  `))}`);
    if (inputs.length > 0)
      lines.push(`${indent}  ${paint.dim(wrapped(`where ${inputs.join(', ')}`, width, `${indent}  `))}`);
  }
  if (step.events !== undefined && step.events.length > 0) {
    lines.push(`${indent}  ${paint.dim(wrapped(`events ${step.events.join(' ')}`, width, `${indent}  `))}`);
  }
  return `${lines.join('\n')}\n${(step.steps ?? []).map((inner) => renderStep(paint, inner, columns, depth + 1)).join('')}`;
}

/** A number that the words have said already. */
function isTakenAsItIs({ formula, inputs }: TraceStep): boolean {
  const names = Object.keys(inputs ?? {});
  return names.length === 1 && names[0] === formula;
}
