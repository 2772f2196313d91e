import { fieldReaders } from './cells.ts';
import { isId } from './checks.ts';
import type { Cell, Columns, CsvRecord } from './columns.ts';
import type { DealMapping } from './mapping.ts';
import { unitsOf } from './numbers.ts';
import { creditsJson, people, readOwner, readShares } from './people.ts';
import { type RowErrors, shown } from './problems.ts';

/** What one row says, every field as canonical JSON: most rows are never an object. */
export interface Draft {
  readonly row: number;
  readonly deal: string;
  readonly status: 'closed' | 'cancelled';
  readonly cancelledOn: string;
  readonly account: string;
  readonly attributes: string;
  readonly closedOn: string;
  readonly credits: string;
  readonly currency: string;
  readonly owner: string;
  readonly selectionOn: string;
  readonly sequence: string;
  readonly units: number;
  /** Plain text; '' where the mapping names no amount of the deal. */
  readonly amount: string;
  readonly lineId: string;
  readonly lineAmount: string;
  /** The line's JSON around its id: `{"amount":…,"line":"` and `",…}`. '' where the mapping names no lines. */
  readonly lineBefore: string;
  readonly lineAfter: string;
}

/** What a mapping makes of the rows of one file. */
export interface Reader {
  /** Whether the row is left out by `only` or `status`. */
  ignores(record: CsvRecord): boolean;
  /** `undefined` for a row with errors, which have been reported. */
  read(record: CsvRecord, row: number): Draft | undefined;
}

/** Compiles a mapping once, to closures over indexed cells. */
export function compile(mapping: DealMapping, columns: Columns, errors: RowErrors): Reader {
  const fields = fieldReaders(mapping, columns, errors);
  const naming = people(errors);
  const optional = (name: string | undefined) => (name === undefined ? undefined : columns.named(name));

  const dealId = columns.named(mapping.deal);
  const account = fields.label(mapping.account === undefined ? undefined : columns.of(mapping.account), false);
  const attributes = fields.attributes(mapping.attributes);
  const closedOn = fields.day(columns.named(mapping['closed-on']), true);
  const selection = optional(mapping['selection-on']);
  const selectionOn = selection === undefined ? () => 'null' : fields.day(selection, false);
  const sequenceColumn = optional(mapping.sequence);
  const sequence = sequenceColumn === undefined ? () => '0' : fields.sequence(sequenceColumn);
  const currency = currencyReader(columns.of(mapping.currency), errors);
  const amount = mapping.amount === undefined ? () => '' : fields.amount(mapping.amount);
  const status = statusReader(mapping, columns, fields, errors);
  const owner = readOwner(mapping.owner, columns, naming);
  const splits =
    mapping.splits === undefined ? undefined : readShares(mapping.splits, 'primary', columns, naming, errors);
  const overlay =
    mapping.overlay === undefined ? undefined : readShares(mapping.overlay, 'overlay', columns, naming, errors);
  const line = lineReader(mapping, columns, fields);

  const credits = (record: CsvRecord, of: string): string => {
    const shares = splits?.(record);
    const beside = overlay?.(record);
    if (shares !== undefined || beside !== undefined) {
      const alone = of === '' ? [] : [{ participant: of, share: '1' }];
      return creditsJson(shares ?? alone, beside ?? []);
    }
    return of === '' ? '[]' : `[{"participant":"${of}","pool":"primary","share":"1"}]`;
  };

  return {
    ignores: ignoring(mapping, columns),
    read(record, row) {
      const before = errors.total;
      columns.check(record);
      const deal = dealId.read(record);
      if (!isId(deal)) notDealId(errors, dealId.name, deal);
      const code = currency(record);
      const units = code === '' ? 2 : (unitsOf(code) ?? 2);
      const person = owner(record);
      const total = code === '' ? '' : amount(record, code, units);
      const { before: lineBefore, after: lineAfter, id: lineId, amount: lineAmount } = line(record, code, units, total);
      const draft: Draft = {
        row,
        deal,
        status: status.of(record),
        cancelledOn: status.cancelledOn(record),
        account: account(record),
        attributes: attributes(record),
        closedOn: closedOn(record),
        credits: credits(record, person),
        currency: code,
        owner: person === '' ? 'null' : `"${person}"`,
        selectionOn: selectionOn(record),
        sequence: sequence(record),
        units,
        amount: total,
        lineId,
        lineAmount,
        lineBefore,
        lineAfter,
      };
      return errors.total === before ? draft : undefined;
    },
  };
}

/** A spreadsheet that took an id for a number wrote it so; what was rounded away cannot be had back. */
const ROUNDED = /^[0-9](?:[.,][0-9]+)?E\+[0-9]+$/i;

