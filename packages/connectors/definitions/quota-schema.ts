import { fields, type QuotaAmounts } from '@ledger/events';
import { z } from 'zod';
import { amount, date, rate, say } from './say.ts';

/** What a quota may say beside its amounts, as people write it, and how days are counted; here and in components. */

const wholeNumber = (pattern: RegExp, must: string, what: string) => say(z.string().regex(pattern, must), what);

export const countFile = z
  .strictObject({
    by: say(
      z.enum(['calendar-days', 'working-days', 'whole-months', '30-360']),
      'What is counted: days; Monday to Friday less the holidays of the calendar; months; days of months of 30.',
    ).default('calendar-days'),
    of: say(
      z.union([z.literal('actual'), fields.positiveDecimal]),
      'What a share is of: what is counted in the whole, or a year of so many days, as 365.',
    ).default('actual'),
    'deciding-day': wholeNumber(
      /^(?:[1-9]|[12][0-9]|3[01])$/,
      'must be a day of the month from 1 to 31',
      'For whole-months: a month belongs to what applies on this day of it.',
    ).default('15'),
    'change-day': say(z.enum(['new', 'old']), 'Whose the day is on which an amount changes.').default('new'),
    'round-share': wholeNumber(
      /^[0-6]$/,
      'must be a number of decimals from 0 to 6',
      'Decimals of a percentage to which shares are rounded, half-up; not rounded if left out.',
    ).optional(),
    'round-amount': say(
      fields.positiveDecimal,
      'What a prorated amount is rounded to a multiple of, half-up, as 1 or 1000; not rounded if left out.',
      'amount_invalid',
    ).optional(),
  })
  .describe('How days are counted, and shares of them rounded.');
export type CountFile = z.output<typeof countFile>;

const rampShares = say(
  z.array(rate('Share of the quota in the step, as 50%.')).min(1, 'must hold at least one share').max(36),
  'Share of the quota in each step, in order; after the last one, all of it.',
);

const rampFile = z.union([
  rampShares,
  z
    .strictObject({
      shares: rampShares,
      per: say(z.enum(['month', 'quarter']), 'Length of a step.').default('month'),
      from: say(
        z.union([z.literal('start'), fields.date]),
        "start: the participant's first day; or a date.",
        'date_invalid',
      ).default('start'),
      steps: say(
        z.enum(['anniversary', 'calendar', 'next']),
        'anniversary: steps of months from the day on; calendar: the month that holds the day is the first step; next: the first whole one.',
      ).default('anniversary'),
      'on-leave': say(z.enum(['counts', 'pauses']), 'Whether days of recorded leave move the ramp on.').default(
        'counts',
      ),
    })
    .describe('Shares of the quota while somebody starts.'),
]);

/** Beside `amount` or `amounts`, of each quota or once for all. */
export const quotaTermsFile = {
  spread: say(
    z.array(rate('Share of the interval, as 20%.')).min(1).max(12),
    'The amount is that of the year, and each interval has this share of it; adds up to 100%.',
  ).optional(),
  changes: say(
    z
      .array(
        z
          .strictObject({
            from: date('First day on which the amount holds.'),
            amount: amount('The amount from then on, for every interval (of the year, with a spread).'),
          })
          .describe('Another amount from a day on.'),
      )
      .min(1, 'must hold at least one change')
      .max(50),
    'Other amounts from days of the year on; an interval that holds such a day takes both by days.',
  ).optional(),
  ramp: say(rampFile, 'Shares of the quota while somebody starts, as [25%, 50%, 75%, 100%] by months.').optional(),
  prorate: say(
    z.enum(['none', 'employed', 'assigned']),
    'Only these days count: those employed, or those assigned to any plan; none: the quota is not prorated.',
  ).optional(),
  count: countFile.optional(),
  relief: z
    .strictObject({
      'minimum-days': wholeNumber(
        /^(?:[1-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])$/,
        'must be a number of days from 1 to 366',
        'Reliefs of fewer calendar days relieve nothing.',
      ),
      minimum: say(
        z.enum(['each', 'together']),
        'Which days must reach it: of each relief, or of all of the year.',
      ).default('each'),
    })
    .describe('When reliefs by days count.')
    .optional(),
};
const termsFile = z.strictObject(quotaTermsFile);
export type QuotaTermsFile = z.output<typeof termsFile>;

export function countOf(file: CountFile): NonNullable<QuotaAmounts['count']> {
  return {
    by: file.by,
    of: file.of,
    decidingDay: Number(file['deciding-day']),
    changeDay: file['change-day'],
    roundShare: file['round-share'] === undefined ? null : Number(file['round-share']),
    roundAmount: file['round-amount'] ?? null,
  };
}

/** The terms as events carry them: only what was written. */
export function quotaTermsOf({
  spread,
  changes,
  ramp,
  prorate,
  count,
  relief,
}: QuotaTermsFile): Omit<QuotaAmounts, 'per' | 'amounts' | 'currency'> {
  return {
    ...(spread === undefined ? {} : { spread }),
    ...(changes === undefined ? {} : { changes }),
    ...(ramp === undefined ? {} : { ramp: rampOf(ramp) }),
    ...(prorate === undefined || prorate === 'none' ? {} : { prorate }),
    ...(count === undefined ? {} : { count: countOf(count) }),
    ...(relief === undefined
      ? {}
      : { relief: { minimumDays: Number(relief['minimum-days']), minimum: relief.minimum } }),
  };
}

function rampOf(file: z.output<typeof rampFile>): NonNullable<QuotaAmounts['ramp']> {
  if (Array.isArray(file)) return { shares: file, per: 'month', from: 'start', steps: 'anniversary', leave: 'counts' };
  const { shares, per, from, steps, 'on-leave': leave } = file;
  return { shares, per, from, steps, leave };
}
