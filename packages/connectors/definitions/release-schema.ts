import { fields } from '@ledger/events';
import { z } from 'zod';
import { anId, rate, say } from './say.ts';

/** When what is earned may be paid, as people write it; release.ts turns it into documents. */

const timeSpan = (what: string) =>
  say(
    z.string().regex(/^[1-9][0-9]{0,2} (?:days?|months?|years?)$/, 'must be a time as 90 days, 12 months or 2 years'),
    what,
  );

const yesNo = z.enum(['yes', 'no']);

const partFile = z
  .strictObject({
    at: anId('closed: when the deal closes; otherwise the milestone that it reaches, as invoiced, paid or live.'),
    share: say(
      fields.shareText,
      'Part of what the deal earns, as 70% or 1/3; the parts add up to 100%.',
      'percent_invalid',
    ),
    instalments: say(
      z.string().regex(/^(?:[2-9]|[1-5][0-9]|60)$/, 'must be a number of instalments from 2 to 60'),
      'The part in so many equal instalments, the first one at once and the others a month after each other.',
    ).optional(),
    'in-proportion': say(
      yesNo,
      'Released in proportion to the amounts of the milestone over the amount of the deal; no: with the first one.',
    ).default('no'),
    'from-share': rate(
      'Released in full once the amounts of the milestone are that part of the amount of the deal, as 90%.',
    ).optional(),
    'end-of': say(
      z.enum(['month', 'quarter', 'half', 'year']),
      'Released on the last day of the calendar month, quarter, half or year that holds the day; `after` counts from there.',
    ).optional(),
    after: timeSpan('Released only so long after it, as 90 days.').optional(),
  })
  .describe('A part of what a deal earns, and when it is released.');
export type ReleasePartFile = z.output<typeof partFile>;

export const releaseFile = say(
  z.array(partFile).min(1, 'must have at least one part').max(20),
  'When what deals earn may be paid; when they close if left out.',
).optional();

const triggerFile = z.union([
  anId('cancellation, or the milestone that it reaches, as refunded or churned.'),
  z
    .strictObject({
      unpaid: anId('Milestone whose amounts should add up to the amount of the deal, as paid.'),
      after: timeSpan('By when they should, after closing: 180 days.'),
      late: say(
        z.enum(['given-again', 'lost']),
        'What is paid later than that: given-again, or lost for good.',
      ).default('given-again'),
    })
    .describe('What is not paid in time.'),
]);

const takesFile = z.union([
  z.enum(['full', 'proportional']),
  rate('A fixed part, as 50%.'),
  z
    .strictObject({ proportional: rate('As 50%.') })
    .describe('A share of the part that the amount of the milestone, or what is unpaid, is of the deal.'),
  z
    .strictObject({
      'straight-line': timeSpan('Over how long what was earned is kept bit by bit: 12 months, 365 days.'),
    })
    .describe('The part of a time that is not over.'),
  z
    .strictObject({
      steps: say(
        z
          .array(
            z
              .strictObject({ within: timeSpan('Up to so long after closing, as 30 days.'), share: rate('As 75%.') })
              .describe('A part for what comes back within some time.'),
          )
          .min(1, 'must have at least one step')
          .max(50),
        'The first that holds counts; nothing after the last.',
      ),
    })
    .describe('By how long after closing it is.'),
]);

const returnedRuleFile = z
  .strictObject({
    on: say(
      triggerFile,
      'What takes back: cancellation; a milestone of deals, as refunded or churned; or { unpaid: paid, after: 180 days }.',
    ),
    takes: say(
      takesFile,
      'full; proportional to the amount of the milestone, or { proportional: 50% } of that part; a part, as 50%; { straight-line: 12 months }; { steps: [{ within: 30 days, share: 100% }] }.',
    ).default('full'),
    credit: say(
      z.enum(['original-period', 'period-of-return']),
      'original-period: the period in which the deal closed is calculated again; period-of-return: credit and money are taken back where the return falls, as they were calculated.',
    ).default('original-period'),
    since: anId('Times run from this milestone on; from closing if left out.').optional(),
    within: timeSpan('What happens later takes nothing back: 12 months.').optional(),
    'at-least': say(
      fields.positiveDecimal,
      'Least amount of the deal that must come back, in its currency.',
      'amount_invalid',
    ).optional(),
    'out-of': say(
      z.enum(['all', 'held-first']),
      'all: of what was released and of what is held alike; held-first: what is held is taken before what was released.',
    ).default('all'),
  })
  .describe('What is taken back of what a deal earned, and when.');
export type ReturnedRuleFile = z.output<typeof returnedRuleFile>;

export const returnedFile = say(
  z.array(returnedRuleFile).min(1, 'must have at least one rule').max(20),
  'What is taken back of what deals earned; without it a cancelled deal never counted, and nothing else takes back.',
).optional();
