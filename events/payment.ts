import { z } from 'zod';
import { currency, date, decimal, id, label, partId, periodId, position, reason, sha256, version } from './fields.ts';

/** On stream `period-<id>`: so that a period is either paid or opened again, and never both at once. */
export const payRunEvents = {
  PayRunReleased: z
    .strictObject({
      period: periodId,
      run: version.describe('From 1 within the period.'),
      asOf: position.describe('What was payable then is in the run; the file is a function of it.'),
      payments: z.int().min(1),
      totals: z.record(currency, decimal),
      digest: sha256.describe('SHA-256 of the bytes of the file.'),
      releasedBy: id,
    })
    .describe('What is payable of a frozen period goes to payroll: one payment for each statement.'),
};

const payment = {
  period: periodId,
  participant: partId,
  /** With period and participant it names the payment. */
  run: version,
  currency,
  amount: decimal,
};

/** On stream `payout-<period>.<participant>`: what payroll said became of a payment. */
export const paymentEvents = {
  PayoutPaid: z
    .strictObject({
      ...payment,
      statement: sha256.describe('Digest of the statement that is paid.'),
      paidOn: date,
      reference: label.nullable().describe('What payroll or the bank calls it.'),
    })
    .describe('Payroll has paid a statement.'),
  PayoutReturned: z
    .strictObject({
      ...payment,
      statement: sha256.describe('Digest of the statement that was not paid.'),
      returnedOn: date,
      reference: label.nullable().describe('What payroll or the bank calls it.'),
      reason,
    })
    .describe('A payment could not be made, or came back. The statement is payable again, in a later run.'),
};
