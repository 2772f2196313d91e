import { z } from 'zod';
import {
  approval,
  currency,
  date,
  decimal,
  id,
  partId,
  periodId,
  position,
  positiveDecimal,
  reason,
  refusal,
  request,
  sha256,
  text,
} from './fields.ts';

/** What becomes of a correction in the statement that posts it (mechanics §18). It is posted in full; what is not paid with it is a line of its own. */
const policies = {
  trueUp: z.strictObject({ by: z.literal('true-up') }).describe('It is paid, or taken back, at once.'),
  positivesOnly: z
    .strictObject({ by: z.literal('positives-only') })
    .describe('What corrections of one earlier period and component take back together is not taken back.'),
  spread: z
    .strictObject({ by: z.literal('spread'), over: z.int().min(2).max(60) })
    .describe('It is paid, or taken back, in equal parts over so many pay periods.'),
  waive: z.strictObject({ by: z.literal('waive') }).describe('It is neither paid nor taken back.'),
  prospective: z
    .strictObject({ by: z.literal('prospective'), from: date })
    .describe('The definitions begin on a day that no frozen period holds, so that nothing is corrected.'),
};
const { trueUp, positivesOnly, spread, waive, prospective } = policies;

export const correctionPolicy = z.discriminatedUnion('by', [trueUp, positivesOnly, spread, waive]);
export type CorrectionPolicy = z.infer<typeof correctionPolicy>;
export const replayPolicy = z.discriminatedUnion('by', [trueUp, positivesOnly, spread, waive, prospective]);
export type ReplayPolicy = z.infer<typeof replayPolicy>;

/** Stream `policy-corrections`. */
export const correctionEvents = {
  CorrectionPolicySet: z
    .strictObject({
      policy: z.discriminatedUnion('by', [trueUp, positivesOnly, spread]),
      waiveUnder: z
        .record(currency, positiveDecimal)
        .optional()
        .describe('What an earlier period and component take back together is not taken back where it is less.'),
      effectiveFrom: date.describe('For statements of periods whose last day is not earlier.'),
      reason,
      setBy: id,
    })
    .describe('How statements post corrections of earlier periods, of whatever nobody decided otherwise.'),
};

const one = { replay: partId };
const definitions = z
  .array(z.strictObject({ request: text.max(400), requestHash: sha256 }))
  .max(200)
  .describe('Waiting requests that it tried out, in their order, with the hash of each.');
const applied = { ...one, digest: sha256, policy: replayPolicy, definitions };

/** Stream `replay-<id>`: what a replay came to, and what became of it. */
export const replayEvents = {
  ReplayRecorded: z
    .strictObject({
      ...one,
      from: periodId,
      to: periodId,
      participant: partId.optional().describe('Of one participant; left out: of everybody.'),
      asOf: position,
      definitions,
      digest: sha256.describe('Of what was asked and what came out.'),
      totals: z.record(currency, z.strictObject({ frozen: decimal, replayed: decimal, delta: decimal })),
      reason,
      recordedBy: id,
    })
    .describe('A replay is kept: what it asked, on which definitions, and the digest of its answer.'),
  ReplayApplyRequested: z
    .strictObject({ ...applied, ...request })
    .describe('Somebody asks that the definitions of a replay be put in force, and how their corrections are posted.'),
  ReplayApplied: z
    .strictObject({ ...applied, ...request, ...approval })
    .describe('The definitions may be put in force; corrections that they cause are posted by the policy named here.'),
  ReplayApplyDeclined: z.strictObject({ ...one, ...refusal }).describe('The request to apply a replay was declined.'),
  ReplayDiscarded: z
    .strictObject({ ...one, reason, discardedBy: id })
    .describe('The replay is not to be applied any more.'),
};
