import { fields } from '@ledger/events';
import { z } from 'zod';
import { quotaTermsFile } from '../definitions/quota-schema.ts';
import { amount, anId, currency, date, decimal, rate, say } from '../definitions/say.ts';

/**
 * Worked cases as people write them (docs/reference/worked-cases.md). A step or an expectation is known by the word it begins with;
 * JSON Schemas for editors are generated from these.
 */

const text = (what: string) => say(fields.text, what);
const dealId = (what: string) => say(fields.id, what, 'id_invalid');
const actor = (what: string) =>
  say(
    z.string().regex(/^[a-z]{1,20}:[A-Za-z0-9][A-Za-z0-9_:-]{0,63}$/, 'must be a role and an id, as ops:olga'),
    what,
    'id_invalid',
  );
const period = (what: string) => say(fields.periodId, what, 'date_invalid');
const year = (what: string) =>
  say(z.string().regex(/^(?:19[7-9][0-9]|20[0-9]{2}|21[0-9]{2})$/, 'must be a year, as 2026'), what, 'date_invalid');

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

const people = <T extends z.ZodType>(value: T, what: string) => say(z.record(fields.partId, value), what);
const shares = (what: string) => people(rate('A share, as 70%.'), what);

const attribute = say(
  z.union([
    z.string().max(1000),
    z.strictObject({ text: z.string().min(1).max(1000) }),
    z.strictObject({ decimal: fields.decimal }),
    z.strictObject({ date: fields.date }),
  ]),
  'As it looks: 12 is a number, 2026-01-31 a date, true and false are truth values, the rest is text; { text: "12" } is text.',
);

const line = z
  .strictObject({
    line: anId('Name of the line; its place in the list if left out.').optional(),
    product: say(fields.label, 'What was sold.'),
    category: say(fields.label, 'Kind of product.').optional(),
    variant: say(fields.label, 'Variant of the product.').optional(),
    quantity: decimal('How many.').optional(),
    amount: decimal('Amount of the line; they add up to the amount of the deal.'),
    cost: amount('What it cost.').optional(),
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

const window = say(
  z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.:/_-]{0,63}$/, 'must be a window, as 2026-Q1, 2026-01 or 2026'),
  'The window that is meant, as statements name it: 2026-Q1, 2026-01, 2026.',
  'date_invalid',
);

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
      ...recorded,
    })
    .describe('A person cancels a deal.'),
  milestone: z
    .strictObject({
      milestone: dealId('Id of the deal.'),
      reached: anId('What was reached: invoiced, paid, live.'),
      day: date('Day on which; the day of recording if left out.').optional(),
      amount: decimal('Amount that belongs to it.').optional(),
      ...recorded,
    })
    .describe('A deal was invoiced, paid, gone live.'),
  split: z
    .strictObject({
      split: dealId('Id of the deal.'),
      shares: shares('Primary credit by participant instead of what the source says; adds up to 100%.'),
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
    .strictObject({ freeze: period('Period that becomes history.'), ...asked })
    .describe('A freeze is requested, approved and carried out.'),
} as const;
export type StepWord = keyof typeof stepSchemas;
export type StepFile<W extends StepWord> = z.output<(typeof stepSchemas)[W]>;

/** A number that is expected: exact, or `about 66.67%` to the decimals that are written. */
const EXPECTED = /^(?:about )?-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12}%?|%|\/[1-9][0-9]{0,14})?$/;
const expected = (what: string) =>
  say(
    z.string().regex(EXPECTED, 'must be a number as 84%, 2/3 or 6720.00, exact, or to its decimals as about 66.67%'),
    what,
    'amount_invalid',
  );

