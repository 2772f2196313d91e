import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type CheckedDeals,
  checkDeals,
  DEFAULT_MAPPING,
  type DealMapping,
  type DealRow,
  type RowProblem,
  readMapping,
  readSpool,
} from '@ledger/connectors';
import { isProblem, type Problem } from '@ledger/kernel';
import { expect } from 'vitest';

export const HEADER = 'deal_id,rep_id,amount,currency,closed_on';

/** Goes with the folder of the run: several files of tests share this module. */
const folder = mkdtempSync(join(process.env.LEDGER_TEST_RUN ?? tmpdir(), 'csv-'));
export const SPOOL = join(folder, 'spool');

export function mappingOf(yaml: string): DealMapping {
  const mapping = readMapping(yaml, 'mapping.yaml');
  if (isProblem(mapping)) throw new Error(mapping.errors?.map(({ message }) => message).join('\n') ?? mapping.message);
  return mapping;
}

/** Writes files beside each other and checks the first of them. */
export async function check(
  csv: string | Uint8Array,
  mapping: DealMapping | string = DEFAULT_MAPPING,
  others: Readonly<Record<string, string>> = {},
): Promise<CheckedDeals | Problem> {
  const file = join(folder, 'deals.csv');
  writeFileSync(file, csv);
  for (const [name, content] of Object.entries(others)) writeFileSync(join(folder, name), content);
  return checkFile(file, typeof mapping === 'string' ? mappingOf(mapping) : mapping);
}

export function checkFile(file: string, mapping: DealMapping): Promise<CheckedDeals | Problem> {
  return checkDeals({ file, mapping, folder: dirname(file), spool: SPOOL });
}

export async function deals(checked: CheckedDeals | Problem, after = 0): Promise<readonly DealRow[]> {
  if (isProblem(checked)) throw new Error(JSON.stringify(checked, undefined, 1));
  const all: DealRow[] = [];
  for await (const batch of readSpool(checked.spool, after)) all.push(...batch);
  return all;
}

/** The errors of rows that a file was refused with. */
export function rowErrors(checked: CheckedDeals | Problem): readonly RowProblem[] {
  expect(checked).toMatchObject({ code: 'csv_rows_invalid' });
  if (!isProblem(checked)) throw new Error('the file was accepted');
  return (checked.errors ?? []) as readonly RowProblem[];
}
