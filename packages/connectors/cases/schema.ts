import { fields } from '@ledger/events';
import { z } from 'zod';
import { quotaTermsFile } from '../definitions/quota-schema.ts';
import { amount, anId, currency, date, decimal, rate, say } from '../definitions/say.ts';
import { expectationSchemas } from './expectation-schema.ts';
import { actor, dealId, people, period, shares, text, year } from './words.ts';

/**
 * Worked cases as people write them (docs/reference/worked-cases.md). A step or an expectation is known by the word it begins with;
 * JSON Schemas for editors are generated from these.
 */

/** Fields of every step. */
const step = {
  on: date('Day on which it is recorded; the day of the step before if left out.').optional(),
  refused: say(
    z.string().regex(/^[a-z][a-z_]{1,60}$/, 'must be a code of docs/errors.md, as own_request'),
    'The step must be refused with this code, instead of succeeding.',
  ).optional(),
  note: text('For readers.').optional(),
};
const recorded = { ...step, by: actor('Who records it; somebody of ops if left out.').optional() };
const asked = {
  ...step,
  reason: text('Why.').optional(),
  evidence: say(z.array(text('A link or a short text.')).max(50), 'Where the proof is.').optional(),
  'requested-by': actor('Who asks; somebody of ops if left out.').optional(),
  'approved-by': say(
    z
      .string()
      .regex(
        /^(?:nobody|[a-z]{1,20}:[A-Za-z0-9][A-Za-z0-9_:-]{0,63})$/,
        'must be a role and an id, as finance:fred, or nobody',
      ),
    'Who approves it; somebody of finance if left out, nobody leaves it waiting.',
    'id_invalid',
  ).optional(),
};
const decided = { ...step, by: actor('Who decides; somebody of finance if left out.').optional() };

const attribute = say(
  z.union([
    z.string().max(1000),
    z.strictObject({ text: z.string().min(1).max(1000) }),
    z.strictObject({ decimal: fields.decimal }),
    z.strictObject({ date: fields.date }),
  ]),
  'As it looks: 12 is a number, 15% is 0.15, 2026-01-31 a date, true and false are truth values, the rest is text; { text: "12" } is text.',
);

const line = z
  .strictObject({
    line: anId('Name of the line; its place in the list if left out.').optional(),
    product: say(fields.label, 'What was sold.'),
    category: say(fields.label, 'Kind of product.').optional(),
    variant: say(fields.label, 'Variant of the product.').optional(),
    quantity: decimal('How many.').optional(),
    amount: decimal('Amount of the line; they add up to the amount of the deal.'),
    cost: decimal('What it cost; of what came back as negative as its amount.').optional(),
  })
  .describe('A line of a deal.');

const dealTerms = {
  source: anId('Where the deal comes from; `case` if left out.').optional(),
  account: say(fields.label, 'The customer.').optional(),
  owner: anId('Who owns the deal; credited with all of it unless `credits` says otherwise.').optional(),
  amount: decimal('Amount; the sum of the lines if left out.').optional(),
  currency: currency('Currency; that of the first plan if left out.').optional(),
  closed: date('Day on which it closed; the day of recording if left out.').optional(),
  selection: date('Day that selects versions of plans and metrics; `closed` if left out.').optional(),
  sequence: say(
    z.string().regex(/^[0-9]{1,9}$/, 'must be a whole number'),
    'Order among deals of a day; the order in the file if left out.',
  ).optional(),
  credits: shares('Primary credit by participant; adds up to 100%.').optional(),
  overlay: shares('Overlay credit by participant.').optional(),
  attributes: say(z.record(z.string(), attribute), 'What else the source says of the deal.').optional(),
  lines: say(z.array(line).max(2000), 'Lines of the deal.').optional(),
  cancelled: date('The source tells that it was cancelled on that day.').optional(),
};

