import { z } from 'zod';
import {
  approval,
  currency,
  date,
  decimal,
  exception,
  id,
  label,
  partId,
  partOfOne,
  reason,
  refusal,
} from './fields.ts';

/** Share of a deal as a fraction of one: `0.7`, `1/3`. Percentages become fractions at the edge. */
const share = partOfOne;

export const credit = z.strictObject({
  participant: partId,
  /** Primary shares of a deal add up to exactly 1; overlay shares are beside them and unbounded. */
  pool: z.enum(['primary', 'overlay']),
  share,
});
export type Credit = z.infer<typeof credit>;

/** Text is text; other types say what they are, so that nothing is guessed from how a value looks. */
export const attribute = z.union([
  z.string().min(1).max(1000),
  z.boolean(),
  z.strictObject({ decimal }),
  z.strictObject({ date }),
]);
export type Attribute = z.infer<typeof attribute>;

export const dealLine = z.strictObject({
  line: partId,
  product: label,
  category: label.nullable(),
  variant: label.optional().describe('The variant of the product, where the source knows one.'),
  quantity: decimal.nullable(),
  amount: decimal,
  cost: decimal.nullable().describe('What it cost; of what came back as negative as its amount.'),
});
export type DealLine = z.infer<typeof dealLine>;

export const attributeName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]{0,63}$/, 'must be a name in camelCase: letters and digits, starting with a small letter');

/** What every deal offers to expressions under `deal.`; an attribute of such a name could not be read. */
export const dealFields = [
  'source',
  'id',
  'account',
  'owner',
  'amount',
  'currency',
  'closedOn',
  'selectionOn',
] as const;

const key = { source: partId, deal: id };

/** A deal as its source tells it. An amendment carries the whole of it again. */
export const dealTerms = {
  account: label.nullable(),
  amount: decimal,
  currency,
  /** Decides the period that the performance belongs to. */
  closedOn: date,
  /** Decides which version of a plan or metric applies; `closedOn` where there is none. */
  selectionOn: date.nullable(),
  /** Order among deals closed on the same day, as the source has it. */
  sequence: z.int().min(0),
  owner: partId.nullable(),
  /** Credits by the source's own rule; none while nobody owns the deal. */
  credits: z.array(credit).max(100),
  attributes: z.record(attributeName, attribute),
  /** Add up to the amount, where there are any. */
  lines: z.array(dealLine).max(2000),
};
export const dealSnapshot = z.strictObject({ ...key, ...dealTerms });
export type DealSnapshot = z.infer<typeof dealSnapshot>;

const splitTerms = {
  exception: partId,
  shares: z
    .array(z.strictObject({ participant: partId, share }))
    .min(1)
    .max(100),
};

/** Stream `deal-<source>.<id>`: a source transaction and what was decided about it. */
export const dealEvents = {
  DealClosed: dealSnapshot.describe('A deal was closed.'),
  DealAmended: z
    .strictObject({ ...key, ...dealTerms, reinstated: z.boolean(), reason })
    .describe(
      'The source tells the deal differently, or a person withdraws a cancellation; the whole of it as it is now. `reinstated`: it had been cancelled or had vanished.',
    ),
  DealMilestoneReached: z
    .strictObject({ ...key, milestone: partId, reachedOn: date, amount: decimal.nullable() })
    .describe('The deal was invoiced, paid, gone live; with the amount where one belongs to it.'),
  DealMilestoneWithdrawn: z
    .strictObject({ ...key, milestone: partId, reachedOn: date, reason })
    .describe('What was recorded as reached on that day was not, as if it had not been recorded.'),
  DealCancelled: z.strictObject({ ...key, cancelledOn: date, reason }).describe('The deal was cancelled.'),
  DealVanished: z
    .strictObject({ ...key, noticedOn: date, evidence: label })
    .describe('The source no longer has the deal. A finding, not a cancellation: it takes no money back.'),
  SplitExceptionRequested: z
    .strictObject({ ...key, ...splitTerms, ...exception })
    .describe('Somebody asks that the primary credit of the deal be split otherwise than the rule says.'),
  SplitExceptionApproved: z
    .strictObject({ ...key, ...splitTerms, ...exception, ...approval })
    .describe('The primary credit of the deal is split by these shares, which add up to exactly 1.'),
  SplitExceptionDeclined: z
    .strictObject({ ...key, exception: partId, ...refusal })
    .describe('A split exception was declined.'),
  SplitExceptionRevoked: z
    .strictObject({ ...key, exception: partId, revokedBy: id, reason })
    .describe('An approved split exception no longer holds, as if it had not been approved.'),
};
