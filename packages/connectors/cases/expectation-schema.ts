import { balanceKind, fields, isCode } from '@ledger/events';
import { z } from 'zod';
import { anId, currency, say } from '../definitions/say.ts';
import { dealId, period, shares, text, window } from './words.ts';

/** What must be so, as people write it; schema.ts has the steps. */

/** A number that is expected: exact, or `about 66.67%` to the decimals that are written. */
const EXPECTED = /^(?:about )?-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12}%?|%|\/[1-9][0-9]{0,14})?$/;

/** Money or a count: a share of nothing would be taken a hundred times too small. */
const money = (what: string) =>
  say(
    z
      .string()
      .regex(EXPECTED, 'must be a number as 6720.00 or 20/3, exact, or to its decimals as about 6666.67')
      .refine((text) => !text.endsWith('%'), 'is a share; write the amount, as 6720.00'),
    what,
    'amount_invalid',
  );

const through = say(
  z.union([fields.text, z.array(fields.text).min(1).max(50)]),
  'Text that a step of the trace says, or several.',
);
const refused = say(
  z
    .string()
    .regex(/^[a-z][a-z_]{1,60}$/, 'must be a code of docs/errors.md, as quota_missing')
    .refine(isCode, 'is no code of docs/errors.md, as quota_missing is'),
  'There is no answer: it is refused with this code.',
).optional();
const asOf = say(
  z
    .string()
    .regex(
      /^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?Z)?$/,
      'must be a day as 2026-03-01 or an instant as 2026-03-01T12:00:00Z',
    ),
  'As of the end of that day, or of that instant; of the end of the case if left out.',
  'date_invalid',
).optional();

const ofLine = {
  component: anId('Component of the plan.').optional(),
  deal: dealId('Id of the deal; `none`: of no single deal.').optional(),
  kind: say(z.enum(['earning', 'correction', 'settlement']), 'Kind of line.').optional(),
  of: period('For corrections: the earlier period that it is about.').optional(),
  step: anId('Kind of line by the first step of its trace, as line, cap, correction.').optional(),
};
const expectedLine = z
  .strictObject({
    ...ofLine,
    amount: money('Rounded amount of the line.').optional(),
    exact: money('Amount before rounding.').optional(),
    through: through.optional(),
  })
  .describe('A line that must be there.');

const expectedRelease = z
  .strictObject({
    component: anId('Component of the plan; all of them if left out.').optional(),
    deal: dealId('Id of the deal; all of them if left out.').optional(),
    earned: money('What is earned, whenever it may be paid.').optional(),
    held: money('What of it may not be paid yet.').optional(),
    released: money('What was held before and may be paid now.').optional(),
    eligible: money('What may be paid: earned, less held, plus released.').optional(),
  })
  .describe('What is held and released in the period.');

const balanceName = z
  .string()
  .regex(
    new RegExp(`^(?:${balanceKind.options.join('|')})(?:/[A-Za-z0-9][A-Za-z0-9_:-]{0,63})?$`),
    `must be ${balanceKind.options.join(', ')}, or one of them with a name, as owed/draw`,
  );

export const expectationSchemas = {
  statement: z
    .strictObject({
      statement: anId('Whose statement.'),
      period: period('Of which period.'),
      total: money('Sum of all its lines.').optional(),
      components: say(
        z.record(fields.partId, money('Sum of the lines of the component, without corrections.')),
        'Amount by component; 0 where there is no line.',
      ).optional(),
      lines: say(z.array(expectedLine).max(1000), 'Lines that must be there; others may be.').optional(),
      balances: say(
        z.record(balanceName, money('What is carried to the next statement.')),
        'Balances after the statement: `owed` (or `owed/draw`), `to-recover`, `carried`; 0 where there is none.',
      ).optional(),
      release: say(
        z.array(expectedRelease).max(1000),
        'What of the earnings of the period is held, and what is released in it.',
      ).optional(),
      'line-count': say(
        z.string().regex(/^[0-9]{1,6}$/, 'must be a whole number'),
        'How many lines it has.',
      ).optional(),
      state: say(z.enum(['open', 'frozen']), 'Whether it is history.').optional(),
      currency: currency('Currency of the statement.').optional(),
      'as-of': asOf,
      refused,
      note: text('For readers.').optional(),
    })
    .describe('What a statement must say.'),
  attainment: z
    .strictObject({
      attainment: anId('Whose attainment.'),
      metric: anId('Of which metric; the only one if left out.').optional(),
      component: anId('Of which component; any that measures it if left out.').optional(),
      window: window.optional(),
      period: period('Up to the end of which period; the last one of the window if left out.').optional(),
      is: say(
        z
          .string()
          .regex(new RegExp(`^none$|${EXPECTED.source}`), 'must be an attainment as 84%, 2/3, about 66.67% or none'),
        'Credited over quota, exact or to the decimals written; none where there is no quota.',
        'percent_invalid',
      ).optional(),
      credited: money('Credited amount.').optional(),
      quota: money('Quota of the window.').optional(),
      'as-of': asOf,
      refused,
      note: text('For readers.').optional(),
    })
    .describe('What an attainment must be.'),
  corrections: z
    .strictObject({
      corrections: anId('Whose corrections.'),
      period: period('Period in which they are posted.'),
      of: period('Earlier period that they are about; any if left out.').optional(),
      component: anId('Component; any if left out.').optional(),
      amount: money('Sum of the corrections; 0 where there are none.'),
      through: through.optional(),
      'as-of': asOf,
      note: text('For readers.').optional(),
    })
    .describe('What is corrected of an earlier, frozen period.'),
  trace: z
    .strictObject({
      trace: anId('Whose line.'),
      period: period('Of which period.'),
      ...ofLine,
      through,
      'as-of': asOf,
      note: text('For readers.').optional(),
    })
    .describe('What the trace of a line must say.'),
  credits: z
    .strictObject({
      credits: dealId('Id of the deal.'),
      are: shares('Primary and overlay credit by participant, in force.'),
      rules: say(
        z.record(z.string(), anId('Id of the rule.')),
        'Crediting rule that made a credit, by participant.',
      ).optional(),
      'as-of': asOf,
      note: text('For readers.').optional(),
    })
    .describe('Who is credited with a deal.'),
} as const;
export type ExpectationWord = keyof typeof expectationSchemas;
export type ExpectationFile<W extends ExpectationWord> = z.output<(typeof expectationSchemas)[W]>;
