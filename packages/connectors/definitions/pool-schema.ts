import { fields } from '@ledger/events';
import { z } from 'zod';
import { anId, date, rate, say } from './say.ts';

/** Streaks, contests and what several people share, as people write them; pool.ts turns them into documents. */

export const streakFile = z
  .strictObject({
    windows: say(
      z.string().regex(/^(?:[2-9]|[1-5][0-9]|60)$/, 'must be a number of windows from 2 to 60'),
      'How many windows in a row.',
    ),
    'at-least': rate('From where on a window counts: attainment as 100%, or an amount as 50000, as tier-by says.'),
    pays: say(fields.positiveDecimal, 'Money paid when the row is complete, as 5000.00.', 'amount_invalid'),
    afterwards: say(
      z.enum(['restart', 'continue', 'stop']),
      'restart: counting begins again at 0; continue: every further window in a row pays, too; stop: nothing more until the row is broken and made again.',
    ).default('restart'),
    'across-years': say(z.enum(['yes', 'no']), 'Whether a row may go on from one calendar year to the next.').default(
      'yes',
    ),
  })
  .describe('Money for a number of windows in a row at or above a level.');

const money = (what: string) => say(fields.positiveDecimal, what, 'amount_invalid');
const group = anId(
  'Components that name the same group, in whatever plan, belong together; this component of this plan alone if left out.',
).optional();

const prizeFile = z
  .strictObject({
    place: say(
      z.string().regex(/^[1-9][0-9]{0,3}(?:-[1-9][0-9]{0,3})?$/, 'must be a place, as 1, or several, as 4-10'),
      'The place, as 1, or several, as 4-10: each of them wins the money.',
    ).optional(),
    top: rate(
      'Instead of a place: the best share of those who take part, as 10%, rounded up to whole places.',
    ).optional(),
    pays: say(
      z.union([
        money('Money, as 5000.00.'),
        say(
          fields.percent.regex(/%$/, 'must be a share, as 200%'),
          'A share of the target incentive, as 200%.',
          'amount_invalid',
        ),
      ]),
      'Money, as 5000.00, or a share of the target incentive, as 200%.',
      'amount_invalid',
    ),
  })
  .describe('Who wins how much.');

export const contestFile = z
  .strictObject({
    prizes: say(
      z.array(prizeFile).min(1, 'must name at least one prize').max(100),
      'Prizes, from the best place to the last.',
    ).optional(),
    pot: rate(
      'Instead of prizes: money, as 50000.00, or a share of what all measured, as 2%, that those who qualify divide.',
    ).optional(),
    divided: say(
      z.enum(['by-score', 'equally']),
      'How a pot is divided: in proportion to what each measured, or in equal parts.',
    ).optional(),
    'at-least': rate('Least score that qualifies, as 80% or 50000; anything above 0 if left out.').optional(),
    ties: say(
      z.enum(['share', 'higher', 'lower', 'earlier']),
      'Equal scores: share the prizes of their places, each gets the higher one, the lower one, or the earlier deal goes first.',
    ).default('share'),
    present: say(
      z.enum(['at-end', 'any-time']),
      'Who takes part: those under the component on the last day of the window, or on any day of it.',
    ).default('at-end'),
    among: say(
      z.array(anId('Id of a participant.')).min(1).max(1000),
      'Those who take part; everybody under it if left out.',
    ).optional(),
    group,
  })
  .describe('Ranks people by what they measured and pays by place.');

export const groupCapFile = z
  .strictObject({
    deal: rate(
      'Most that all recipients of one deal earn together: money, as 10000.00, or a share of the deal, as 12%.',
    ),
    group,
  })
  .describe('Most that all recipients of a deal earn together.');

export const budgetFile = z
  .strictObject({
    amount: money('Most that all people together are paid in a window, as 60000.00.'),
    window: say(
      z.union([
        z.enum(['half-month', 'month', 'quarter', 'half', 'year']),
        z.strictObject({ from: date('First day of the budget.'), to: date('First day after it.') }),
      ]),
      'Over what the money is there; the window of the component if left out.',
    ).optional(),
    spends: say(
      z.enum(['first-come', 'in-proportion']),
      'first-come: in the order of credits until it is spent; in-proportion: everybody the same share, when the window ends.',
    ).default('first-come'),
    group,
  })
  .describe('Most that is paid to all people together.');
