import { z } from 'zod';

/**
 * The fields that event data and documents are made of. Everything exact is text with an anchored, length-capped pattern that is
 * matched before any library sees it (promises.md, parser rules 2 and 3).
 */
export const id = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/,
    'may hold letters, digits, ".", "_", ":" and "-", and starts with a letter or digit, 128 at most',
  );

/** Ids that become one part of a stream name made of several must not hold the dot that joins them. */
export const partId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_:-]{0,63}$/,
    'may hold letters, digits, "_", ":" and "-", and starts with a letter or digit, 64 at most',
  );

export const decimal = z
  .string('must be text: a decimal number as "1234.50"')
  .regex(/^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?$/, 'must be a plain decimal number written as text, as 1234.50')
  .refine((text) => !/^-0(?:\.0+)?$/.test(text), 'must not be minus zero');

export const positiveDecimal = decimal.refine(
  (text) => !text.startsWith('-') && !/^0(?:\.0+)?$/.test(text),
  'must be more than 0',
);
export const nonNegativeDecimal = decimal.refine((text) => !text.startsWith('-'), 'must not be negative');

/** A rate as people write it: `8%` or `0.08`. */
export const percent = z
  .string()
  .regex(/^-?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,12})?%?$/, 'must be a rate as 8% or 0.08')
  .refine((value) => !/^-0(?:\.0+)?%?$/.test(value), 'must be a rate, and minus zero is none');

/** `30%`, `0.3` or `1/3`. */
export const shareText = z
  .string()
  .regex(
    /^(?:(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,12})?%?|[1-9][0-9]{0,5}\/[1-9][0-9]{0,5})$/,
    'must be a share as 30%, 0.3 or 1/3',
  );

/** A part of one, more than 0: `0.7` or `1/3`. */
export const partOfOne = z
  .string('must be text: a share of one as "0.7" or "1/3"')
  .regex(
    /^(?!0(?:\.0+)?$)(?:(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?|[1-9][0-9]{0,5}\/[1-9][0-9]{0,5})$/,
    'must be a share of one, more than 0, as 0.7 or 1/3',
  );

/** ISO 4217 code. Whether it exists is checked where amounts are parsed. */
export const currency = z.string().regex(/^[A-Z]{3}$/, 'must be a currency code of three capital letters, as USD');

export const date = z
  .string('must be text: a date as "2026-01-31"')
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, 'must be a date written as 2026-01-31')
  .refine(isDate, 'must be a date that exists, between 1970-01-01 and 2199-12-31');

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a text of the form `dddd-dd-dd` is a day of the calendar. */
export function isDate(text: string): boolean {
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8, 10));
  if (year < 1970 || year > 2199 || month < 1 || month > 12 || day < 1) return false;
  const leap = month === 2 && ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0);
  return day <= (DAYS[month - 1] ?? 0) + (leap ? 1 : 0);
}

/** Control and format characters; line breaks, tabs and the joiners that scripts and emoji need are not among them. */
const HIDDEN = /[[\p{Cc}\p{Cf}\u2028\u2029]--[\n\t\u200c\u200d]]/v;

/** Most texts are plain, and pass without a closer look. */
const PLAIN = /^[\n\t\u0020-\u007e]*$/;

/** Whether a text is well-formed, composed (NFC), and nothing in it is invisible but line breaks and tabs. */
export function isClear(value: string): boolean {
  return PLAIN.test(value) || (value.isWellFormed() && value === value.normalize('NFC') && !HIDDEN.test(value));
}

/** Free text: well-formed, composed (NFC), nothing invisible but line breaks and tabs. */
export const text = z
  .string()
  .min(1, 'must not be empty')
  .max(4000, 'must not be longer than 4000 characters')
  .refine((value) => value.trim().length > 0, 'must not be blank')
  .refine(
    (value) => PLAIN.test(value) || (value.isWellFormed() && value === value.normalize('NFC')),
    'must be well-formed, composed Unicode (NFC)',
  )
  .refine((value) => PLAIN.test(value) || !HIDDEN.test(value), 'must not hold control or bidirectional characters');

/** A short text on one line. */
export const label = text
  .max(200, 'must not be longer than 200 characters')
  .refine((value) => !/[\n\t]/.test(value), 'must be on one line');

export const reason = text;
/** Where the proof is: links or short texts. An exception without evidence is a rumour. */
export const evidence = z.array(text.max(1000)).min(1, 'must name at least one piece of evidence').max(50);

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex');
export const position = z.string().regex(/^(?:0|[1-9][0-9]{0,18})$/, 'must be a log position');
/** Calendar period: a month `2026-01`, a quarter `2026-Q1`. */
export const periodId = z
  .string()
  .regex(/^[0-9]{4}-(?:0[1-9]|1[0-2]|Q[1-4])$/, 'must be a month as 2026-01 or a quarter as 2026-Q1');
/** Name of a query: whose pay it is about, and a number: `ada.3`. */
export const queryName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_:-]{0,63}\.[1-9][0-9]{0,5}$/, 'must be a query as ada.3');
export const version = z.int().min(1).max(100_000);

/** Half-open: `from` belongs to it, `to` does not; no `to` means without end. */
export const interval = { effectiveFrom: date, effectiveTo: date.nullable() };

/** What every request for a decision says. */
export const request = { reason, evidence: z.array(text.max(1000)).max(50), requestedBy: id };
/** What every exception's request says: no exception without evidence, scope and an end (or the word that there is none). */
export const exception = { reason, evidence, requestedBy: id, scope: label, expiresOn: date.nullable() };
/** What every approval says: who, and exactly what of which revision they approved. */
export const approval = {
  approvedBy: id,
  requestHash: sha256,
  requestRevision: version,
  coApprovedBy: z.array(id).min(1).max(8).optional().describe('Who approved before, where several had to.'),
  ruleSet: version.optional().describe('Version of the approval rules that were followed; left out: the matrix alone.'),
};
/** Which freeze of a period: 1, and one more each time that it was reopened. */
export const freezeNumber = z.int().min(1).max(100).describe('Which freeze of the period; 1 if left out.');
/** What every refusal says. */
export const refusal = { declinedBy: id, reason, requestHash: sha256, requestRevision: version };
