import { z } from 'zod';
import { date, nonNegativeDecimal, partId, percent, text } from './fields.ts';

/** Over what credits add up, and what is looked at there: for gates, for what picks a band or a column, for factors. */

/** CEL: a condition or an amount over a deal. Parsed, typed and compiled before it is proposed. */
export const expression = text.max(2000, 'must not be longer than 2000 characters');

export const windowKind = z.enum(['deal', 'half-month', 'month', 'quarter', 'half', 'year']);
/** Windows that follow each other from a day on, each as long as the next of a list that begins again: fiscal quarters, 4-4-5 weeks. */
const repeatingWindow = z.strictObject({
  every: z
    .array(z.strictObject({ count: z.int().min(1).max(120), unit: z.enum(['weeks', 'months']) }))
    .min(1)
    .max(60),
  from: date,
});
export type RepeatingWindow = z.infer<typeof repeatingWindow>;

export const measuringWindow = z.union([
  windowKind,
  z.strictObject({ from: date, to: date }),
  repeatingWindow,
  z.strictObject({ rolling: z.int().min(1).max(60) }),
]);
export type MeasuringWindow = z.infer<typeof measuringWindow>;

/** What is looked at: one metric of weight 100 %, or several. */
export const looked = z
  .array(
    z.strictObject({
      measure: partId,
      weight: percent,
      component: partId
        .optional()
        .describe('Another component, as it measures; absent: the credits of the component that looks.'),
    }),
  )
  .min(1)
  .max(20);

export const against = z
  .enum(['quota', 'quota-to-date', 'amount'])
  .describe('`quota`, `quota-to-date`: attainment counts; `amount`: the measured amount.');

/** Absent: the average of attainments by their weights, or the one amount. */
export const combine = z
  .enum(['sum'])
  .optional()
  .describe('`sum`: the amounts, and the quotas, are added up before they are compared.');

export const over = partId
  .optional()
  .describe('Metric that the one that is looked at is divided by: their ratio counts; absent: what `against` says.');

export const look = z.strictObject({ measures: looked, window: measuringWindow, against, combine, over });
export type Look = z.infer<typeof look>;

/** What picks a band or a column, where it is not what the component measures: measures in a window, or something about each deal. */
export const pick = z.union([z.strictObject({ look }), z.strictObject({ deal: expression })]);
export type PickedBy = z.infer<typeof pick>;

/** A factor on earnings by what is measured elsewhere: by steps, or in a straight line between points. */
export const measuredMultiplier = z.strictObject({
  look,
  steps: z
    .array(z.strictObject({ from: percent, by: nonNegativeDecimal }))
    .min(1)
    .max(100),
  between: z.enum(['steps', 'lines']).describe('`steps`: the factor of the step; `lines`: straight between them.'),
});
export type MeasuredMultiplier = z.infer<typeof measuredMultiplier>;
