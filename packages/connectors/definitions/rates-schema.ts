import { fields, windowKind } from '@ledger/events';
import { z } from 'zod';
import { amount, anId, cel, date, rate, say } from './say.ts';

/** What picks bands, columns and factors beside what a component measures itself; tables for products. */

const length = z
  .string()
  .regex(/^(?:[1-9]|[1-9][0-9]) (?:weeks?|months?|years?)$/, 'must be a length as 3 months, 1 week or 1 year');

export const window = (what: string) =>
  say(
    z.union([
      windowKind,
      z.strictObject({ from: date('First day of the window.'), to: date('First day after it.') }),
      z.strictObject({
        every: say(
          z.union([length, z.array(length).min(1, 'must have at least one length').max(60)]),
          'How long each of windows that follow each other is, as 3 months or 1 week; a list, [4 weeks, 4 weeks, 5 weeks], begins again after its last.',
        ),
        from: date('First day of the first of them.'),
      }),
      z.strictObject({
        rolling: say(
          z.string().regex(/^(?:[1-9]|[1-5][0-9]|60)$/, 'must be a number of months from 1 to 60'),
          'That many months, ending with the pay period.',
        ),
      }),
    ]),
    what,
  );

const metrics = (what: string) =>
  say(
    z.union([
      anId(what),
      z.array(anId('Id of a metric.')).min(2, 'must name at least two metrics').max(20),
      z
        .strictObject({ component: anId('Another component of the plan: what it measures, by its own credits.') })
        .describe('What another component has measured.'),
    ]),
    what,
  );

const score = say(
  z
    .array(
      z
        .strictObject({
          measure: anId('Metric that it looks at.').optional(),
          component: anId('Instead of a metric, another component of the plan: what it measures.').optional(),
          weight: rate('Its weight, as 60%.'),
        })
        .describe('A metric, or another component, and its weight.'),
    )
    .min(2, 'must name at least two metrics')
    .max(20),
  'Several metrics, or components: the average of their attainments by weights that add up to 100%.',
);

const target = say(
  z.enum(['quota', 'quota-to-date']),
  'What attainment is measured against: the quota of the window, or what of it is over.',
);
const lookWindow = window(
  'Over what it looks, up to the end of the pay period; the window of the component if left out.',
);

export const over = anId('Metric that it is divided by.');

const pickFields = {
  'attainment-of': metrics('Metric, or metrics added up, whose attainment picks.').optional(),
  'amount-of': metrics('Metric, or metrics added up, whose amount picks.').optional(),
  score: score.optional(),
  'ratio-of': anId('Metric whose ratio to another one, `over`, picks.').optional(),
  over: over.optional(),
  deal: cel('CEL: a number of each deal, as deal.discount.').optional(),
  window: lookWindow.optional(),
  target: target.optional(),
};
export const pickFile = z.strictObject(pickFields).describe('What picks the band instead of what is measured.');
export type PickFile = z.output<typeof pickFile>;

export const columnsFile = z
  .strictObject({
    ...pickFields,
    from: say(
      z.array(rate('Where a column begins.')).min(2, 'must name at least two columns').max(50),
      'Where each column begins, from the lowest to the highest.',
      'table_invalid',
    ),
  })
  .describe('What picks the column of a table, and where each column begins.');

export const multiplierFile = z
  .strictObject({
    when: cel('CEL over the deal: does the factor apply?').default('true'),
    by: amount('The factor, as 1.1.'),
  })
  .describe('A factor and the deals that it is for.');

export const measuredMultiplierFile = z
  .strictObject({
    'by-attainment-of': metrics('Metric, or metrics added up, whose attainment picks the factor.').optional(),
    'by-amount-of': metrics('Metric, or metrics added up, whose amount picks the factor.').optional(),
    'by-score': score.optional(),
    'by-ratio-of': anId('Metric whose ratio to another one, `over`, picks the factor.').optional(),
    over: over.optional(),
    window: lookWindow.optional(),
    target: target.optional(),
    table: say(
      z
        .array(
          z
            .strictObject({ from: rate('Where the step begins.'), by: amount('The factor, as 1.1.') })
            .describe('A step and its factor.'),
        )
        .min(1, 'must have at least one step')
        .max(100),
      'Factors from the lowest step to the highest.',
      'table_invalid',
    ),
    between: say(
      z.enum(['steps', 'lines']),
      'steps: the factor of the step that is reached; lines: in a straight line from one to the next.',
    ).default('steps'),
  })
  .describe('A factor by what is measured elsewhere.');
export type MeasuredMultiplierFile = z.output<typeof measuredMultiplierFile>;

export const names = (what: string) =>
  say(z.union([say(fields.label, what), z.array(fields.label).min(1, 'must name at least one').max(200)]), what);
