import { nearest, type Problem, problem } from '@ledger/kernel';
import type { DealMapping } from './mapping.ts';
import { shown } from './problems.ts';

const MOST_COLUMNS = 100;
const LISTED = 10;

/** Every column that the mapping names, of this file and of joined ones, each once. */
export function columnsOf(mapping: DealMapping): readonly string[] {
  const names = new Set<string>([mapping.deal, mapping['closed-on']]);
  const add = (from: Source | undefined): void => {
    if (from === undefined) return;
    if (typeof from === 'string') {
      names.add(from);
      return;
    }
    for (const name of [from.column, ...(from.multiply ?? []), from.less]) if (name !== undefined) names.add(name);
    for (const pair of from.pairs ?? []) names.add(pair.participant).add(pair.share);
  };
  const { lines, status, owner, splits, overlay } = mapping;
  for (const field of [mapping.account, mapping.amount, mapping.currency, owner, status, splits, overlay]) add(field);
  for (const field of [mapping['selection-on'], mapping.sequence, mapping['cancelled-on']]) add(field);
  for (const field of [...Object.values(lines ?? {}), ...Object.values(mapping.attributes)]) add(field);
  for (const name of [...Object.keys(mapping.only), ...Object.keys(mapping.replace)]) names.add(name);
  for (const join of Object.values(mapping.join)) names.add(join.on);
  return [...names];
}

/** Whatever names columns, in any of its shapes. */
type Source =
  | string
  | {
      readonly value?: unknown;
      readonly column?: string | undefined;
      readonly multiply?: readonly string[] | undefined;
      readonly less?: string | undefined;
      readonly pairs?: readonly { readonly participant: string; readonly share: string }[] | undefined;
    };

/** `accounts.sector` → the join and its column; `undefined` for a column of the file itself. */
export function joined(mapping: DealMapping, name: string): readonly [join: string, column: string] | undefined {
  const dot = name.indexOf('.');
  const join = name.slice(0, Math.max(dot, 0));
  return Object.hasOwn(mapping.join, join) ? [join, name.slice(dot + 1)] : undefined;
}

export type Indexes = ReadonlyMap<string, number>;

export interface HeaderRules {
  readonly needed: readonly string[];
  readonly delimiter: string;
  readonly others: 'ignore' | 'refuse';
}

/** Where each column of the file is, or why the file cannot be read with these rules. */
export function checkHeader(header: readonly string[], rules: HeaderRules): Indexes | Problem {
  const { needed, delimiter, others } = rules;
  if (header.length > MOST_COLUMNS) {
    return problem(
      'csv_too_many_columns',
      `The file has ${header.length} columns, the limit is ${MOST_COLUMNS}; export fewer, or check the line ends of the file.`,
    );
  }
  const indexes = new Map<string, number>();
  for (const [index, name] of header.entries()) {
    if (indexes.has(name) && name !== '') {
      return problem('csv_duplicate_column', `Column ${shown(name)} is there twice; rename or remove one of them.`);
    }
    indexes.set(name, index);
  }
  const missing = needed.filter((name) => !indexes.has(name));
  if (missing.length > 0)
    return spreadsheetLine(header) ?? otherDelimiter(header, delimiter) ?? missingColumns(missing, header);
  if (others === 'ignore') return indexes;
  const known = new Set(needed);
  const unknown = header.findIndex((name) => !known.has(name));
  if (unknown < 0) return indexes;
  const name = header[unknown] ?? '';
  const remedy = 'remove it, map it, or write "other-columns: ignore" in the mapping';
  return problem(
    'csv_unknown_column',
    name === ''
      ? `Column ${unknown + 1} has no name; ${remedy}.`
      : `Column ${shown(name)} is not accepted: the mapping does not name it; ${remedy}.`,
  );
}

/** `sep=;` tells Excel what separates columns, and stands above the header. */
function spreadsheetLine([first = '']: readonly string[]): Problem | undefined {
  if (!/^sep=/i.test(first)) return undefined;
  return problem('csv_delimiter', 'The first line, "sep=", is for a spreadsheet and not the header; remove it.');
}

const DELIMITERS: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' };

function otherDelimiter(header: readonly string[], delimiter: string): Problem | undefined {
  if (header.length > 1) return undefined;
  const line = header[0] ?? '';
  for (const [mark, name] of Object.entries(DELIMITERS)) {
    if (mark === delimiter || !line.includes(mark)) continue;
    const setting = mark === '\t' ? 'tab' : `'${mark}'`;
    return problem(
      'csv_delimiter',
      `The header looks ${name}-separated; use ${DELIMITERS[delimiter] ?? delimiter}s, or write "delimiter: ${setting}" under "format" in the mapping.`,
    );
  }
  return undefined;
}

function missingColumns(missing: readonly string[], header: readonly string[]): Problem {
  const several = missing.length > 1;
  const near = several ? undefined : nearest(missing[0] ?? '', header);
  const listed = header.slice(0, LISTED).map(shown).join(', ');
  const has = `the file has ${listed}${header.length > LISTED ? ` and ${header.length - LISTED} more` : ''}`;
  const meant = near === undefined ? '' : ` (is it ${shown(near)}?)`;
  return problem(
    'csv_missing_column',
    `${several ? 'Columns' : 'Column'} ${missing.map(shown).join(', ')} ${several ? 'are' : 'is'} missing: ${has}${meant}; name the columns in the mapping as the file does.`,
  );
}
