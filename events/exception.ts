import { z } from 'zod';
import {
  approval,
  date,
  decimal,
  exception,
  id,
  label,
  partId,
  percent,
  periodId,
  positiveDecimal,
  reason,
  refusal,
} from './fields.ts';
import { drawClause, guaranteeClause } from './settlement.ts';

const agreed = {
  amount: positiveDecimal,
  per: z.enum(['month', 'quarter', 'year']),
  from: date,
  until: date.nullable(),
};

/** Deal key, `crm.D-1`. */
const dealName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_:-]{0,63}\.[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/, 'must be a deal as crm.D-1');

/** As a statement names it. */
const lineName = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\s\p{C}]+$/u, 'must be the name of a line, as a statement has it');

/** What a decision about the pay of one participant may be: a union by `kind`, to which each kind adds its own terms. */
const exceptionTerms = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('adjustment'),
      period: periodId,
      amount: decimal,
      component: partId.nullable().describe('What it is about, for information.'),
    })
    .describe('Money added to a statement, or taken off it.'),
  z.strictObject({ kind: z.literal('draw'), draw: drawClause }).describe('A draw of this person.'),
  z
    .strictObject({
      kind: z.literal('draw-forgiveness'),
      draw: partId,
      period: periodId,
      amount: positiveDecimal.nullable().describe('How much is forgiven at most; `null`: all that is owed.'),
    })
    .describe('What is owed on a draw need not be paid back.'),
  z.strictObject({ kind: z.literal('guarantee'), guarantee: guaranteeClause }).describe('A guarantee of this person.'),
  z
    .strictObject({ kind: z.literal('recovery-suspension'), from: date, until: date.nullable() })
    .describe('What was paid too much is not recovered for a time, as while it is disputed.'),
  z
    .strictObject({
      kind: z.literal('hold'),
      from: date.describe('Statements of periods that end after it are held.'),
      until: date.nullable().describe('What is held is paid in the period of this day; `null`: when it is released.'),
      component: partId.nullable().describe('Lines of this component; `null`: of any.'),
      deal: dealName.nullable().describe('Lines of this deal; `null`: of any.'),
      period: periodId.optional().describe('The statement of this period, and later corrections of it; absent: any.'),
      line: lineName.optional().describe('The line of this name in the statement of the period; absent: any.'),
    })
    .describe('What was earned is not paid for the time being.'),
  z
    .strictObject({
      kind: z.literal('release'),
      hold: partId.describe('Name of the hold.'),
      period: periodId.describe('Statement in which it is paid.'),
      share: percent.describe('Share of what is held, from then on.'),
    })
    .describe('A part of what is held is paid after all, or all of it.'),
  z
    .strictObject({ kind: z.literal('jurisdiction'), jurisdiction: partId, from: date, until: date.nullable() })
    .describe('Where this person works; the newest that holds a day counts on it.'),
  z
    .strictObject({
      kind: z.literal('waiver'),
      period: periodId,
      component: partId.nullable().describe('`null`: of every component.'),
      cause: id.optional().describe('Of corrections that this event caused; left out: whatever caused them.'),
    })
    .describe('What corrections of an earlier period take back is given back.'),
  z
    .strictObject({ kind: z.literal('consent'), from: date, until: date.nullable() })
    .describe('The person agrees that what is owed is taken out of pay, also where the law asks for it.'),
  z
    .strictObject({ kind: z.literal('notice'), from: date, until: date.nullable() })
    .describe('On the first day the person was told that what was paid too much will be taken out of pay.'),
  z
    .strictObject({
      kind: z.literal('score'),
      component: partId,
      objective: partId,
      window: label.describe('Window of the component, as statements name it.'),
      score: percent.describe('How much of the objective was reached.'),
    })
    .describe('How far an objective was reached; the newest score of it counts.'),
  z
    .strictObject({ kind: z.literal('target-incentive'), ...agreed })
    .describe('What 100 % pays this person; the newest that holds a day counts on it.'),
  z
    .strictObject({ kind: z.literal('salary'), ...agreed })
    .describe('What this person is paid beside; plans may take a share of it.'),
  z
    .strictObject({
      kind: z.literal('windfall'),
      deal: dealName,
      component: partId.nullable().describe('`null`: every component that holds the deal.'),
      treatment: z.discriminatedUnion('by', [
        z.strictObject({ by: z.literal('pay') }),
        z.strictObject({ by: z.literal('forfeit') }),
        z.strictObject({ by: z.literal('cap'), amount: positiveDecimal }),
        z.strictObject({ by: z.literal('bonus'), amount: positiveDecimal }),
        z.strictObject({ by: z.literal('share'), share: percent }),
        z.strictObject({ by: z.literal('instalments'), count: z.int().min(2).max(120) }),
      ]),
      period: periodId.describe('Statement in which it is paid, or begins to be.'),
    })
    .describe('What becomes of an earning that the plan holds as a windfall.'),
]);
export type ExceptionTerms = z.infer<typeof exceptionTerms>;
export type ExceptionKind = ExceptionTerms['kind'];
export const exceptionKinds: readonly ExceptionKind[] = exceptionTerms.options.map(({ shape }) => shape.kind.value);

const one = { participant: partId, exception: partId };

/** Stream `exception-<participant>.<name>`: a decision about the pay of one participant that departs from the rules. */
export const exceptionEvents = {
  ExceptionRequested: z
    .strictObject({ ...one, terms: exceptionTerms, ...exception })
    .describe("Somebody asks for a decision about one person's pay."),
  ExceptionApproved: z
    .strictObject({ ...one, terms: exceptionTerms, ...exception, ...approval })
    .describe('The decision holds: it moves the statements of the person as its terms say.'),
  ExceptionDeclined: z.strictObject({ ...one, ...refusal }).describe('The request was declined.'),
  ExceptionRevoked: z
    .strictObject({ ...one, revokedBy: id, reason })
    .describe('The decision no longer holds. What it has posted stays, and is taken back where its kind says so.'),
};
