import type { DealEntry } from '@ledger/calculation';
import type { Line } from './caps.ts';
import type { Comparison } from './compare.ts';
import { isNegative, isNothing, isPositive } from './ratio.ts';

/** What is seen in histories and in results, beside what plans say. */
export const EVENTS: Readonly<Record<string, (comparison: Comparison) => boolean>> = {
  'a law that is named': ({ statements }) =>
    statements.some(({ said }) => said.settled.some(({ line }) => line.startsWith('law/'))),
  'a deal': hasLine('deal'),
  'a pay period as one': hasLine('period'),
  'a true-up': hasLine('true-up'),
  'an amount carried over': hasLine('carried-over'),
  'a cap of a period': hasLine('cap'),
  'a cap of a window': hasLine('window-cap'),
  'a cap of a year': hasLine('year-cap'),
  'a line that takes back': ({ lines }) => lines.some(({ amount }) => isNegative(amount)),
  'a line of a fraction': ({ lines }) => lines.some(({ exact }) => exact.bottom > 1000n),
  'two components': ({ lines }) => new Set(lines.map(({ component }) => component)).size > 1,
  'a correction upwards': ({ statements }) =>
    statements.some((due) => due.corrections.some(({ amount }) => isPositive(amount))),
  'a correction downwards': ({ statements }) =>
    statements.some((due) => due.corrections.some(({ amount }) => isNegative(amount))),
  'corrections of two periods': ({ statements }) =>
    statements.some(({ corrections }) => new Set(corrections.map(({ period }) => period)).size > 1),
  'several frozen periods': ({ statements }) => statements.length > 2,
  'pay by quarter': ({ book }) => book.calendar.cadence === 'quarter',
  'a currency without cents': ({ book }) => book.participant.currency === 'JPY',
  'a currency with three decimals': ({ book }) => book.participant.currency === 'KWD',
  'a deal in another currency': hasDeal(({ currency }, home) => currency !== home),
  'a cancelled deal': hasDeal(({ cancelled }) => cancelled !== null),
  'a split exception': hasDeal(({ splits }) => splits.length > 0),
  'a negative deal': hasDeal(({ amount }) => amount.startsWith('-')),
  'a deal of nothing': hasDeal(({ amount }) => amount === '0'),
  'a deal selected on another day': hasDeal(({ selectionOn, closedOn }) => (selectionOn ?? closedOn) !== closedOn),
  'a deal of the year before': hasDeal(({ closedOn }) => closedOn < '2026-01-01'),
  'a plan in several versions': ({ book }) => [...book.plans.values()].some(({ versions }) => versions.length > 1),
  'a metric in several versions': ({ book }) => [...book.metrics.values()].some(({ versions }) => versions.length > 1),
  'a quota relieved': ({ book }) => [...book.quotas.values()].some(({ reliefs }) => reliefs.length > 0),
  'a plan taken away': ({ book }) => book.participant.assignments.length > 1,
  ...Object.fromEntries(
    (['spread', 'changes', 'ramp', 'prorate', 'count', 'relief'] as const).map((name) => [
      `a quota with ${name}`,
      ({ book }: Comparison) => [...book.quotas.values()].some(({ quota }) => quota?.[name] !== undefined),
    ]),
  ),
  'a leave': ({ book }) => book.participant.leaves.length > 0,
  ...Object.fromEntries(
    ['adjustment', 'waived', 'held', 'unheld', 'guarantee', 'deferred', 'draw', 'recovery', 'carried'].map((step) => [
      `settled: ${step}`,
      ({ statements }: Comparison) =>
        statements.some(({ said }) => said.settled.some(({ line }) => line.split('/')[0] === step)),
    ]),
  ),
  'a draw paid back': ({ statements }) =>
    statements.some(({ said }) => said.settled.some(({ line }) => line.endsWith('/recovered'))),
  'a balance forgiven': hasBalance('forgiven'),
  'a balance written off': hasBalance('written-off'),
  ...Object.fromEntries(
    ['hold', 'release', 'recovery-suspension', 'draw-forgiveness', 'draw', 'guarantee', 'waiver', 'jurisdiction'].map(
      (kind) => [
        `decided: ${kind}`,
        ({ book }: Comparison) => [...(book.exceptions?.values() ?? [])].some(({ terms }) => terms.kind === kind),
      ],
    ),
  ),
  'somebody who leaves': ({ book }) => book.participant.endsOn !== null,
};

export function hasLine(what: Line['what']): (comparison: Comparison) => boolean {
  return ({ lines }) => lines.some((line) => line.what === what && !isNothing(line.amount));
}

function hasBalance(kind: string): (comparison: Comparison) => boolean {
  return ({ statements }) =>
    statements.some(({ said }) => [...said.balances].some(([name, is]) => name.startsWith(kind) && !isNothing(is)));
}

function hasDeal(is: (deal: DealEntry, home: string) => boolean): (comparison: Comparison) => boolean {
  return ({ book }) => [...book.deals.values()].some((deal) => is(deal, book.participant.currency));
}
