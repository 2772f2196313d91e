import { sha256 } from '@ledger/kernel';
import { csvText } from './write.ts';

/** A line of the file for payroll. */
export interface PayRunLine {
  readonly payment: string;
  readonly participant: string;
  readonly period: string;
  readonly currency: string;
  readonly amount: string;
  readonly statement: string;
}

export const PAY_RUN_COLUMNS = ['payment', 'participant', 'period', 'currency', 'amount', 'statement'] as const;

/** The file for payroll: a line for each payment, by participant. The same lines give the same bytes. */
export function payRunText(lines: readonly PayRunLine[]): { readonly text: string; readonly digest: string } {
  const rows = [...lines]
    .sort((a, b) => (a.payment < b.payment ? -1 : a.payment > b.payment ? 1 : 0))
    .map((line) => PAY_RUN_COLUMNS.map((column) => line[column]));
  const text = csvText(PAY_RUN_COLUMNS, rows);
  return { text, digest: sha256(text) };
}
