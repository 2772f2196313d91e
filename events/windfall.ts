import { z } from 'zod';
import { nonNegativeDecimal, partId, percent } from './fields.ts';

export const windfall = z
  .strictObject({
    dealOver: nonNegativeDecimal.nullable().describe("The whole deal, in the plan's currency."),
    earningOver: nonNegativeDecimal.nullable().describe('What the participant earns on it under the component.'),
    quotaShareOver: percent.nullable().describe('Its credit as a share of the quota of the calendar year.'),
    attainmentOver: percent.nullable().describe('Attainment in the window, with the deal.'),
    closedWithin: z
      .strictObject({ days: z.int().min(1).max(3650), after: partId })
      .nullable()
      .describe('Closed fewer days after the date that the attribute holds.'),
  })
  .describe('Any of them is enough: what the deal earns is held until it is decided what becomes of it.');
export type Windfall = z.infer<typeof windfall>;
