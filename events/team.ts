import { z } from 'zod';
import { partId, percent } from './fields.ts';

/** A manager's quota that is that of the team, less what was assigned over it. */
export const teamQuotas = z
  .strictObject({
    overAssignment: percent.describe('By how much the quotas of the team exceed that of the manager.'),
    flowsThrough: z
      .array(z.enum(['ramp', 'relief', 'proration']))
      .max(3)
      .optional()
      .describe('What makes the quotas of reports less and that of the manager, too; absent: all three.'),
    withoutQuota: z
      .enum(['counts-0'])
      .optional()
      .describe('A report without a quota: `counts-0`; absent: the statement stops.'),
  })
  .describe('Quotas of the team, added up, are the quota of the manager; absent: the one that is assigned to them.');
export type TeamQuotas = z.infer<typeof teamQuotas>;

/** How `credits: team` reads the hierarchy. What is not there is the first value that is named. */
export const teamTerms = z
  .strictObject({
    depth: z
      .enum(['all', 'direct'])
      .optional()
      .describe('`all`: everybody who reports to the participant, through others too; `direct`: direct reports.'),
    pool: z.enum(['primary', 'overlay', 'all']).optional().describe('Which of their credits roll up.'),
    hierarchyOn: z
      .enum(['closed', 'selected', 'period-end'])
      .optional()
      .describe(
        "On which day somebody must report to the participant: a deal's closing date, its selection date, or the last day of the pay period of its closing date.",
      ),
    own: z
      .enum(['apart', 'included', 'instead'])
      .optional()
      .describe(
        "The participant's own credits: `apart`: they do not count here, the team's do; `included`: they count like the team's; `instead`: a deal on which the participant has a credit of the pool gives no team credit.",
      ),
    leavers: z
      .enum(['kept', 'left-out'])
      .optional()
      .describe('What closes after somebody left: `kept` with the manager that they had last, or `left-out`.'),
    counts: z
      .enum(['once', 'each'])
      .optional()
      .describe(
        '`once`: the shares of a deal count up to the whole deal together; `each`: every credit counts in full.',
      ),
    quotas: teamQuotas.optional(),
  })
  .describe('Whose credits a component of a team takes.');
export type TeamTerms = z.infer<typeof teamTerms>;

/** Name of the metric that is no metric: what people earn. No metric may have it. */
export const EARNINGS = 'earnings';

/** What the team earns, as `measure` or `paysOn` of a component names it. */
export const earningsOf = z
  .union([z.literal('all'), z.array(partId).min(1).max(50)])
  .describe('Earnings of which components: those that are named, or every component.');
