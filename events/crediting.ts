import { z } from 'zod';
import { attributeName } from './deal.ts';
import { expression } from './definitions.ts';
import { approval, date, interval, label, partId, reason, refusal, request, shareText, version } from './fields.ts';

/** Crediting rules: who is credited with a deal besides, or instead of, whom its source names. */

const recipient = z
  .discriminatedUnion('by', [
    z.strictObject({ by: z.literal('owner') }).describe('Who owns the deal.'),
    z
      .strictObject({ by: z.literal('manager'), level: z.int().min(1).max(10) })
      .describe('To whom the owner reports, directly (1) or through others.'),
    z.strictObject({ by: z.literal('participant'), participant: partId }).describe('Somebody in particular.'),
    z
      .strictObject({ by: z.literal('attribute'), attribute: attributeName })
      .describe('Whose id stands in an attribute of the deal.'),
    z
      .strictObject({ by: z.literal('territory'), attribute: attributeName })
      .describe('Who owned the territory that an attribute of the deal names.'),
  ])
  .describe('Whom a rule credits.');
export type Recipient = z.infer<typeof recipient>;

const creditRule = z.strictObject({
  rule: partId,
  when: expression.describe('CEL over the deal: is the rule for it?'),
  from: date.nullable().describe('Deals that close on this day or later; `null`: as long as the document applies.'),
  to: date.nullable().describe('Deals that close before this day.'),
  credits: recipient,
  on: z
    .union([z.enum(['closed', 'selected']), z.strictObject({ attribute: attributeName })])
    .describe(
      'Day for which managers and territories are looked up: of closing, of selection, or of a date that the deal has.',
    ),
  pool: z.enum(['primary', 'overlay']).describe('Out of the 100 % of the deal, or beside it.'),
  share: shareText,
  ifUnreachable: z
    .enum(['rest', 'stop'])
    .describe(
      'When there is nobody to credit: the share stays with the rest, or the statements that depend on it stop.',
    ),
});
export type CreditRule = z.infer<typeof creditRule>;

export const creditingDocument = z
  .strictObject({
    crediting: partId.describe('Id of the rules.'),
    title: label.describe('Name that people read.'),
    apply: z.enum(['all', 'first']).describe('Every rule that is for a deal, or the first of them alone.'),
    sourceCredits: z
      .enum(['keep', 'reduce', 'replace'])
      .describe(
        'A deal whose source names credits itself: `keep`: no rule takes a primary share of it; `reduce`: they share what rules leave; `replace`: rules instead.',
      ),
    rest: z
      .enum(['owner', 'spread', 'none'])
      .describe(
        'What primary rules leave of the 100 %: stays with the owner (or with whom the source credits), is spread over whom the rules credit, or may not be.',
      ),
    territories: z
      .array(z.strictObject({ territory: label, owner: partId, from: date, to: date.nullable() }))
      .max(2000)
      .describe('Who owns which territory when.'),
    rules: z.array(creditRule).min(1).max(200),
  })
  .describe('Who is credited with which deals.');
export type CreditingDocument = z.infer<typeof creditingDocument>;

/** Stream `crediting-<id>`: versions of the rules. */
export const creditingEvents = {
  CreditingProposed: z
    .strictObject({ crediting: partId, version, document: creditingDocument, ...interval, ...request })
    .describe('Somebody asks for crediting rules, or for a new version of them.'),
  CreditingDefined: z
    .strictObject({ crediting: partId, version, document: creditingDocument, ...interval, ...request, ...approval })
    .describe(
      'The rules apply to deals that close in their interval. Of several versions, the newest whose interval holds the date applies.',
    ),
  CreditingRejected: z
    .strictObject({ crediting: partId, version, ...refusal })
    .describe('A proposed version was declined.'),
  CreditingRetired: z
    .strictObject({ crediting: partId, effectiveFrom: date, reason })
    .describe('From a date on, the rules credit nobody.'),
};
