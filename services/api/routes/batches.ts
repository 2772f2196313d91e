import { importCsv, importLines, type Ledger } from '@ledger/application';
import { DEFAULT_MAPPING, readMapping } from '@ledger/connectors';
import { fields } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { z } from 'zod';
import { dealLines } from '../deal-line.ts';
import { holdFollowing } from '../follow.ts';
import { flag, type Route, route, type Stream } from '../route.ts';

const GROUP = 'deals';
/** Bytes of a batch or a file. */
const BATCH_LIMIT = 256 * 1024 * 1024;
/** Batches that one server takes in at a time: each has a temporary file. */
const MOST_AT_ONCE = 4;

const asked = {
  dryRun: flag.optional().describe('Says what would be recorded, and records nothing.'),
  snapshot: flag.optional().describe('Holds all deals of its source: those that are not in it have vanished there.'),
};

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
      mapping: z.string().max(8_000).optional().describe('Mapping of columns to fields, as YAML; left out: our own.'),
    }),
    body: { as: 'stream', types: ['text/csv'], limit: BATCH_LIMIT, says: 'The file, in UTF-8.' },
    answer: report,
    run: async ({ ledger, body, query, by }) =>
      inTurn(ledger, async () => {
        const { dryRun = false, snapshot = false } = query;
        const mapping = query.mapping === undefined ? DEFAULT_MAPPING : readMapping(query.mapping, 'mapping');
        if (isProblem(mapping)) return mapping;
        const ask = { bytes: body, mapping, dryRun, snapshot, title: 'the file of all deals' };
        const imported = await importCsv(ledger, ask, by);
        return isProblem(imported) ? imported : { ...imported, position: String(await ledger.store.head()) };
      }),
  }),
];

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
