import { dealFields, fields } from '@ledger/events';
import { z } from 'zod';

/**
 * A mapping says how one source's CSV export becomes deals. It is a document that people keep beside the export, written in YAML
 * where every scalar is text. Columns are named as the header names them, or `<join>.<column>` for those of a joined file.
 */

const text = z.string().max(1000, 'must not be longer than 1000 characters');
const column = z.string().min(1, 'must name a column').max(200, 'must not be longer than 200 characters');
const yesNo = z.enum(['yes', 'no'], { error: 'must be yes or no' });
const one = { error: 'must be the name of a column' };

/** What a field is read from: a column, or the same text for every row. */
const cell = z.union(
  [
    column,
    z.strictObject({ column: column.describe('Column that the field is read from.') }),
    z.strictObject({ value: text.min(1, 'must not be empty').describe('The same text for every row.') }),
  ],
  one,
);
export type CellMapping = z.infer<typeof cell>;

/** A number: a column, a constant, or a product that is rounded half-up to the currency's minor unit. */
const number = z.union(
  [
    column,
    z.strictObject({ column }),
    z.strictObject({ value: text.min(1) }),
    z.strictObject({
      multiply: z
        .array(column)
        .min(1, 'must name at least one column')
        .max(4, 'must not name more than 4 columns')
        .describe('Columns that are multiplied with each other, exactly.'),
      less: column
        .optional()
        .describe('Column with a discount, `0.15` or `15%`: the product is taken times one minus it.'),
    }),
  ],
  one,
);
export type NumberMapping = z.infer<typeof number>;

const naming = {
  as: z.enum(['slug']).optional().describe('`slug`: "Darcel Schlecht" becomes the id darcel-schlecht.'),
  map: z.record(text, fields.partId).optional().describe('The id for each text of the source.'),
};
const notBoth = 'must not have both "as" and "map"';

/** Who owns the deal: an id as it is, a name turned into an id, or a table of ids. An empty cell is nobody. */
const person = z.union(
  [column, z.strictObject({ column, ...naming }).refine((of) => !(of.as && of.map), notBoth)],
  one,
);
export type PersonMapping = z.infer<typeof person>;

/** Who shares the credit: one column with `ada:70%;ben:30%`, or pairs of columns. */
const credits = z.union(
  [
    column,
    z
      .strictObject({
        column: column.optional().describe('Column with `ada:70%;ben:30%`.'),
        pairs: z
          .array(z.strictObject({ participant: column, share: column }))
          .min(1, 'must have at least one pair')
          .max(100, 'must not have more than 100 pairs')
          .optional()
          .describe('Pairs of columns; a pair whose participant is empty is left out.'),
        shares: z
          .enum(['fraction', 'percent'])
          .default('fraction')
          .describe('How a share without a percent sign is meant: `fraction`: 0.7; `percent`: 70.'),
        ...naming,
      })
      .refine((of) => !(of.as && of.map), notBoth)
      .refine((of) => (of.column === undefined) !== (of.pairs === undefined), 'must have either "column" or "pairs"'),
  ],
  one,
);
export type CreditsMapping = z.infer<typeof credits>;

const MOST_VALUES = 'must not have more than 200 values';
const values = z.array(text).max(200, MOST_VALUES);

const status = z
  .strictObject({
    column,
    closed: values.default([]).describe('Values of deals that count.'),
    cancelled: values.default([]).describe('Values of deals that were closed and then cancelled.'),
    ignore: values.default([]).describe('Values of rows that are not deals yet or never became any.'),
  })
  .refine((of) => {
    const all = [...of.closed, ...of.cancelled, ...of.ignore];
    return new Set(all).size === all.length;
  }, 'must not name a value twice')
  .refine(
    (of) => of.closed.length + of.cancelled.length > 0,
    'must list values of deals that were closed, as closed: [Won]',
  );

const attribute = z.union(
  [
    column,
    z
      .strictObject({
        column: column.optional(),
        value: text.min(1).optional(),
        as: z.enum(['text', 'decimal', 'date', 'boolean']).default('text'),
        true: values.optional().describe('Values that mean true; `true` and `yes` if not given.'),
        false: values.optional().describe('Values that mean false; `false` and `no` if not given.'),
      })
      .refine((of) => (of.column === undefined) !== (of.value === undefined), 'must have either "column" or "value"')
      .refine((of) => of.as === 'boolean' || !(of.true || of.false), '"true" and "false" need `as: boolean`'),
  ],
  one,
);
export type AttributeMapping = z.infer<typeof attribute>;

const attributeName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]{0,63}$/, 'must be a name in camelCase: letters and digits, starting with a small letter');
const joinName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be a name of small letters, digits and "-", starting with a letter');
const fileName = z
  .string()
  .min(1)
  .max(255)
  .refine(
    (path) => !/^[/\\]|^[A-Za-z]:/.test(path) && !path.split(/[/\\]/).includes('..'),
    'must lie in the folder of the export: no leading slash, no ".."',
  );

const lines = z.strictObject({
  line: cell.optional().describe('Id of the line within its deal; counted from 1 if not given.'),
  product: cell.describe('Product of the line; required.'),
  category: cell.optional(),
  variant: cell.optional().describe('Variant of the product.'),
  quantity: cell.optional(),
  amount: number.optional().describe('Amount of the line; that of the deal if not given. Lines add up to the amount.'),
  cost: number.optional(),
});

