import {
  composedText,
  isAmount,
  isPartId,
  LONGEST_LABEL,
  LONGEST_TEXT,
  labelJson,
  padded,
  textJson,
  whyNotText,
} from './checks.ts';
import type { Column, Columns, CsvRecord } from './columns.ts';
import { days, type ReadDay, whyNotDay } from './dates.ts';
import type { AttributeMapping, DealMapping, NumberMapping } from './mapping.ts';
import { discount, type Numbers, numbers, product } from './numbers.ts';
import type { RowErrors } from './problems.ts';

/** Reads one field of a record as canonical JSON. Reports what is wrong with it, and then gives something that is not used. */
type Field = (record: CsvRecord) => string;

export interface Fields {
  label(column: Column | undefined, required: boolean): Field;
  lineId(column: Column): Field;
  day(column: Column, required: boolean): Field;
  sequence(column: Column): Field;
  quantity(column: Column | undefined): Field;
  /** A whole number of the currency's minor units, as plain text (no quotes). */
  amount(mapping: NumberMapping): (record: CsvRecord, currency: string, units: number) => string;
  /** The same as JSON, negative only beside an amount that is not above 0; an empty cell is `null`. */
  cost(
    mapping: NumberMapping | undefined,
  ): (record: CsvRecord, currency: string, units: number, amount: string) => string;
  attributes(mapping: DealMapping['attributes']): Field;
}

const NULL = 'null';

export function fieldReaders(mapping: DealMapping, columns: Columns, errors: RowErrors): Fields {
  const { format } = mapping;
  const number = numbers(format);
  const dayOf = days(format);

  const label: Fields['label'] = (column, required) => {
    if (column === undefined) return () => NULL;
    return (record) => {
      const text = column.read(record);
      if (text === '' && !required) return NULL;
      const json = labelJson(text);
      if (json === '') notText(errors, column, text, LONGEST_LABEL, false);
      return json;
    };
  };

  const amountOf: Fields['amount'] = (of) => {
    const multiplied = multiplier(of, columns, number, errors);
    if (multiplied !== undefined) return (record, _currency, units) => multiplied(record, units);
    const column = columns.of(singleCell(of));
    return (record, currency, units) => {
      const text = column.read(record);
      if (number.plain) {
        const amount = padded(text, units);
        if (isAmount(amount, units)) return amount;
      }
      const read = number.amount(text, currency);
      if (read.ok) return read.value;
      errors.add('amount_invalid', column.name, text, ...read.why);
      return '';
    };
  };

  const decimal = (column: Column, text: string): string => {
    const read = number.decimal(text);
    if (read.ok) return read.value;
    errors.add('amount_invalid', column.name, text, ...read.why);
    return '';
  };

  return {
    label,
    day: (column, required) => (record) => readDay(column, required, record, dayOf, mapping, errors),
    attributes: (attributes) => attributeReader(attributes, columns, { number, dayOf, mapping, errors }),
    lineId: (column) => (record) => {
      const text = column.read(record);
      if (isPartId(text)) return text;
      const what = 'is not an id: letters, digits, "_", ":" and "-", at most 64, starting with a letter or digit';
      errors.add('id_invalid', column.name, text, what, 'leave "line" out of the mapping to count lines instead');
      return '';
    },
    sequence: (column) => (record) => {
      const text = column.read(record);
      if (/^(?:0|[1-9][0-9]{0,14})$/.test(text)) return text;
      errors.add('field_invalid', column.name, text, 'is not a whole number from 0 on', 'correct it in the source');
      return '0';
    },
    quantity(column) {
      if (column === undefined) return () => NULL;
      return (record) => {
        const text = column.read(record);
        return text === '' ? NULL : `"${decimal(column, text)}"`;
      };
    },
    amount: amountOf,
    cost(of) {
      if (of === undefined) return () => NULL;
      const read = amountOf(of);
      const column = typeof of === 'object' && 'multiply' in of ? undefined : columns.of(singleCell(of));
      return (record, currency, units, amount) => {
        if (column?.read(record) === '') return NULL;
        const cost = read(record, currency, units);
        if (cost.startsWith('-') && isAbove0(amount)) {
          const what = `is a negative cost of what is sold for ${amount}`;
          errors.add('amount_invalid', column?.name ?? null, cost, what, 'give 0 or more');
        }
        return `"${cost}"`;
      };
    },
  };
}

/** Of an amount in minor units, as `amount` reads it; of one that could not be read nothing is said. */
const isAbove0 = (amount: string): boolean => !amount.startsWith('-') && /[1-9]/.test(amount);

function singleCell(of: NumberMapping): string | { readonly column: string } | { readonly value: string } {
  return typeof of === 'object' && 'multiply' in of ? '' : of;
}

