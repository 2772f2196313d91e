import { importPaymentsFrom, PAYOUT_STATES, payoutsPage, payRun, payRunFile, payRunsOf } from '@ledger/application';
import { fields } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import { z } from 'zod';
import { flag, periodParam, type Route, reading, route, type Stream } from '../route.ts';
import { next, pageAsked, paging, totals } from '../shapes/common.ts';
import { paymentsReport, payout, payRun as payRunAnswer, periodState, run } from '../shapes/periods.ts';

const GROUP = 'payments';
const params = z.strictObject({ period: periodParam });
const runParam = z
  .string()
  .regex(/^[1-9][0-9]{0,4}$/, 'must be the number of a run, as 1')
  .describe('Number of the run.');
/** Bytes of a file of payroll: some 200,000 rows. */
const FILE_LIMIT = 64 * 1_048_576;

export const paymentRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/periods/{period}/payouts',
    name: 'listPayouts',
    group: GROUP,
    says: 'Where the money of a period is: frozen, in a run, paid, returned.',
    may: { reads: 'pay' },
    params,
    query: z.strictObject({ ...paging, state: z.enum(PAYOUT_STATES).optional() }),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        period: z.string(),
        state: periodState,
        runs: z.array(run).describe('For those who see everybody’s pay.'),
        payouts: z.array(payout),
        totals: z.partialRecord(z.enum(PAYOUT_STATES), totals).describe('Sums by state, of all that one sees.'),
        next,
      }),
      says: 'A page of statements with their payments, by participant.',
    },
    run: async ({ ledger, reach, params, query }) => payoutsPage(ledger, reach, { ...params, ...pageAsked(query) }),
  }),
  route({
    method: 'GET',
    path: '/v1/periods/{period}/pay-runs',
    name: 'listPayRuns',
    group: GROUP,
    says: 'What was released to payroll, and what a next run would hold.',
    may: { reads: 'close' },
    params,
    query: z.strictObject(reading),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        period: z.string(),
        runs: z.array(run),
        planned: payRunAnswer.nullable().describe('Null: nothing is payable now.'),
      }),
      says: 'The runs in their order.',
    },
    run: async ({ ledger, params, query }) => payRunsOf(ledger, { ...params, ...query }),
  }),
  route({
    method: 'POST',
    path: '/v1/periods/{period}/pay-runs',
    name: 'releasePayRun',
    group: GROUP,
    says: 'Releases to payroll what is payable of a frozen period.',
    may: { writes: 'pay-run', step: 'record' },
    params,
    answer: { status: 201, schema: payRunAnswer, says: 'The run; its file is at /file of it.' },
    async run({ ledger, params, by }) {
      const released = await payRun(ledger, { ...params, release: true }, by);
      if (isProblem(released)) return released;
      const { file: _, ...answer } = released;
      return answer;
    },
  }),
  route({
    method: 'GET',
    path: '/v1/periods/{period}/pay-runs/{run}',
    name: 'readPayRun',
    group: GROUP,
    says: 'A run that was released, put together again from the log as it was then.',
    may: { reads: 'close' },
    params: params.extend({ run: runParam }),
    answer: { status: 200, schema: payRunAnswer, says: 'The run.' },
    async run({ ledger, params, by }) {
      const found = await payRun(ledger, { period: params.period, run: Number(params.run) }, by);
      if (isProblem(found)) return found;
      const { file: _, ...answer } = found;
      return answer;
    },
  }),
  route({
    method: 'GET',
    path: '/v1/periods/{period}/pay-runs/{run}/file',
    name: 'readPayRunFile',
    group: GROUP,
    says: 'The file of a run for payroll, as it was released: the same bytes each time.',
    may: { reads: 'close' },
    params: params.extend({ run: runParam }),
    answer: { status: 200, schema: z.string(), says: 'One line for each payment.', type: 'text/csv' },
    run: async ({ ledger, params }) => payRunFile(ledger, { period: params.period, run: Number(params.run) }),
  }),
  route<Record<string, never>, { dryRun?: boolean | undefined }, Stream>({
    method: 'POST',
    path: '/v1/payments',
    name: 'importPayments',
    group: GROUP,
    says: 'Imports what payroll paid and returned, all rows or none; the same row or file again pays nothing.',
    may: { writes: 'payment', step: 'record' },
    query: z.strictObject({
      dryRun: flag.optional().describe('Says what would be recorded, and records nothing.'),
    }),
    body: {
      as: 'stream',
      types: ['text/csv'],
      limit: FILE_LIMIT,
      says: 'The lines of the file of a run, with status (paid or returned), date, reference and reason.',
    },
    answer: { status: 201, schema: paymentsReport, says: 'What was recorded.' },
    run: async ({ ledger, body, query: { dryRun = false }, by }) =>
      importPaymentsFrom(ledger, { bytes: body, dryRun }, by),
  }),
];
