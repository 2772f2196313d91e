import type { WhatWould, WouldBePeriod } from '@ledger/application';
import type { AttainmentResult } from '@ledger/events';
import { forPeople, grouped, percentage, signed, table, wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** Statements as they are and as they would be, by person and period, with what makes the difference. */
export function renderWhatWould(paint: Paint, { asOf, deals, participants }: WhatWould, columns: number): string {
  const title = `With ${deals.slice(0, 3).join(', ')}${deals.length > 3 ? ` and ${deals.length - 3} more` : ''}`;
  const parts = [`${paint.bold(title)}, on top of position ${asOf}; nothing is written\n`];
  if (participants.every(({ periods }) => periods.length === 0)) parts.push('  no statement would be another one\n');
  for (const { participant, currency, isCredited, periods } of participants) {
    for (const period of periods) {
      const why = isCredited ? '' : ', whose plans look at somebody who is credited';
      parts.push(`${paint.bold(participant)}, ${period.period}${why}\n`, periodText(paint, period, currency, columns));
    }
  }
  return parts.join('');
}

function periodText(paint: Paint, would: WouldBePeriod, currency: string, columns: number): string {
  const { before, after, difference, components, lines, attainment, problem } = would;
  if (problem !== null)
    return `  ${paint.red('cannot be computed')}: ${wrapped(problem.message, columns - 4, '    ')}\n`;
  const rows = components.map((each) => [
    each.component,
    grouped(each.before),
    grouped(each.after),
    signed(each.difference),
  ]);
  rows.push([`total ${currency}`, grouped(before ?? ''), grouped(after ?? ''), signed(difference ?? '')]);
  const amounts = [
    { title: '' },
    { title: 'is', right: true },
    { title: 'would be', right: true },
    { title: '', right: true },
  ];
  return [
    table(amounts, rows),
    ...attainment.map(({ before: was, after: is }) => `  ${attained(was, is)}\n`),
    ...lines.map((line) => `  ${wrapped(`${line.line}: ${line.trace.says}`, columns - 4, '    ')}\n`),
  ].join('');
}

function attained(before: AttainmentResult | null, after: AttainmentResult | null): string {
  const any = after ?? before;
  const of = (each: AttainmentResult | null) => {
    if (each === null) return 'nothing';
    const credited = forPeople(each.credited, each.unit);
    return each.attainment === null ? credited : `${credited} (${percentage(each.attainment)})`;
  };
  return `${any?.metric} in ${any?.window}: ${of(before)}, would be ${of(after)}`;
}