function multiplier(of: NumberMapping, columns: Columns, number: Numbers, errors: RowErrors) {
  if (typeof of === 'string' || !('multiply' in of)) return undefined;
  const factors = of.multiply.map((name) => columns.named(name));
  const less = of.less === undefined ? undefined : columns.named(of.less);
  return (record: CsvRecord, units: number): string => {
    const before = errors.total;
    const texts = factors.map((factor) => {
      const text = factor.read(record);
      const read = number.exact(text);
      if (read.ok) return read.value;
      errors.add('amount_invalid', factor.name, text, ...read.why);
      return '';
    });
    const reduction = less?.read(record) ?? '';
    const rate = reduction === '' ? undefined : discount(reduction);
    if (reduction !== '' && rate === undefined) {
      errors.add(
        'percent_invalid',
        less?.name ?? null,
        reduction,
        'is not a discount from 0 to 1',
        'write it as 0.15 or 15%',
      );
    }
    if (errors.total !== before) return '';
    const result = product(texts, rate, units);
    if (isAmount(result, units)) return result;
    const what = 'is more than an amount can be (15 digits before the point)';
    errors.add('amount_invalid', factors.map(({ name }) => name).join(' × '), result, what, 'check the factors');
    return '';
  };
}

function notText(errors: RowErrors, { name }: Column, text: string, longest: number, multiline: boolean): void {
  const why = whyNotText(multiline ? composedText(text) : text.normalize('NFC'), longest, multiline);
  if (why === undefined) return;
  errors.add(text === '' ? 'field_missing' : 'field_invalid', name, text, ...why);
}

function readDay(
  column: Column,
  required: boolean,
  record: CsvRecord,
  dayOf: ReadDay,
  { format }: DealMapping,
  errors: RowErrors,
): string {
  const text = column.read(record);
  if (text === '' && !required) return NULL;
  const day = dayOf(text);
  if (day !== '') return `"${day}"`;
  errors.add('date_invalid', column.name, text, ...whyNotDay(text, format));
  return '';
}

interface AttributeTools {
  readonly number: Numbers;
  readonly dayOf: ReadDay;
  readonly mapping: DealMapping;
  readonly errors: RowErrors;
}

function attributeReader(attributes: DealMapping['attributes'], columns: Columns, tools: AttributeTools): Field {
  const readers = Object.entries(attributes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, of]) => ({ key: `"${name}":`, read: attributeField(of, columns, tools) }));
  if (readers.length === 0) return () => '{}';
  return (record) => {
    let json = '{';
    for (const { key, read } of readers) {
      const value = read(record);
      if (value !== NULL) json += json.length === 1 ? key + value : `,${key}${value}`;
    }
    return `${json}}`;
  };
}

/** An empty cell is an attribute that the deal does not have. */
function attributeField(
  of: AttributeMapping,
  columns: Columns,
  { number, dayOf, mapping, errors }: AttributeTools,
): Field {
  const { as, ...rest } = typeof of === 'string' ? { as: 'text' as const, column: of } : of;
  const from = rest.column === undefined ? { value: rest.value ?? '' } : { column: rest.column };
  const column = columns.of(from);
  const typed = (read: (text: string) => string): Field => {
    return (record) => {
      const text = column.read(record);
      return text === '' ? NULL : read(text);
    };
  };
  switch (as) {
    case 'text':
      return typed((text) => {
        const json = textJson(text);
        if (json === '') notText(errors, column, text, LONGEST_TEXT, true);
        return json;
      });
    case 'decimal':
      return typed((text) => {
        const read = number.decimal(text);
        if (read.ok) return `{"decimal":"${read.value}"}`;
        errors.add('amount_invalid', column.name, text, ...read.why);
        return '';
      });
    case 'date':
      return (record) => {
        const day = readDay(column, false, record, dayOf, mapping, errors);
        return day === NULL ? NULL : `{"date":${day}}`;
      };
    case 'boolean': {
      const yes = new Set('true' in rest && rest.true ? rest.true : ['true', 'yes']);
      const no = new Set('false' in rest && rest.false ? rest.false : ['false', 'no']);
      return (record) => {
        const text = column.read(record);
        if (yes.has(text)) return 'true';
        if (no.has(text)) return 'false';
        if (text === '') return NULL;
        const known = `${[...yes].join(', ')} (true) or ${[...no].join(', ')} (false)`;
        errors.add(
          'csv_value_unknown',
          column.name,
          text,
          'is neither true nor false',
          `write ${known}, or add it to the mapping`,
        );
        return '';
      };
    }
    default:
      return as satisfies never;
  }
}
