import { type Outcome, type PlanCases, requestsIn } from '@ledger/application';
import { isProblem, type Problem } from '@ledger/kernel';
import { wrapped } from '../format.ts';
import type { Work } from './shape.ts';

/** What was recorded, in one line for each kind of event. */
export function outcomeText({ paint }: Pick<Work, 'paint'>, outcomes: readonly Outcome[], dryRun = false): string {
  const verb = dryRun ? paint.yellow('would record') : paint.green('recorded');
  const recorded = outcomes.flatMap(({ events }) => events.map(({ type }) => type));
  const known = outcomes.filter(({ events }) => events.length === 0).length;
  const repeated = outcomes.some((outcome) => outcome.repeated) ? ' (as answered before; nothing new written)' : '';
  const lines = [...Map.groupBy(recorded, (type) => type)].map(
    ([type, all]) => `  ${verb} ${type}${all.length > 1 ? ` × ${all.length}` : ''}${repeated}\n`,
  );
  if (known > 0) lines.push(`  ${known === 1 ? 'nothing' : `${known} times nothing`} new: recorded already\n`);
  return lines.join('');
}

/** Prints what was recorded, and what waits for somebody else now. */
export function saidOf(work: Work, outcome: Outcome | Problem): Problem | undefined {
  if (isProblem(outcome)) return outcome;
  const waiting = requestsIn(outcome);
  work.print({ ...outcome, waiting }, () => {
    const waits = waiting.length === 0 ? '' : `  waiting for approval: ${waiting.join(', ')}\n`;
    return outcomeText(work, [outcome]) + waits;
  });
  return undefined;
}

/** What the cases of a plan came to; of those that fail what was expected and what is. */
export function casesText(
  { paint, io }: Pick<Work, 'paint' | 'io'>,
  { plan, passed, failed, letPass }: PlanCases,
): string {
  const count = `cases of ${plan}: ${passed} passed, ${failed.length} failed`;
  const lines = [`  ${failed.length === 0 ? paint.green(count) : paint.red(count)}\n`];
  for (const { title, failures } of failed) {
    lines.push(`    ${paint.red('FAILED')} ${wrapped(title, io.columns - 11, '    ')}\n`);
    for (const { what, field, expected, actual } of failures) {
      const says = `${what}, ${field}: expected ${expected}, is ${actual}`;
      lines.push(`      ${wrapped(says, io.columns - 8, '        ')}\n`);
    }
  }
  if (letPass !== undefined) {
    const says = `let pass by ${letPass.by}, so that somebody else approves it: ${letPass.reason}`;
    lines.push(`    ${wrapped(says, io.columns - 4, '    ')}\n`);
  }
  return lines.join('');
}
