import { fields } from '@ledger/events';
import { cmp, ONE, PERCENT, percent, ZERO } from '@ledger/money';
import { z } from 'zod';
import { amount, anId, date, ids, say } from './say.ts';

/** Clauses of a plan about the person and the payment, as people write them; settlement.ts turns them into documents. */

const money = (what: string) => say(fields.positiveDecimal, what, 'amount_invalid');
const part = (what: string) =>
  say(
    fields.percent.refine((text) => !PERCENT.test(text) || isPart(text), 'must be more than 0% and at most 100%'),
    what,
    'percent_invalid',
  );

function isPart(text: string): boolean {
  const value = percent(text);
  return cmp(value, ZERO) > 0 && cmp(value, ONE) <= 0;
}

const every = say(z.enum(['month', 'quarter', 'half', 'year']), 'Interval that the amount is for.').default('month');

const lasts = {
  from: date('First day; the day on which the person begins under the plan if left out.').optional(),
  until: date('First day after it; no end if left out.').optional(),
  for: say(
    z.string().regex(/^(?:1 month|(?:[2-9]|[1-9][0-9]|1[01][0-9]|120) months)$/, 'must be a time as 6 months'),
    'How long it lasts from its first day, as 6 months, instead of until.',
  ).optional(),
  part: say(
    z.enum(['days', 'whole']),
    'Of an interval that is not full: days: its part by calendar days; whole: all of it.',
  ).default('days'),
};

export const drawFile = z
  .strictObject({
    name: anId('Name of the draw; its balance is kept under it.').default('draw'),
    kind: say(
      z.enum(['recoverable', 'non-recoverable', 'on-top']),
      'recoverable: what is advanced is owed; non-recoverable: it is not; on-top: the amount is paid beside what is earned, and not owed.',
    ).default('recoverable'),
    amount: money('Least that is paid for each interval, as 4000.00.'),
    every,
    ...lasts,
    'protect-floor': say(
      z.enum(['yes', 'no']),
      'yes: only what exceeds the draw pays it back; no: everything earned does.',
    ).default('yes'),
    recover: part('Share of that which pays back what is owed, as 50%.').default('100%'),
    'recover-most': part('Most of everything that is earned that pays back, as 50%.').optional(),
    'recover-from': date('First day of paying back; at once if left out.').optional(),
    'most-owed': amount('Most that may be owed; nothing more is advanced then.').optional(),
    'at-end': say(
      z.enum(['recover', 'forgive']),
      'What is still owed when the draw ends: recover: paid back from later earnings; forgive: not owed any more.',
    ).default('recover'),
    'on-leaving': say(
      z.enum(['as-usual', 'in-full', 'nothing', 'forgive']),
      'Out of the pay of somebody who leaves: as-usual: as before; in-full: out of everything that is earned; nothing: it stays owed; forgive: it is not owed any more.',
    ).default('as-usual'),
    'earnings-of': ids(
      'Components whose earnings are set against it; everything that is earned if left out.',
    ).optional(),
  })
  .describe('Pay ahead of earnings.');
export type DrawFile = z.output<typeof drawFile>;

export const guaranteeFile = z
  .strictObject({
    amount: money('Least that is earned in each interval, as 5000.00.'),
    every,
    ...lasts,
    over: say(
      z.enum(['each', 'quarter', 'half', 'year', 'whole']),
      'each: every interval by itself; otherwise sums over that calendar window, or over all of it, are compared.',
    ).default('each'),
    paid: say(
      z.enum(['to-date', 'at-end']),
      'A sum is made up for period by period, better ones set against weaker ones (to-date), or once when it ends (at-end).',
    ).default('to-date'),
    'earnings-of': ids('Components whose earnings it guarantees; everything that is earned if left out.').optional(),
  })
  .describe('Least that is earned.');
export type GuaranteeFile = z.output<typeof guaranteeFile>;

const recoverFile = z
  .strictObject({
    share: part('Most of the pay of a period that is taken, as 25%.').default('100%'),
    'at-least': amount('But so much at least, if there is as much pay, as 500.00.').optional(),
    instalment: money('Instead of a share: so much in each period.').optional(),
    'on-leaving': say(
      z.enum(['in-full', 'as-usual', 'nothing']),
      'Out of the pay of somebody who leaves: all that is to be recovered, as before, or nothing.',
    ).default('in-full'),
  })
  .describe('How what was paid too much is recovered from later pay.');

const payFile = z
  .strictObject({
    every: say(
      z.enum(['period', 'quarter', 'half', 'year']),
      'When what is earned is paid: in each pay period, or at the end of the quarter, half or year.',
    ).default('period'),
    minimum: amount('Least that is paid, as 25.00; less is carried to the next period.').optional(),
    'below-minimum': say(z.enum(['carry', 'pay']), 'What is less than the minimum: carried, or paid.').default('carry'),
    'always-pay': say(
      z.union([z.literal('never'), z.array(z.enum(['year-end', 'termination', 'underpayment'])).max(3)]),
      'When even less than the minimum is paid.',
    ).optional(),
    negative: say(
      z.enum(['carry', 'pay']),
      'A negative sum: carry: nothing is paid and it is recovered later; pay: payroll charges it at once.',
    ).default('carry'),
    'negative-minimum': amount('With negative: pay: least that is charged; less is carried.').optional(),
    recover: recoverFile.optional(),
    corrections: say(
      z.enum(['net', 'positives-only']),
      'Corrections of earlier periods: net: paid and taken back; positives-only: where they come to less than 0, nothing is taken back.',
    ).default('net'),
    'write-off-under': amount('A rest to be recovered of less than this is written off, as 100.00.').optional(),
  })
  .describe('When and how what is due is paid.');
export type PayFile = z.output<typeof payFile>;

export const settlementFile = {
  draws: say(z.array(drawFile).min(1).max(20), 'Draws, in the order in which they take effect.').optional(),
  guarantee: guaranteeFile.optional(),
  pay: payFile.optional(),
};
