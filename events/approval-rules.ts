import { z } from 'zod';
import {
  approval,
  currency,
  date,
  id,
  interval,
  label,
  nonNegativeDecimal,
  percent,
  refusal,
  request,
  version,
} from './fields.ts';

/** What is asked for, by the word that its name begins with: `relief`, `freeze`. Later releases know more of them. */
const kind = z.string().regex(/^[a-z][a-z-]{0,39}$/, 'must be a kind of request, as relief or exception');

const approvalRule = z.strictObject({
  rule: label.describe('What people call it; refusals name it.'),
  kinds: z.array(kind).max(40).describe('Requests that it is about; none: of every kind.'),
  exceptions: z.array(kind).max(40).describe('Of exceptions only these, as adjustment; none: all.'),
  requestedBy: z.array(kind).max(10).describe('Only requests of people in these roles; none: of any.'),
  amounts: z.record(currency, nonNegativeDecimal).nullable().describe('Only what is about more than this.'),
  shareOfQuota: percent.nullable().describe("Only what moves more than this share of the year's quota."),
  backDated: z.boolean().describe('Only what takes effect before the day on which it is decided.'),
  approvers: z
    .array(z.enum(['manager', 'finance']))
    .min(1)
    .max(8)
    .describe('One role for each approval that is needed.'),
  notBelow: z
    .array(z.enum(['requester', 'beneficiary']))
    .max(2)
    .describe('Nobody who reports to them approves.'),
  reach: z.enum(['direct', 'chain']).describe('Who reports to them directly, or over any number of steps.'),
});

const delegation = z.strictObject({
  by: id.describe('Decides …'),
  for: id.describe('… in the place of this person.'),
  from: date,
  until: date.nullable().describe('Day from which they no longer do.'),
  kinds: z.array(kind).max(40).describe('Only these requests; none: all.'),
});

/** Who has to approve what, as the company wants it beyond the matrix. */
const approvalDocument = z.strictObject({
  title: label,
  expireAfter: z.int().min(1).max(366).describe('Days in which a request has to be decided.'),
  rules: z.array(approvalRule).max(200),
  delegations: z.array(delegation).max(500),
});
export type ApprovalDocument = z.infer<typeof approvalDocument>;
export type ApprovalRule = z.infer<typeof approvalRule>;

/** Stream `policy-approvals`. */
export const approvalRuleEvents = {
  ApprovalRulesProposed: z
    .strictObject({ version, document: approvalDocument, ...interval, ...request })
    .describe('Somebody proposes rules of approval. Until somebody else has approved them, those before go on.'),
  ApprovalRuleSet: z
    .strictObject({ version, document: approvalDocument, ...interval, ...request, ...approval })
    .describe(
      'The rules hold for what is decided on a day of the interval; of several, the newest that holds the day.',
    ),
  ApprovalRulesRejected: z.strictObject({ version, ...refusal }).describe('Proposed rules were declined.'),
};
