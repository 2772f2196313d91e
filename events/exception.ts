import { z } from 'zod';
import {
  approval,
  date,
  decimal,
  exception,
  id,
  partId,
  periodId,
  positiveDecimal,
  reason,
  refusal,
} from './fields.ts';
import { drawClause, guaranteeClause } from './settlement.ts';

/** What a decision about the pay of one participant may be: a union by `kind`, to which each kind adds its own terms. */
export const exceptionTerms = z.discriminatedUnion('kind', [
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
]);
export type ExceptionTerms = z.infer<typeof exceptionTerms>;
export type ExceptionKind = ExceptionTerms['kind'];

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
