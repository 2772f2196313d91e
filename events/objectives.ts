import { z } from 'zod';
import { label, partId, percent } from './fields.ts';

/** What stands in a metric's place where scores are measured. */
export const SCORES = 'scores';

export const objectives = z
  .strictObject({
    list: z
      .array(
        z.strictObject({
          name: partId.describe('As scores name it.'),
          title: label.nullable(),
          weight: percent.describe('Its share; those of all objectives add up to 100 %.'),
        }),
      )
      .min(1)
      .max(50),
    unscored: z
      .enum(['stop', 'counts-0'])
      .describe('An objective without a score when its window ends: the statement stops, or it counts as 0 %.'),
  })
  .describe('Pays the target incentive by the weighted score of objectives, instead of by bands.');
export type Objectives = z.infer<typeof objectives>;
