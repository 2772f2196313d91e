import type { Outcome } from '@ledger/application';
import type { Work } from './shape.ts';

/** What was recorded, in one line for each kind of event. */
export function outcomeText({ paint }: Pick<Work, 'paint'>, outcomes: readonly Outcome[]): string {
  const recorded = outcomes.flatMap(({ events }) => events.map(({ type }) => type));
  const known = outcomes.filter(({ events }) => events.length === 0).length;
  const repeated = outcomes.some((outcome) => outcome.repeated) ? ' (as answered before; nothing new written)' : '';
  const lines = [...Map.groupBy(recorded, (type) => type)].map(
    ([type, all]) => `  ${paint.green('recorded')} ${type}${all.length > 1 ? ` × ${all.length}` : ''}${repeated}\n`,
  );
  if (known > 0) lines.push(`  ${known === 1 ? 'nothing' : `${known} times nothing`} new: recorded already\n`);
  return lines.join('');
}