const join = z.strictObject({
  file: fileName.describe('File beside the export.'),
  on: column.describe('Column that holds the key, here.'),
  key: column.describe('Column that holds the key, there.'),
  optional: yesNo.default('no').describe('`yes`: a key that the file does not have leaves its columns empty.'),
});

const DATES = [
  'yyyy-mm-dd',
  'yyyy/mm/dd',
  'yyyymmdd',
  'dd.mm.yyyy',
  'dd-mm-yyyy',
  'dd/mm/yyyy',
  'dd-mmm-yyyy',
  'mm/dd/yyyy',
  'mm-dd-yyyy',
  'mmm dd, yyyy',
  'instant',
] as const;

const format = z
  .strictObject({
    delimiter: z.enum([',', ';', '|', 'tab']).default(','),
    dates: z.enum(DATES).default('yyyy-mm-dd').describe('How days are written; `mmm` is Jan, Feb, …'),
    times: z
      .enum(['refuse', 'ignore'])
      .default('refuse')
      .describe('`ignore`: a time of day behind a date is left out, and the day counts as it is written.'),
    'time-zone': z
      .string()
      .max(64)
      .refine(isTimeZone, 'must be a time zone as Europe/Berlin or UTC')
      .default('UTC')
      .describe('Time zone whose calendar day an instant falls on.'),
    'decimal-mark': z.enum(['.', ',']).default('.'),
    thousands: z.enum(['none', ',', '.', ' ', "'"]).default('none'),
    encoding: z
      .string()
      .max(40)
      .refine(isEncoding, 'must be an encoding as utf-8, windows-1252, iso-8859-2 or utf-16le')
      .default('utf-8'),
  })
  .refine((of) => of['decimal-mark'] !== of.thousands, 'must not have one mark for decimals and for thousands');
export type Format = z.infer<typeof format>;

/** How the files of a mapping are taken apart. */
export function readingOf({ format: { delimiter, encoding } }: Pick<DealMapping, 'format'>) {
  return { delimiter: delimiter === 'tab' ? '\t' : delimiter, encoding };
}

function isEncoding(name: string): boolean {
  try {
    new TextDecoder(name, { fatal: true });
    return name === name.trim();
  } catch {
    return false;
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const dealMapping = z
  .strictObject({
    source: fields.partId.describe('Name of the source; a deal is known as `<source>.<deal>`.'),
    deal: column.describe('Column with the id of the deal, unique in its source.'),
    rows: z
      .enum(['deal', 'line'])
      .default('deal')
      .describe('`deal`: each row is a deal; `line`: rows one after the other with the same deal id are its lines.'),
    account: cell.optional(),
    amount: number.optional().describe('Required for `rows: deal`; the sum of the lines for `rows: line`.'),
    currency: cell.describe('ISO 4217 code.'),
    'closed-on': column.describe('Day that decides the period.'),
    'selection-on': column.optional().describe('Day that decides which version of a plan applies.'),
    sequence: column.optional().describe('Order among deals closed on the same day, a whole number; 0 if not given.'),
    owner: person.optional(),
    splits: credits.optional().describe('Primary credits, which add up to 100 %; the owner has all of it if empty.'),
    overlay: credits.optional().describe('Overlay credits, beside the primary ones.'),
    status: status.optional().describe('Which rows are closed deals; all of them if not given.'),
    'cancelled-on': column
      .optional()
      .describe('Day of the cancellation. Without `status`, a day here is a cancellation.'),
    only: z
      .record(column, z.array(text).min(1, 'must have at least one value').max(200, MOST_VALUES))
      .default({})
      .describe('Rows with another value in one of these columns are left out.'),
    attributes: z
      .record(attributeName, attribute)
      .default({})
      .describe('What metrics ask for beside the fields above.'),
    lines: lines.optional(),
    join: z.record(joinName, join).default({}).describe('Other files whose columns are looked up.'),
    replace: z
      .record(column, z.record(text, text))
      .default({})
      .describe('Known wrong values of a column and what they should be; counted in the report.'),
    format: format.prefault({}),
    'other-columns': z
      .enum(['ignore', 'refuse'])
      .default('refuse')
      .describe('What to do about columns that the mapping does not name.'),
  })
  .superRefine((of, context) => {
    if (of.rows === 'deal' && of.amount === undefined)
      missing(context, ['amount'], 'a column with the amount of the deal');
    if ((of.status?.cancelled.length ?? 0) > 0 && of['cancelled-on'] === undefined)
      missing(context, ['cancelled-on'], 'a column with the day of the cancellation, or "ignore" what is cancelled');
    for (const name of Object.keys(of.attributes)) {
      if (!dealFields.some((field) => field === name)) continue;
      const message = `is what expressions call a field of every deal (deal.${name}); choose another name`;
      context.addIssue({ code: 'custom', path: ['attributes', name], message });
    }
    if (of.rows !== 'line') return;
    if (of.lines === undefined) missing(context, ['lines'], 'the columns of a line, as the rows are lines');
    else if (of.lines.amount === undefined)
      missing(context, ['lines', 'amount'], 'a column with the amount of the line');
  });
export type DealMapping = z.infer<typeof dealMapping>;

function missing(context: z.RefinementCtx, path: string[], what: string): void {
  context.addIssue({ code: 'custom', path, message: `is missing; name ${what}`, params: { code: 'field_missing' } });
}

/** For a file that has the columns of this product: no mapping file needed. */
export const DEFAULT_MAPPING: DealMapping = dealMapping.parse({
  source: 'csv',
  deal: 'deal_id',
  owner: 'rep_id',
  amount: 'amount',
  currency: 'currency',
  'closed-on': 'closed_on',
});