function notDealId(errors: RowErrors, column: string | null, deal: string): void {
  const add = (what: string, remedy: string) => errors.add('deal_id_invalid', column, deal, what, remedy);
  if (deal === '') add('is empty', 'every deal needs an id');
  else if (ROUNDED.test(deal)) {
    const remedy = 'format the column as text and export again';
    errors.add('deal_id_suspicious', column, deal, 'looks rounded by a spreadsheet', remedy);
  } else if (/[\r\n]/.test(deal)) add('contains a line break', 'correct it in the source');
  else if (deal.length > 128) add(`is ${deal.length} characters long`, 'use at most 128');
  else add('is not an id', 'it may contain letters, digits, ".", "_", ":", "-" and starts with a letter or digit');
}

function currencyReader(
  { name, read }: { readonly name: string | null; readonly read: Cell },
  errors: RowErrors,
): Cell {
  const known = new Set<string>();
  return (record) => {
    const code = read(record);
    if (known.has(code)) return code;
    if (unitsOf(code) !== undefined) {
      known.add(code);
      return code;
    }
    errors.add(
      'currency_unknown',
      name,
      code,
      code === '' ? 'is empty' : 'is no currency of ISO 4217',
      'write a code as USD',
    );
    return '';
  };
}

function ignoring(mapping: DealMapping, columns: Columns): (record: CsvRecord) => boolean {
  const only = Object.entries(mapping.only).map(([name, values]) => ({
    ...columns.named(name),
    values: new Set(values),
  }));
  const status = mapping.status && columns.named(mapping.status.column);
  const ignored = new Set(mapping.status?.ignore);
  return (record) => {
    for (const { read, values } of only) if (!values.has(read(record))) return true;
    return status !== undefined && ignored.has(status.read(record));
  };
}

type Fields = ReturnType<typeof fieldReaders>;

function statusReader(mapping: DealMapping, columns: Columns, fields: Fields, errors: RowErrors) {
  const cancelled = mapping['cancelled-on'];
  const column = cancelled === undefined ? undefined : columns.named(cancelled);
  const day = column && fields.day(column, true);
  if (mapping.status === undefined) {
    return {
      of: (record: CsvRecord) => (column && column.read(record) !== '' ? ('cancelled' as const) : ('closed' as const)),
      cancelledOn: (record: CsvRecord) => (column && day && column.read(record) !== '' ? day(record) : 'null'),
    };
  }
  const { name, read } = columns.named(mapping.status.column);
  const closedValues = new Set(mapping.status.closed);
  const cancelledValues = new Set(mapping.status.cancelled);
  const listed = [...closedValues, ...cancelledValues, ...mapping.status.ignore].slice(0, 8).map(shown).join(', ');
  return {
    of(record: CsvRecord): Draft['status'] {
      const value = read(record);
      if (closedValues.has(value)) return 'closed';
      if (cancelledValues.has(value)) return 'cancelled';
      const what = `is no status that the mapping knows (${listed})`;
      errors.add('csv_value_unknown', name, value, what, 'add it to "closed", "cancelled" or "ignore"');
      return 'closed';
    },
    cancelledOn(record: CsvRecord): string {
      if (column === undefined || day === undefined) return 'null';
      if (cancelledValues.has(read(record))) return day(record);
      if (column.read(record) !== '') {
        const what = 'is a day of cancellation, but the status says that the deal stands';
        errors.add('field_invalid', column.name, column.read(record), what, 'correct one of them');
      }
      return 'null';
    },
  };
}

const NO_LINE = { before: '', after: '', id: '', amount: '' };

function lineReader(mapping: DealMapping, columns: Columns, fields: Fields) {
  const { lines } = mapping;
  if (lines === undefined) return () => NO_LINE;
  const cell = (of: typeof lines.category) => (of === undefined ? undefined : columns.of(of));
  const id = cell(lines.line);
  const lineId = id === undefined ? () => '' : fields.lineId(id);
  const product = fields.label(columns.of(lines.product), true);
  const category = fields.label(cell(lines.category), false);
  const variant = fields.label(cell(lines.variant), false);
  const quantity = fields.quantity(cell(lines.quantity));
  const amount = lines.amount === undefined ? undefined : fields.amount(lines.amount);
  const cost = fields.cost(lines.cost);
  return (record: CsvRecord, currency: string, units: number, total: string) => {
    const known = variant(record);
    const own = currency === '' ? '' : (amount?.(record, currency, units) ?? total);
    return {
      id: lineId(record),
      amount: own,
      before: `{"amount":"${own}","category":${category(record)},"cost":${currency === '' ? 'null' : cost(record, currency, units, own)},"line":"`,
      after: `","product":${product(record)},"quantity":${quantity(record)}${known === 'null' ? '' : `,"variant":${known}`}}`,
    };
  };
}
