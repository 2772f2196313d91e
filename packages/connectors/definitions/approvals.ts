import { type ApprovalDocument, fields } from '@ledger/events';
import { z } from 'zod';
import { amount, date, rate, say, when, why } from './say.ts';

/** Who has to approve what, as people write it and as documents carry it. */

const words = (what: string) =>
  say(z.array(z.string().regex(/^[a-z][a-z-]{0,39}$/, 'must be a word, as relief')).max(40), what);
const days = (what: string) =>
  say(
    z.string().regex(/^(?:[1-9][0-9]?|[12][0-9]{2}|3[0-5][0-9]|36[0-6])$/, 'must be a number of days from 1 to 366'),
    what,
  );
const person = (what: string) => say(fields.id, what, 'id_invalid');

const limits = z
  .strictObject({
    amount: z
      .record(
        say(fields.currency, 'A currency.', 'currency_unknown'),
        amount('What is about more than this amount; what states none, or states it in another currency, is over it.'),
      )
      .refine(
        (limits) => Object.keys(limits).length > 0,
        'must give the limit in at least one currency, as { EUR: 500 }',
      )
      .optional(),
    'share-of-quota': rate("What moves more than this share of the year's quota.").optional(),
  })
  .describe('Only what is over each of these limits.');

const rule = z
  .strictObject({
    rule: say(fields.label, 'What people call it; refusals name it.'),
    kinds: words('Requests that it is about, as relief or split; of every kind if left out.').default([]),
    exceptions: words('Of exceptions only these, as adjustment or waiver.').default([]),
    'requested-by': words('Only requests of people in these roles; of any if left out.').default([]),
    over: limits.default({}),
    'back-dated': say(
      z.enum(['true', 'false']),
      'Only what takes effect before the day on which it is decided.',
    ).default('false'),
    approvers: say(
      z
        .array(say(z.enum(['manager', 'finance']), 'manager or finance.'))
        .min(1, 'must name at least one')
        .max(8),
      'One role for each approval that is needed, each by another person.',
    ).default(['finance']),
    'not-below': say(
      z.array(say(z.enum(['requester', 'beneficiary']), 'requester or beneficiary.')).max(2),
      'Nobody who reports to them decides.',
    ).default([]),
    reach: say(
      z.enum(['direct', 'chain']),
      'Who reports to them: direct, or over any number of steps (chain).',
    ).default('chain'),
  })
  .describe('A rule. All that a request falls under count together.');

const delegation = z
  .strictObject({
    by: person('Who decides …'),
    for: person('… in the place of whom.'),
    from: date('First day.'),
    until: date('Day from which they no longer do; without end if left out.').optional(),
    kinds: words('Only these requests; all if left out.').default([]),
  })
  .describe('Somebody stands in for somebody else; both are bound by what binds either.');

export const approvalsFile = z
  .strictObject({
    approvals: say(fields.label, 'Name that people read.'),
    'expire-after': days('Days in which a request has to be decided.').default('14'),
    rules: z.array(rule).max(200).default([]),
    delegations: z.array(delegation).max(500).default([]),
    ...when,
    ...why,
  })
  .describe('Who has to approve what, beyond the table of who may decide what.');

type ApprovalsFile = z.output<typeof approvalsFile>;

/** As events carry it: the words of documents, and every default written out. */
export function approvalDocumentOf(file: ApprovalsFile): ApprovalDocument {
  const rules = file.rules.map((each) => ({
    rule: each.rule,
    kinds: each.kinds,
    exceptions: each.exceptions,
    requestedBy: each['requested-by'],
    amounts: each.over.amount ?? null,
    shareOfQuota: each.over['share-of-quota'] ?? null,
    backDated: each['back-dated'] === 'true',
    approvers: each.approvers,
    notBelow: each['not-below'],
    reach: each.reach,
  }));
  const delegations = file.delegations.map(({ until = null, ...each }) => ({ ...each, until }));
  return { title: file.approvals, expireAfter: Number(file['expire-after']), rules, delegations };
}