const through = say(
  z.union([fields.text, z.array(fields.text).min(1).max(50)]),
  'Text that a step of the trace says, or several.',
);
const refused = say(
  z.string().regex(/^[a-z][a-z_]{1,60}$/, 'must be a code of docs/errors.md, as quota_missing'),
  'There is no answer: it is refused with this code.',
).optional();
const asOf = say(
  z
    .string()
    .regex(
      /^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?Z)?$/,
      'must be a day as 2026-03-01 or an instant as 2026-03-01T12:00:00Z',
    ),
  'As of the end of that day, or of that instant; of the end of the case if left out.',
  'date_invalid',
).optional();

const ofLine = {
  component: anId('Component of the plan.').optional(),
  deal: dealId('Id of the deal; `none`: of no single deal.').optional(),
  kind: say(z.enum(['earning', 'correction']), 'Kind of line.').optional(),
  of: period('For corrections: the earlier period that it is about.').optional(),
  step: anId('Kind of line by the first step of its trace, as line, cap, correction.').optional(),
};
const expectedLine = z
  .strictObject({
    ...ofLine,
    amount: expected('Rounded amount of the line.').optional(),
    exact: expected('Amount before rounding.').optional(),
    through: through.optional(),
  })
  .describe('A line that must be there.');

export const expectationSchemas = {
  statement: z
    .strictObject({
      statement: anId('Whose statement.'),
      period: period('Of which period.'),
      total: expected('Sum of all its lines.').optional(),
      components: say(
        z.record(fields.partId, expected('Sum of the lines of the component, without corrections.')),
        'Amount by component; 0 where there is no line.',
      ).optional(),
      lines: say(z.array(expectedLine).max(1000), 'Lines that must be there; others may be.').optional(),
      'line-count': say(
        z.string().regex(/^[0-9]{1,6}$/, 'must be a whole number'),
        'How many lines it has.',
      ).optional(),
      state: say(z.enum(['open', 'frozen']), 'Whether it is history.').optional(),
      currency: currency('Currency of the statement.').optional(),
      'as-of': asOf,
      refused,
      note: text('For readers.').optional(),
    })
    .describe('What a statement must say.'),
  attainment: z
    .strictObject({
      attainment: anId('Whose attainment.'),
      metric: anId('Of which metric; the only one if left out.').optional(),
      component: anId('Of which component; any that measures it if left out.').optional(),
      window: window.optional(),
      period: period('Up to the end of which period; the last one of the window if left out.').optional(),
      is: say(
        z
          .string()
          .regex(new RegExp(`^none$|${EXPECTED.source}`), 'must be an attainment as 84%, 2/3, about 66.67% or none'),
        'Credited over quota, exact or to the decimals written; none where there is no quota.',
        'percent_invalid',
      ).optional(),
      credited: expected('Credited amount.').optional(),
      quota: expected('Quota of the window.').optional(),
      'as-of': asOf,
      refused,
      note: text('For readers.').optional(),
    })
    .describe('What an attainment must be.'),
  corrections: z
    .strictObject({
      corrections: anId('Whose corrections.'),
      period: period('Period in which they are posted.'),
      of: period('Earlier period that they are about; any if left out.').optional(),
      component: anId('Component; any if left out.').optional(),
      amount: expected('Sum of the corrections; 0 where there are none.'),
      through: through.optional(),
      'as-of': asOf,
      note: text('For readers.').optional(),
    })
    .describe('What is corrected of an earlier, frozen period.'),
  trace: z
    .strictObject({
      trace: anId('Whose line.'),
      period: period('Of which period.'),
      ...ofLine,
      through,
      'as-of': asOf,
      note: text('For readers.').optional(),
    })
    .describe('What the trace of a line must say.'),
  credits: z
    .strictObject({
      credits: dealId('Id of the deal.'),
      are: shares('Primary and overlay credit by participant, in force.'),
      'as-of': asOf,
      note: text('For readers.').optional(),
    })
    .describe('Who is credited with a deal.'),
} as const;
export type ExpectationWord = keyof typeof expectationSchemas;
export type ExpectationFile<W extends ExpectationWord> = z.output<(typeof expectationSchemas)[W]>;

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