export const stepSchemas = {
  define: z
    .strictObject({
      define: say(
        z.unknown(),
        'A document as in definition files, or several; title, from, reason and currency may be left out.',
      ),
      ...asked,
    })
    .describe('Metrics, plans, quotas, people, rates, the calendar: defined, proposed and approved.'),
  file: z
    .strictObject({ file: text('Name of a definition file beside this one.'), ...asked })
    .describe('A definition file is recorded and approved.'),
  assign: z
    .strictObject({
      assign: people(anId('Id of a plan.'), 'Plan by participant.'),
      from: date('First day; the first day of the case if left out.').optional(),
      to: date('Day after the last one; without end if left out.').optional(),
      reason: text('Why.').optional(),
      ...recorded,
    })
    .describe('Participants begin to earn under a plan.'),
  unassign: z
    .strictObject({
      unassign: people(anId('Id of a plan.'), 'Plan by participant.'),
      from: date('First day without it; the day of recording if left out.').optional(),
      reason: text('Why.').optional(),
      ...recorded,
    })
    .describe('Participants no longer earn under a plan.'),
  quota: z
    .strictObject({
      quota: people(
        z.union([fields.nonNegativeDecimal, z.array(fields.nonNegativeDecimal).min(1).max(12)]),
        'By participant: one amount for every interval of the year, or one for each.',
      ),
      metric: anId('Metric; the only one that plans measure if left out.').optional(),
      per: say(z.enum(['month', 'quarter', 'year']), 'Interval that an amount is for; year if left out.').optional(),
      year: year('Year; the first one of the case if left out.').optional(),
      currency: currency('Currency; that of the first plan if left out.').optional(),
      ...quotaTermsFile,
      ...asked,
    })
    .describe('Quotas are proposed and approved; what a definition file says beside the amount may stand here, too.'),
  deal: z.strictObject({ deal: dealId('Id of the deal.'), ...dealTerms, ...recorded }).describe('A deal is recorded.'),
  amend: z
    .strictObject({
      amend: dealId('Id of a deal of this case.'),
      ...dealTerms,
      ...recorded,
    })
    .describe('The source tells a deal differently: what is left out stays as it was.'),
  cancel: z
    .strictObject({
      cancel: dealId('Id of the deal.'),
      day: date('Day of the cancellation; the day of recording if left out.').optional(),
      reason: text('Why.').optional(),
      withdrawn: text('It was recorded for that day and is not so: why.').optional(),
      ...recorded,
    })
    .describe('A person cancels a deal; or, withdrawn, does so no more.'),
  milestone: z
    .strictObject({
      milestone: dealId('Id of the deal.'),
      reached: anId('What was reached: invoiced, paid, live.'),
      day: date('Day on which; the day of recording if left out.').optional(),
      amount: decimal('Amount that belongs to it.').optional(),
      withdrawn: text('It was recorded for that day and is not so: why.').optional(),
      ...recorded,
    })
    .describe('A deal was invoiced, paid, gone live; or, withdrawn, was not.'),
  split: z
    .strictObject({
      split: dealId('Id of the deal.'),
      shares: shares('Primary credit by participant instead of what the source says; adds up to 100%.'),
      expires: date('First day on which it no longer holds; never if left out.').optional(),
      ...asked,
    })
    .describe('A split exception is requested and approved.'),
  relief: z
    .strictObject({
      relief: anId('Whose quota is reduced.'),
      metric: anId('Metric; the only one that plans measure if left out.').optional(),
      year: year('Year of the quota; that of `from` if left out.').optional(),
      kind: say(z.enum(['leave', 'territory', 'attrition', 'other']), 'Why; leave if left out.').optional(),
      from: date('First day.'),
      to: date('Day after the last one.'),
      share: rate('Share of the quota of those days that is relieved; 100% if left out.').optional(),
      amount: amount('A lump sum instead of a share of the days.').optional(),
      expires: date('First day on which it no longer holds; never if left out.').optional(),
      ...asked,
    })
    .describe('A relief of quota is requested and approved.'),
  approve: z
    .strictObject({
      approve: text('What is approved: `split D-1`, `relief ada`, `plan seller`, `freeze 2026-Q1`.'),
      ...decided,
    })
    .describe('A waiting request is approved.'),
  decline: z
    .strictObject({ decline: text('What is declined, as with approve.'), reason: text('Why.').optional(), ...decided })
    .describe('A waiting request is declined.'),
  revoke: z
    .strictObject({
      revoke: text('What is revoked: `split D-1`, `relief ada`.'),
      reason: text('Why.').optional(),
      ...decided,
    })
    .describe('An exception in force no longer holds.'),
  leave: z
    .strictObject({
      leave: anId('Who is away.'),
      from: date('First day.'),
      to: date('Day after the last one.'),
      kind: say(fields.label, 'Kind of leave.').optional(),
      reason: text('Why.').optional(),
      ...recorded,
    })
    .describe('A leave is recorded; relief is a step of its own.'),
  offboard: z
    .strictObject({
      offboard: anId('Who leaves.'),
      from: date('First day on which they no longer earn; the day of recording if left out.').optional(),
      kind: say(z.enum(['voluntary', 'involuntary', 'retirement', 'death', 'other']), 'How they leave.').optional(),
      'compensation-ends': date('First day on which deals no longer earn, where that is later.').optional(),
      reason: text('Why.').optional(),
      ...recorded,
    })
    .describe('Somebody leaves.'),
  'reports-to': z
    .strictObject({
      'reports-to': people(anId('Id of the manager.'), 'Manager by participant.'),
      from: date('First day; the day of recording if left out.').optional(),
      reason: text('Why.').optional(),
      ...recorded,
    })
    .describe('A reporting line changes.'),
  rates: z
    .strictObject({
      rates: say(
        z.record(
          z.string().regex(/^[A-Z]{3}\/[A-Z]{3}$/, 'must be two currencies, as EUR/USD'),
          say(fields.positiveDecimal, 'Units of the second currency for one of the first.', 'amount_invalid'),
        ),
        'Rate by pair, as EUR/USD: 1.10.',
      ),
      from: date('First day on which they apply; the day of recording if left out.').optional(),
      source: text('Who says so.').optional(),
      ...recorded,
    })
    .describe('Exchange rates are recorded.'),
  freeze: z
    .strictObject({
      freeze: period('Period that becomes history.'),
      despite: text('Why it is frozen although something that may be overridden is in the way.').optional(),
      ...asked,
    })
    .describe('A freeze is requested, approved and carried out.'),
  reopen: z
    .strictObject({ reopen: period('Frozen period that is opened again.'), ...asked })
    .describe('A reopening is requested, and approved by two others.'),
} as const;
export type StepWord = keyof typeof stepSchemas;
export type StepFile<W extends StepWord> = z.output<(typeof stepSchemas)[W]>;

const given = z
  .array(z.union(Object.values(stepSchemas)))
  .max(2000)
  .meta({ id: 'given', description: 'What happened, in the order in which it was recorded.' });
const then = say(
  z
    .array(z.union(Object.values(expectationSchemas)))
    .min(1)
    .max(1000),
  'What must be so.',
);

export const caseFile = z
  .union([
    z
      .strictObject({
        case: text('What the case shows, in one sentence.'),
        source: text('Where its figures come from.').optional(),
        note: text('For readers.').optional(),
        given: given.optional(),
        then,
      })
      .describe('A worked case.'),
    z.strictObject({ given }).describe('First document of a file: what is given in every case of it.'),
  ])
  .describe('A document of a file of worked cases.');
