import { z } from 'zod';
import {
  currency,
  date,
  decimal,
  freezeNumber,
  id,
  partId,
  periodId,
  position,
  sha256,
  text,
  version,
} from './fields.ts';
import { balance, settlementStep } from './settlement.ts';

/** An exact number: a decimal, or a fraction in lowest terms where no decimal is exact. */
const exactText = z
  .string()
  .regex(/^-?[0-9]{1,200}(?:\.[0-9]{1,200}|\/[1-9][0-9]{0,199})?$/, 'must be an exact number');

/** One step of how a line came about (docs/reference/traces.md). The leaves name events. */
export interface TraceStep {
  /** Stage of the pipeline or part of it: `credit`, `attainment`, `rate`. */
  readonly step: string;
  /** The step in words. */
  readonly says: string;
  /** The name by which formulas of later steps, and of the step that it is part of, read its result. */
  readonly as?: string | undefined;
  /** Arithmetic over the names in `inputs` that gives `result`, exactly: + - * / min max round. */
  readonly formula?: string | undefined;
  readonly inputs?: Readonly<Record<string, string>> | undefined;
  readonly result?: string | undefined;
  /** Event ids that the step rests on. */
  readonly events?: readonly string[] | undefined;
  readonly steps?: readonly TraceStep[] | undefined;
}
/** What a formula can name. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

const traceStep: z.ZodType<TraceStep> = z.lazy(() =>
  z.strictObject({
    step: partId,
    says: text,
    as: z.string().regex(NAME).optional(),
    formula: text.max(4000).optional(),
    inputs: z.record(z.string().min(1).max(64), z.string().max(400)).optional(),
    result: z.string().max(400).optional(),
    events: z.array(id).max(1000).optional(),
    steps: z.array(traceStep).max(200).optional(),
  }),
);

const common = {
  /** Names the line within its statement, and across statements of later replays. */
  line: z.string().min(1).max(300),
  component: partId,
  plan: partId,
  planVersion: version,
  /** Rounded once, by the plan's rule: what is posted. */
  amount: decimal,
  trace: traceStep,
  /** Queries whose resolution names an event that the line rests on. */
  queries: z.array(id).min(1).max(100).optional(),
};

export const statementLine = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('earning'),
      ...common,
      /** `null` where the line is not about one deal: a period as a whole, a true-up, what a cap removed. */
      deal: z.string().min(1).max(200).nullable(),
      closedOn: date.nullable(),
      /** Before rounding. */
      exact: exactText,
    })
    .describe(
      'What a component yields in the period: for one deal, for the period as a whole, as a true-up of deals before, or, negative, what a cap removed.',
    ),
  z
    .strictObject({
      kind: z.literal('correction'),
      ...common,
      /** The earlier period that the difference is about. */
      period: periodId,
      /** Event that made the difference; `null` when no event explains it. */
      cause: id.nullable(),
    })
    .describe('What an earlier, frozen period should have been, less what was posted for it.'),
  z
    .strictObject({
      kind: z.literal('settlement'),
      line: common.line,
      step: settlementStep.describe('What was done.'),
      /** Plan that has the clause; left out where a decision about the person alone is behind it. */
      plan: partId.optional(),
      planVersion: version.optional(),
      /** For information: what it is about, where it is about one component. */
      component: partId.optional(),
      amount: common.amount,
      /** Event of the decision behind it, where there is one. */
      cause: id.optional(),
      trace: traceStep,
      queries: common.queries,
    })
    .describe(
      'What was added, taken away or moved in time after everything was earned: draws, guarantees, recovery, payment.',
    ),
]);
export type StatementLine = z.infer<typeof statementLine>;

export const attainmentResult = z.strictObject({
  /** Component that measures: credits of its pool, while it was in force. */
  component: partId,
  metric: partId,
  /** The window up to the end of the period: `2026-Q1`, `2026`, `2026-10-01/2027-01-01`, `2026-03/12` for 12 months up to it. */
  window: z.string().min(4).max(32),
  unit: z.string().min(1).max(6),
  credited: exactText,
  /** The target: quota, amount, or what the window before measured. `null` where there is none: attainment is then undefined, not zero. */
  quota: exactText.nullable(),
  attainment: exactText.nullable(),
});
export type AttainmentResult = z.infer<typeof attainmentResult>;

export const statement = z.strictObject({
  period: periodId,
  participant: partId,
  currency,
  lines: z.array(statementLine),
  attainment: z.array(attainmentResult),
  /** What is carried from statement to statement; left out where there is none. */
  balances: z.array(balance).min(1).max(100).optional(),
  /** Sum of the lines' amounts: what is paid. */
  total: decimal,
});
export type Statement = z.infer<typeof statement>;

/** Stream `payout-<period>.<participant>`: what was posted, whole. */
export const payoutEvents = {
  PayoutLinesFrozen: z
    .strictObject({
      period: periodId,
      participant: partId,
      asOf: position,
      part: version,
      freeze: freezeNumber.optional(),
      lines: z.array(statementLine).min(1),
    })
    .describe('The first lines of a statement that is too long for one event; PayoutFrozen carries the rest.'),
  PayoutFrozen: z
    .strictObject({
      asOf: position,
      /** Number of PayoutLinesFrozen events before this one; their lines come first. */
      parts: z.int().min(0),
      freeze: freezeNumber.optional(),
      statement,
      /** SHA-256 of the canonical JSON of the statement with all its lines. */
      digest: sha256,
    })
    .describe('A statement becomes history: its lines, its total, and the position that they were computed from.'),
};
