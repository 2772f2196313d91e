import { z } from 'zod';
import { date, decimal, nonNegativeDecimal, partId, percent, positiveDecimal } from './fields.ts';

/**
 * Clauses of a plan that concern the person and the payment, not one component (mechanics §10, §12, §20), and the balances that they
 * keep from one statement to the next.
 */

/** What settlement does to a statement, in the order in which it does it. */
export const SETTLEMENT_STEPS = [
  'adjustment',
  'waived',
  'spread',
  'held',
  'unheld',
  'guarantee',
  'deferred',
  'draw',
  'draw-recovered',
  'draw-forgiven',
  'recovery',
  'written-off',
  'carried',
  'law',
] as const;
export const settlementStep = z.enum(SETTLEMENT_STEPS);
export type SettlementStep = z.infer<typeof settlementStep>;

export const balanceKind = z
  .enum(['owed', 'forgiven', 'held', 'spread', 'deferred', 'to-recover', 'written-off', 'carried'])
  .describe(
    '`owed`: on a recoverable draw; `forgiven`: of a draw, in all; `held`: by decision; `spread`: of corrections that are spread, not yet paid or taken back; `deferred`: earned and not yet due for payment; `to-recover`: paid too much and to be paid back; `written-off`: no longer asked back, in all; `carried`: below the minimum payment.',
  );
export type BalanceKind = z.infer<typeof balanceKind>;

export const balance = z
  .strictObject({
    balance: balanceKind,
    of: partId.nullable().describe('Which draw; `null` where there is one balance of the kind.'),
    opening: decimal,
    change: decimal,
    closing: decimal,
  })
  .describe('What is carried from one statement to the next: it closes the one and opens the other.');
export type Balance = z.infer<typeof balance>;

const interval = z.enum(['month', 'quarter', 'half', 'year']);

const lasts = {
  from: date.nullable().describe('First day; `null`: the day on which the person begins under the plan.'),
  until: date.nullable().describe('First day after it; `null`: no such day.'),
  months: z
    .string()
    .regex(/^(?:[1-9]|[1-9][0-9]|1[01][0-9]|120)$/, 'must be a number of months from 1 to 120')
    .nullable()
    .describe('How many months it lasts from its first day; `null`: see until.'),
  part: z.enum(['days', 'whole']).describe('What of an interval that is not full: its part by days, or all of it.'),
};

const earningsOf = z
  .array(partId)
  .min(1)
  .max(50)
  .optional()
  .describe('Components whose earnings are compared with the amount; absent: everything that is earned.');

export const drawClause = z.strictObject({
  name: partId,
  kind: z
    .enum(['recoverable', 'non-recoverable', 'on-top'])
    .describe('`on-top`: the amount is paid beside what is earned, and never owed.'),
  amount: positiveDecimal,
  every: interval,
  ...lasts,
  protectFloor: z.boolean().describe('Whether only what exceeds the draw pays it back.'),
  recover: percent.describe('Share of that which pays it back.'),
  recoverMost: percent
    .optional()
    .describe('Most of everything that is earned in a pay period that pays it back; absent: no limit.'),
  recoverFrom: date.nullable().describe('First day of paying back; `null`: at once.'),
  mostOwed: nonNegativeDecimal.nullable().describe('Most that may be owed; what exceeds it is not advanced.'),
  atEnd: z.enum(['recover', 'forgive']).describe('What becomes of what is owed when the draw ends.'),
  onLeaving: z
    .enum(['as-usual', 'in-full', 'nothing', 'forgive'])
    .describe('How what is owed is paid back out of the pay of somebody who has left.'),
  earningsOf,
});
export type DrawClause = z.infer<typeof drawClause>;

export const guaranteeClause = z.strictObject({
  amount: positiveDecimal,
  every: interval,
  ...lasts,
  over: z
    .enum(['each', 'quarter', 'half', 'year', 'whole'])
    .describe('`each`: every interval by itself; otherwise the sum over a calendar window, or over all of it.'),
  paid: z.enum(['to-date', 'at-end']).describe('A sum is made up for period by period, or once at its end.'),
  earningsOf,
});
export type GuaranteeClause = z.infer<typeof guaranteeClause>;

const alwaysPaid = z.enum(['year-end', 'termination', 'underpayment']);

export const payClause = z.strictObject({
  every: z.enum(['period', 'quarter', 'half', 'year']).describe('When what is earned is due for payment.'),
  minimum: nonNegativeDecimal.nullable().describe('Least that is paid; less is carried.'),
  always: z.array(alwaysPaid).max(3).describe('When even less than the minimum is paid.'),
  negative: z.enum(['carry', 'pay']).describe('A negative sum: to be recovered later, or charged at once.'),
  negativeMinimum: nonNegativeDecimal.nullable().describe('Least that is charged at once; less is carried.'),
  recover: z.strictObject({
    share: percent.describe('Most of the pay of a period that is taken for what is to be recovered.'),
    atLeast: nonNegativeDecimal.nullable().describe('But at least so much, if there is as much pay.'),
    instalment: positiveDecimal.nullable().describe('Instead of a share: so much in each period.'),
    onLeaving: z.enum(['in-full', 'as-usual', 'nothing']),
  }),
  corrections: z
    .enum(['positives-only'])
    .optional()
    .describe('Corrections of earlier periods that come to less than 0 are not taken back; absent: they are.'),
  writeOffUnder: nonNegativeDecimal.nullable().describe('A rest of less than this is not asked back.'),
});
export type PayClause = z.infer<typeof payClause>;

/** Written only where the plan says something; a plan without them pays what is due. */
export const settlementClauses = {
  draws: z.array(drawClause).min(1).max(20).optional().describe('Pay ahead of earnings.'),
  guarantee: guaranteeClause.optional().describe('Least that is earned.'),
  pay: payClause.optional().describe('When and how what is due is paid.'),
};
