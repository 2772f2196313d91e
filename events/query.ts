import { z } from 'zod';
import { dealSnapshot } from './deal.ts';
import {
  currency,
  date,
  decimal,
  id,
  partId,
  partOfOne,
  periodId,
  position,
  queryName as query,
  reason,
  sha256,
  text,
} from './fields.ts';
import { statementLine } from './payout.ts';

/** Whose pay a query is about, by its name. */
export function participantOfQuery(name: string): string {
  return name.slice(0, name.lastIndexOf('.'));
}

/** A line of a statement by its name; `total` is the statement as a whole. */
const lineName = z.string().min(1).max(300);

const moved = z.strictObject({
  /** Component; a step of settlement where the money is of none. */
  component: z.string().min(1).max(64),
  before: decimal,
  after: decimal,
  difference: decimal,
});
const movedPeriod = z.strictObject({
  period: periodId,
  before: decimal,
  after: decimal,
  difference: decimal,
  components: z.array(moved).max(2_000),
});
export type MovedPeriod = z.infer<typeof movedPeriod>;

const share = z.strictObject({ participant: partId, share: partOfOne });

/** What the participant says is so: deals as they know them, and how credit is split. */
const queryFacts = z.strictObject({
  deals: z
    .array(
      z.strictObject({
        snapshot: dealSnapshot,
        status: z.enum(['closed', 'cancelled']),
        cancelledOn: date.nullable(),
      }),
    )
    .max(20, 'must hold at most 20 deals'),
  splits: z
    .array(z.strictObject({ source: partId, deal: id, shares: z.array(share).min(1).max(100) }))
    .max(20, 'must hold at most 20 splits'),
});
export type QueryFacts = z.infer<typeof queryFacts>;

/** The participant's version beside the ledger's, both calculated from the log up to one position. */
const queryReplay = z.strictObject({
  asOf: position,
  /** The line as the ledger has it, and as it would be; `null`: there is no such line. */
  ledger: statementLine.nullable(),
  theirs: statementLine.nullable(),
  /** Theirs less the ledger's. */
  difference: decimal,
  /** Statements that are still open and would be other ones: where the difference would be paid. */
  pays: z.array(movedPeriod).max(1_000),
});
export type QueryReplay = z.infer<typeof queryReplay>;

const correction = z.strictObject({
  /** The event that moved the money. */
  event: id,
  type: z.string().min(1).max(64),
  position,
  /** Who approved that; `null` where nobody had to. */
  approvedBy: id.nullable(),
  /** What it moved in the statements of the participant that were open then. */
  moved: z.array(movedPeriod).min(1).max(1_000),
});
export type QueryCorrection = z.infer<typeof correction>;

/** Stream `query-<participant>.<number>`: a question about a line, or a dispute of it, with what became of it. */
export const queryEvents = {
  QueryOpened: z
    .strictObject({
      query,
      participant: partId,
      period: periodId,
      line: lineName,
      says: text,
      /** What the line should come to, in the participant's own view. */
      expects: decimal.nullable(),
      currency,
      /** What they saw: the amount of the line, in the statement with this digest, computed from this position. */
      saw: z.strictObject({
        state: z.enum(['open', 'frozen']),
        asOf: position,
        digest: sha256,
        amount: decimal,
      }),
      facts: queryFacts.nullable(),
      replay: queryReplay.nullable(),
      openedBy: id,
    })
    .describe('Somebody asks about a line of a statement, or disputes it.'),
  QueryAssigned: z.strictObject({ query, to: id, reason, assignedBy: id }).describe('Somebody is to answer the query.'),
  QueryMessagePosted: z
    .strictObject({
      query,
      side: z.enum(['participant', 'desk']),
      says: text,
      /** The desk waits for an answer of the participant; its clock stands meanwhile. */
      asks: z.boolean(),
      postedBy: id,
    })
    .describe('Something was said about the query.'),
  QueryEscalated: z
    .strictObject({ query, to: id, reason, escalatedBy: id })
    .describe('The query needs somebody else, who has it from now on.'),
  QueryResolved: z
    .strictObject({
      query,
      reason,
      /** Events that corrected what was wrong; none where no money moves, which `reason` then explains. */
      corrections: z.array(correction).max(20, 'must name at most 20 events'),
      currency,
      /** What all of them moved together. */
      amount: decimal,
      resolvedBy: id,
    })
    .describe('The query is answered for good, with what it corrected or why it corrected nothing.'),
  QueryReopened: z
    .strictObject({ query, reason, reopenedBy: id })
    .describe('The resolution does not settle the query.'),
  QueryWithdrawn: z
    .strictObject({ query, reason, withdrawnBy: id })
    .describe('Whoever opened the query takes it back.'),
};

const clock = z.strictObject({
  clock: z
    .enum(['first-answer', 'resolution', 'reopen', 'cut-off'])
    .describe(
      '`reopen`: how long after its resolution a query can be reopened; `cut-off`: age from which a query about a period blocks its freeze.',
    ),
  days: z.int().min(1).max(400),
});

/** Stream `policy-queries`: how long queries may take. */
export const queryPolicyEvents = {
  QueryClocksSet: z
    .strictObject({
      effectiveFrom: date,
      /** Each once; what is not there has no clock. */
      clocks: z
        .array(clock)
        .max(4)
        .refine((all) => new Set(all.map((each) => each.clock)).size === all.length, 'must hold each clock once'),
      reason,
    })
    .describe('Queries opened from a date on are answered, resolved and reopened within these working days.'),
};
export type QueryClocks = Omit<z.infer<typeof queryPolicyEvents.QueryClocksSet>, 'reason'>;
export type QueryClockName = z.infer<typeof clock>['clock'];
