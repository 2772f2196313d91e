import { fields } from '@ledger/events';
import { z } from 'zod';
import { date, say } from './say.ts';

/** How a plan exchanges money, as people write it. */

export const exchangeFile = say(
  z.union([
    z.enum(['booking-date', 'period-average', 'payment-date']),
    z.strictObject({
      on: date('Day whose newest rate holds for every deal.').optional(),
      rates: say(
        z.record(
          say(
            z.string().regex(/^[A-Z]{3}\/[A-Z]{3}$/, 'must be a pair of currencies, as EUR/USD'),
            'A pair of currencies.',
          ),
          say(fields.positiveDecimal, 'Units of the second currency for one of the first.', 'amount_invalid'),
        ),
        'Rates of the plan, as { EUR/USD: 1.10 }.',
      ).optional(),
    }),
  ]),
  'Which exchange rate a deal in another currency gets.',
);

export const payoutFile = z
  .strictObject({
    rate: say(
      z.union([
        z.enum(['period-end', 'booking-date']),
        z.strictObject({
          'days-after-period': say(
            z
              .string()
              .regex(/^(?:[1-9][0-9]?|[12][0-9]{2}|3[0-5][0-9]|36[0-5])$/, 'must be a number of days from 1 to 365'),
            'That many days after the last day of the pay period.',
          ),
        }),
      ]),
      'Of which day the rate is.',
    ).default('period-end'),
    difference: say(
      z.enum(['within-lines', 'own-line']),
      'own-line: deals are paid at the rate of their closing date, and the difference to `rate` is a line of its own.',
    ).default('within-lines'),
  })
  .describe("How participants are paid in their own currency; left out, it must be the plan's.");
