import { ATTAINMENT_EDGES, COST_BY, COST_FIGURES, costOf } from '@ledger/application';
import { fields } from '@ledger/events';
import { z } from 'zod';
import { periodParam, type Route, reading, route } from '../route.ts';
import { note } from '../shapes/common.ts';
import { periodState } from '../shapes/periods.ts';

const figures = z
  .strictObject({
    currency: fields.currency,
    people: z.int().describe('With a statement.'),
    ...Object.fromEntries(COST_FIGURES.map((figure) => [figure, z.string()])),
  })
  .describe(
    'accrued = held + open + posted: what is earned, corrected and settled, less what decisions keep back. posted = payable + inRun + paid + returned + owed.',
  );

export const costRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/cost',
    name: 'readCost',
    group: 'cost',
    says: 'What commissions cost, by period, team or plan: accrued, held, posted, paid, returned; and how many people came how far. Of those whose pay one sees.',
    may: { reads: 'pay' },
    query: z.strictObject({
      ...reading,
      by: z.enum(COST_BY).optional().describe('By period if left out. A team: who reports to one person at the end.'),
      from: periodParam.optional(),
      to: periodParam.optional().describe('Last period; left out, as the first: all that were opened.'),
    }),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        by: z.enum(COST_BY),
        periods: z.array(
          z.strictObject({ period: z.string(), from: fields.date, to: fields.date, state: periodState }),
        ),
        groups: z
          .array(
            figures
              .extend({ of: z.string().nullable().describe('Null: under no plan, or reporting to nobody.') })
              .meta({
                id: 'CostGroup',
              }),
          )
          .describe('Each in one currency; amounts of two are never added.'),
        totals: z.array(figures.meta({ id: 'CostTotal' })),
        attainment: z.array(
          z.strictObject({
            period: z.string(),
            plan: z.string().nullable(),
            component: z.string(),
            metric: z.string(),
            people: z.int(),
            without: z.int().describe('Without a quota, and so without attainment.'),
            bars: z
              .array(z.int())
              .describe(`People from one share of the quota to the next: ${ATTAINMENT_EDGES.join(', ')}, and above.`),
          }),
        ),
        problems: z
          .array(z.strictObject({ participant: z.string(), period: z.string(), problem: note }))
          .describe('Whose statement cannot be calculated: they are in no figure.'),
      }),
      says: 'Figures with the decimals of their currency.',
    },
    fixed: true,
    run: async ({ ledger, reach, query }) => costOf(ledger, reach, query),
  }),
];
