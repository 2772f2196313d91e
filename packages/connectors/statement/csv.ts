import type { Statement } from '@ledger/events';
import { csvText } from '../csv/write.ts';

const HEADER = [
  'line',
  'kind',
  'component',
  'plan',
  'plan_version',
  'deal',
  'closed_on',
  'period',
  'amount',
  'currency',
  'says',
] as const;

/** A statement as a table for spreadsheets: one row for each line, whose amounts add up to the total. */
export function statementCsv({ period, currency, lines }: Statement): string {
  const rows = lines.map((line) => [
    line.line,
    line.kind === 'settlement' ? line.step : line.kind,
    line.component ?? '',
    line.plan ?? '',
    line.planVersion ?? '',
    line.kind === 'earning' ? (line.deal ?? '') : '',
    line.kind === 'earning' ? (line.closedOn ?? '') : '',
    line.kind === 'correction' ? line.period : period,
    line.amount,
    currency,
    line.trace.says,
  ]);
  return csvText(HEADER, rows);
}
