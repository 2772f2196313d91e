import { z } from 'zod';
import { currency, date, positiveDecimal } from './fields.ts';

/** How a plan exchanges money: what deals bring in other currencies, and what is paid in another one than the plan's. */

export const exchangePolicy = z
  .union([
    z.enum(['booking-date', 'period-average', 'payment-date']),
    z.strictObject({ on: date }),
    z.strictObject({
      rates: z
        .array(z.strictObject({ base: currency, quote: currency, rate: positiveDecimal }))
        .min(1)
        .max(50),
    }),
  ])
  .describe(
    'Which exchange rate a deal in another currency gets: the newest of its closing date, the average of its pay period, the newest of the day on which it was paid, the newest of one day for all, or rates of the plan.',
  );
export type ExchangePolicy = z.infer<typeof exchangePolicy>;

export const payoutPolicy = z
  .strictObject({
    rate: z.union([
      z.enum(['period-end', 'booking-date']),
      z.strictObject({ daysAfterPeriod: z.int().min(1).max(365) }),
    ]),
    difference: z
      .enum(['within-lines', 'own-line'])
      .describe(
        '`own-line`: deals are paid at the rate of their closing date, and the difference is a line of its own.',
      ),
  })
  .describe("How participants are paid in a currency of their own; absent: the participant's currency is the plan's.");
