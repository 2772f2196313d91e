import { isCurrency, minorUnits } from './currency.ts';
import { shown } from './error.ts';

// Every text is matched here before a number library sees it: `1e999999999` is eleven bytes and can stop a process
// (promises, facts). The counted repetitions are the length cap: a longer text fails after its first sixteen digits.
/** A decimal number as this product writes it: `-12.50`. At most 15 digits before the point and 12 after, at most 29 characters. */
export const DECIMAL = /^(?!-0(?:\.0{1,12})?$)-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?$/;
/** The same with an optional percent sign: `8%`, `0.08`. */
export const PERCENT = /^(?!-0(?:\.0{1,12})?%?$)-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?%?$/;

/** Longest text that DECIMAL can match: sign, 15 digits, point, 12 digits. */
const LONGEST = 29;

/** A value, or one clause that says what is wrong and what to write instead; it follows "<field> <value>". */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

type Reason = readonly [pattern: RegExp, why: (text: string) => string];

const onlyDigitsAndPoint = (text: string) => text.replaceAll(/[^0-9.-]/g, '');

// The first pattern that matches gives the reason. Texts that get here are at most 64 characters long.
const REASONS: readonly Reason[] = [
  [/^\s*$/, () => 'is empty; write a number such as 1000.00'],
  [/^\s|\s$/, () => 'has spaces around it; leave them out'],
  [/^#[A-Z0-9/_]{1,20}[!?]?$/i, (text) => `is a spreadsheet error (${text}); correct the cell in the source`],
  [/^\(.*\)$/, () => 'puts negatives in brackets; use a leading minus'],
  [/^[0-9.,]+-$/, () => 'has its minus at the end; use a leading minus'],
  [/^[\u2010-\u2015\u2212]/, () => 'has a minus sign that is not "-"; use the hyphen of the keyboard'],
  [/^\+/, () => 'has a plus sign; leave it out'],
  [/^-?[0-9][0-9.,]*e[+-]?[0-9]+$/i, () => 'is in exponent notation; write the digits'],
  [/^-?0x[0-9a-f]+$/i, () => 'is in hexadecimal; write decimal digits'],
  [/(?![0-9])\p{Nd}/u, () => 'has digits that are not 0-9; write it in 0-9'],
  [/%$/, () => 'has a percent sign; write the number alone'],
  [/^[A-Z]{3} ?-?[0-9]|[0-9] ?[A-Z]{3}$|\p{Sc}/u, () => 'names its currency; write the number alone'],
  [/^-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+$/, (text) => `has a decimal comma; write ${swapped(text)}`],
  [
    /^-?[1-9][0-9]{0,2},[0-9]{3}$/,
    (text) =>
      `has a thousands separator or a decimal comma; write ${onlyDigitsAndPoint(text)} or ${text.replace(',', '.')}`,
  ],
  [
    /^-?[1-9][0-9]{0,2}(?:[,'’_\s][0-9]{2,3})*[,'’_\s][0-9]{3}(?:\.[0-9]+)?$/,
    (text) => `has a thousands separator; write ${onlyDigitsAndPoint(text)}`,
  ],
  [/^-?[0-9]+,[0-9]+$/, (text) => `has a decimal comma; write ${text.replace(',', '.')}`],
  [/^-0+(?:\.0*)?$/, () => 'is minus zero; write 0'],
  [/^-?\.[0-9]+$/, (text) => `has no digit before the point; write ${text.replace('.', '0.')}`],
  [/^-?[0-9]+\.$/, (text) => `has no digit after the point; write ${text.slice(0, -1)}`],
  [/^-?0[0-9]+(?:\.[0-9]+)?$/, () => 'has leading zeros; leave them out'],
  [/^-?[0-9]{16,}(?:\.[0-9]+)?$/, () => 'has more than 15 digits before the point; split it or check the source'],
  [/^-?[0-9]+\.[0-9]{13,}$/, () => 'has more than 12 digits after the point; round it in the source'],
];

function swapped(text: string): string {
  return text.replaceAll('.', '').replace(',', '.');
}

function whyNotDecimal(text: string): string {
  if (text.length > 2 * LONGEST) {
    return /^-?[1-9][0-9]{15}/.test(text)
      ? 'has more than 15 digits before the point; split it or check the source'
      : `is ${text.length} characters long; write at most ${LONGEST}`;
  }
  const reason = REASONS.find(([pattern]) => pattern.test(text));
  return reason === undefined ? 'is not a number; write digits such as 1000.00' : reason[1](text);
}

/** The text itself if it is a decimal number as this product writes it, else why not. */
export function checkDecimal(text: string): Checked<string> {
  return DECIMAL.test(text) ? { ok: true, value: text } : { ok: false, why: whyNotDecimal(text) };
}

/**
 * An amount in this currency: a decimal that is a whole number of minor units. The text is kept as given; only zeros
 * beyond the minor unit are dropped (`100.00` JPY is `100`), because systems write them and they change no value.
 */
export function checkAmount(text: string, currency: string): Checked<string> {
  const decimal = checkDecimal(text);
  if (!decimal.ok) return decimal;
  if (!isCurrency(currency)) {
    return {
      ok: false,
      why: `is in ${shown(currency)}, which is not a currency of ISO 4217; write a code such as USD`,
    };
  }
  const units = minorUnits(currency);
  const point = text.indexOf('.');
  const decimals = point < 0 ? 0 : text.length - point - 1;
  if (decimals <= units) return decimal;
  const kept = units === 0 ? point : point + 1 + units;
  for (let at = Math.max(kept, point + 1); at < text.length; at += 1) {
    if (text[at] !== '0') {
      return { ok: false, why: `has ${decimals} ${decimals === 1 ? 'decimal' : 'decimals'}; ${currency} has ${units}` };
    }
  }
  return { ok: true, value: text.slice(0, kept) };
}

/** `-1234567.50` → `-1,234,567.50`, for people; what follows the whole digits stays as it is. Text in, text out. */
export function grouped(text: string): string {
  const [whole = ''] = /^-?[0-9]*/.exec(text) ?? [];
  const first = whole.startsWith('-') ? 1 : 0;
  let out = text;
  for (let at = whole.length - 3; at > first; at -= 3) out = `${out.slice(0, at)},${out.slice(at)}`;
  return out;
}
