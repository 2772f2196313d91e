import { type Code, expression, fields } from '@ledger/events';
import { isCurrency } from '@ledger/money';
import { z } from 'zod';

/** The fields that definition files are made of: what each is, in words for editors and messages, and the code it is refused with. */

/** The code with which a wrong value of a schema is refused; others are `field_invalid`. */
const codes = new Map<unknown, Code>();
export const codeOf = (schema: unknown): Code => codes.get(schema) ?? 'field_invalid';
/** The same of a text: one that is there and cannot be read is not missing. */
export const codeOfText = (schema: unknown, text: string): Code => {
  const code = codeOf(schema);
  return (code === 'reason_required' || code === 'evidence_required') && text.trim() !== '' ? 'field_invalid' : code;
};

export function say<T extends z.ZodType>(schema: T, description: string, code?: Code): T {
  const described = schema.describe(description);
  if (code !== undefined) codes.set(described, code);
  return described;
}

export const anId = (what: string) => say(fields.partId, what, 'id_invalid');
export const ids = (what: string) =>
  say(z.array(anId('Id of a component.')).min(1, 'must name at least one component').max(50), what);
export const date = (what: string) => say(fields.date, what, 'date_invalid');
export const currency = (what: string) =>
  say(fields.currency.refine(isCurrency, 'is not a currency of ISO 4217'), what, 'currency_unknown');
export const amount = (what: string) => say(fields.nonNegativeDecimal, what, 'amount_invalid');
export const decimal = (what: string) => say(fields.decimal, what, 'amount_invalid');
export const rate = (what: string) => say(fields.percent, what, 'percent_invalid');
export const reason = say(
  fields.reason,
  'Why this is so, or why it changes; people read it years later.',
  'reason_required',
);
export const evidence = say(
  z.array(say(fields.text.max(1000), 'A link or a short text.', 'evidence_required')).max(50),
  'Where the proof is.',
);
export const cel = (what: string) => say(expression, what, 'expression_invalid');

export const when = {
  from: date('First day on which it applies.'),
  to: date('First day on which it no longer applies; without end if left out.').optional(),
};
export const why = { reason, evidence: evidence.default([]) };
