import { z } from 'zod';
import {
  approval,
  currency,
  date,
  decimal,
  freezeNumber,
  id,
  periodId,
  position,
  queryName,
  reason,
  refusal,
  request,
  sha256,
} from './fields.ts';

/** What was in the way of a freeze, and why it goes on all the same. */
const despite = z
  .strictObject({
    reason,
    blockers: z
      .array(z.strictObject({ code: z.string().regex(/^[a-z][a-z_]{0,63}$/), about: z.string().min(1).max(300) }))
      .min(1)
      .max(10_000)
      .describe('By code, and what each is about, in the order in which they were found.'),
  })
  .optional();

/** Stream `period-<id>`: from open to frozen. */
export const periodEvents = {
  PeriodOpened: z
    .strictObject({ period: periodId, from: date, to: date, openedBy: id })
    .describe('Statements may be asked for the period [from, to).'),
  PeriodFreezeRequested: z
    .strictObject({ period: periodId, ...request, despite })
    .describe('Somebody asks that the period become history.'),
  PeriodFreezeStarted: z
    .strictObject({ period: periodId, asOf: position, ...request, despite, ...approval })
    .describe('The freeze is approved and pins the log position that every statement of the period is computed from.'),
  PeriodFreezeDeclined: z
    .strictObject({ period: periodId, ...refusal })
    .describe('A freeze was declined; the period stays open.'),
  PeriodReopenRequested: z
    .strictObject({ period: periodId, ...request })
    .describe('Somebody asks that a frozen period be closed again, by other statements.'),
  PeriodReopened: z
    .strictObject({ period: periodId, freeze: freezeNumber, ...request, ...approval })
    .describe(
      'The statements of the freeze no longer count; they stay readable. The period is open, to be frozen again.',
    ),
  PeriodReopenDeclined: z.strictObject({ period: periodId, ...refusal }).describe('The period stays frozen.'),
  PeriodFrozen: z
    .strictObject({
      period: periodId,
      asOf: position,
      freeze: freezeNumber.optional(),
      statements: z.int().min(0),
      totals: z.record(currency, decimal),
      /** SHA-256 over `<participant> <statement digest>` lines, sorted by participant. */
      digest: sha256,
      openQueries: z
        .array(queryName)
        .min(1)
        .max(10_000)
        .optional()
        .describe('Queries about this period or an earlier one that were open; they go on.'),
    })
    .describe('Every statement of the period is written. From now on its numbers do not move.'),
};

/** Stream `policy-<name>`: rules of the ledger as a whole. */
export const policyEvents = {
  CloseCalendarSet: z
    .strictObject({
      cadence: z.enum(['month', 'quarter']).describe('Length of a pay period.'),
      firstPeriod: periodId,
      timeZone: z.string().min(1).max(64).describe('IANA time zone in which a day begins and ends.'),
      currency: currency.describe('Currency that the ledger reports in.'),
      holidays: z
        .array(date)
        .max(2000)
        .optional()
        .describe('Days from Monday to Friday that are no working days, in order; for quotas that count those.'),
      reason,
    })
    .describe('How the ledger cuts time into pay periods.'),
};

/** Stream `fx-<base><quote>.<year>`: exchange rates with their source. */
export const fxEvents = {
  ExchangeRateRecorded: z
    .strictObject({ base: currency, quote: currency, on: date, rate: decimal, source: reason })
    .describe('From a date on, one unit of the base currency is worth this many units of the quote currency.'),
};
