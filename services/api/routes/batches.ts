import { Readable } from 'node:stream';
import { firstRowsOf, importCsv, importLines, type Ledger } from '@ledger/application';
import { DEFAULT_MAPPING, type DealMapping, readMapping } from '@ledger/connectors';
import { fields } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { z } from 'zod';
import { dealLines } from '../deal-line.ts';
import { holdFollowing } from '../follow.ts';
import { flag, type Route, route, type Stream, type Text } from '../route.ts';

const GROUP = 'deals';
/** Bytes of the beginning of a file. */
const HEAD_LIMIT = 1 << 20;
/** Rows that are shown to whoever maps columns. */
const MOST_ROWS = 50;
/** Bytes of a batch or a file. */
const BATCH_LIMIT = 256 * 1024 * 1024;
/** Batches that one server takes in at a time: each has a temporary file. */
const MOST_AT_ONCE = 4;

const asked = {
  dryRun: flag.optional().describe('Says what would be recorded, and records nothing.'),
  snapshot: flag.optional().describe('Holds all deals of its source: those that are not in it have vanished there.'),
};

const mapping = z.string().max(8_000).optional().describe('Mapping of columns to fields, as YAML; left out: our own.');

const report = {
  status: 200,
  schema: z
    .strictObject({
      digest: z.string().describe('SHA-256 of what was sent: the correlation id of its events begins with it.'),
      rows: z.int().describe('Lines or rows that were read.'),
      deals: z.int(),
      ignored: z.int().describe('Rows that the mapping leaves out.'),
      duplicates: z.int().describe('Rows of a CSV file that were given twice.'),
      withoutOwner: z.int().describe('Deals without primary credit.'),
      closed: z.int().describe('Deals that are new.'),
      amended: z.int().describe('Deals that are told otherwise than before.'),
      cancelled: z.int(),
      unchanged: z.int(),
      vanished: z.int(),
      dryRun: z.boolean(),
      repeated: z.boolean().describe('The command had been given before: this is what it has recorded in all.'),
      position: fields.position.describe('All that was recorded lies before or at it.'),
    })
    .meta({ id: 'Import' }),
  says: 'What was recorded: all of it, or nothing where anything was refused.',
} as const;

const rowsRead = {
  status: 200,
  schema: z.strictObject({
    rows: z.array(
      z
        .strictObject({
          row: z.int().describe('1 is the first after the header.'),
          state: z.enum(['closed', 'cancelled', 'left out', 'refused']),
          deal: z
            .strictObject({
              deal: z.string(),
              account: z.string().nullable(),
              closedOn: fields.date,
              amount: z.string().nullable(),
              currency: z.string(),
              credits: z.array(z.strictObject({ participant: z.string(), pool: z.string(), share: z.string() })),
            })
            .nullable()
            .describe('Null for what is left out or refused.'),
          errors: z.array(z.strictObject({ column: z.string().nullable(), detail: z.string() })),
        })
        .meta({ id: 'RowRead' }),
    ),
  }),
  says: 'Each row with what it would be read as, or with everything that is wrong with it.',
} as const;

export const batchRoutes: readonly Route[] = [
  route<Record<string, never>, { dryRun?: boolean | undefined; snapshot?: boolean | undefined }, Stream>({
    method: 'POST',
    path: '/v1/deals/batch',
    name: 'recordDeals',
    group: GROUP,
    says: 'Records deals, one JSON object a line (NDJSON): all lines, or none and the first 100 errors with their lines. The same batch again records nothing.',
    may: { writes: 'deal', step: 'record' },
    query: z.strictObject(asked),
    body: {
      as: 'stream',
      types: ['application/x-ndjson'],
      limit: BATCH_LIMIT,
      says: 'One deal a line, as recordDeal takes it.',
    },
    answer: report,
    run: async ({ ledger, body, query, by }) =>
      inTurn(ledger, async () => {
        const { dryRun = false, snapshot = false } = query;
        const imported = await importLines(ledger, { bytes: body, parse: dealLines(), dryRun, snapshot }, by);
        return isProblem(imported) ? imported : { ...imported, position: String(await ledger.store.head()) };
      }),
  }),
  route<
    Record<string, never>,
    { dryRun?: boolean | undefined; snapshot?: boolean | undefined; mapping?: string | undefined },
    Stream
  >({
    method: 'POST',
    path: '/v1/deals/csv',
    name: 'importDeals',
    group: GROUP,
    says: 'Imports deals from a CSV file: all rows, or none and the first 100 errors with their rows. The same file again records nothing.',
    may: { writes: 'deal', step: 'record' },
    query: z.strictObject({
      ...asked,
      mapping,
    }),
    body: {
      as: 'stream',
      types: ['text/csv'],
      limit: BATCH_LIMIT,
      says: 'The file, in UTF-8 or in the encoding that the mapping names.',
    },
    answer: report,
    run: async ({ ledger, body, query, by }) =>
      inTurn(ledger, async () => {
        const { dryRun = false, snapshot = false } = query;
        const mapping = mappingIn(query.mapping);
        if (isProblem(mapping)) return mapping;
        const ask = { bytes: body, mapping, dryRun, snapshot, title: 'the file of all deals' };
        const imported = await importCsv(ledger, ask, by);
        return isProblem(imported) ? imported : { ...imported, position: String(await ledger.store.head()) };
      }),
  }),
  route<Record<string, never>, { rows: string; mapping?: string | undefined }, Text>({
    method: 'POST',
    path: '/v1/deals/csv/rows',
    name: 'readFirstRows',
    group: GROUP,
    says: 'Reads the first rows of a CSV file as the import would, so that a mapping can be looked at while it is made. Nothing is recorded.',
    may: { writes: 'deal', step: 'record' },
    query: z.strictObject({
      mapping,
      rows: z
        .string()
        .regex(/^(?:[1-9]|[1-4][0-9]|50)$/, `must be a number of rows from 1 to ${MOST_ROWS}`)
        .default('10')
        .describe('How many rows; what follows them in the text is not looked at.'),
    }),
    body: {
      as: 'text',
      types: ['text/csv'],
      limit: HEAD_LIMIT,
      says: 'The beginning of the file, in UTF-8 or in the encoding that the mapping names.',
    },
    answer: rowsRead,
    async run({ body, query }) {
      const read = mappingIn(query.mapping);
      if (isProblem(read)) return read;
      const rows = await firstRowsOf(Readable.from([body.bytes]), read, Number(query.rows));
      if (isProblem(rows)) return rows;
      return {
        rows: rows.map(({ errors, ...row }) => ({
          ...row,
          errors: errors.map(({ column, message }) => ({ column, detail: message })),
        })),
      };
    },
  }),
];

function mappingIn(text: string | undefined): DealMapping | Problem {
  return text === undefined ? DEFAULT_MAPPING : readMapping(text, 'mapping');
}

const underWay = new WeakMap<Ledger, number>();

async function inTurn<T>(ledger: Ledger, work: () => Promise<T>): Promise<T | Problem> {
  const others = underWay.get(ledger) ?? 0;
  if (others >= MOST_AT_ONCE) {
    return problem(
      'rate_limited',
      `${MOST_AT_ONCE} batches are on their way in; send this one when one of them is done.`,
    );
  }
  underWay.set(ledger, others + 1);
  const goOn = holdFollowing(ledger);
  try {
    return await work();
  } finally {
    goOn();
    underWay.set(ledger, (underWay.get(ledger) ?? 1) - 1);
  }
}
