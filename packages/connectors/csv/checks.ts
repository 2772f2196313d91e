import { fields } from '@ledger/events';

/**
 * The rules of events/fields.ts, written by hand for the one place that meets a million cells: a test holds that they accept exactly
 * what those schemas accept. Free text is composed first (NFC): it is the same text, and sources differ in how they spell it.
 */

const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const PART_ID = /^[A-Za-z0-9][A-Za-z0-9_:-]{0,63}$/;
/** Printable ASCII that JSON spells as it is, with something in it to see. */
const PLAIN = /^ *[!#-[\]-~][ !#-[\]-~]*$/;
const HIDDEN = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/u;

export const LONGEST_LABEL = 200;
export const LONGEST_TEXT = 1000;

export function isId(text: string): boolean {
  return ID.test(text);
}

export function isPartId(text: string): boolean {
  return PART_ID.test(text);
}

/** The text as canonical JSON, '' if it is not a label. */
export function labelJson(text: string): string {
  if (text.length <= LONGEST_LABEL && PLAIN.test(text)) return `"${text}"`;
  const composed = text.normalize('NFC');
  return whyNotText(composed, LONGEST_LABEL, false) === undefined ? JSON.stringify(composed) : '';
}

/** The text as canonical JSON, '' if it is not a text that an attribute can have. Line ends of any kind become LF. */
export function textJson(text: string): string {
  if (text.length <= LONGEST_TEXT && PLAIN.test(text)) return `"${text}"`;
  const composed = composedText(text);
  return whyNotText(composed, LONGEST_TEXT, true) === undefined ? JSON.stringify(composed) : '';
}

export function composedText(text: string): string {
  return text.normalize('NFC').replaceAll(/\r\n?/g, '\n');
}

/** What is wrong with a composed free text and what to do about it; `undefined` if nothing is. */
export function whyNotText(text: string, longest: number, multiline: boolean): readonly [string, string] | undefined {
  if (text.trim() === '') return ['is empty', 'give a text'];
  if (text.length > longest) return [`is longer than ${longest} characters`, 'shorten it in the source'];
  if (!multiline && /[\n\r\t]/.test(text)) return ['holds a line break or tab', 'write it on one line'];
  const hidden = HIDDEN.exec(text)?.[0];
  if (hidden !== undefined) {
    const point = (hidden.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return [`holds the invisible character U+${point}`, 'remove it in the source'];
  }
  return undefined;
}

const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

export function isDay(text: string): boolean {
  return DATE.test(text) && fields.isDate(text);
}

const AMOUNT = [0, 1, 2, 3, 4].map((units) =>
  units === 0 ? /^-?(?:0|[1-9][0-9]{0,14})$/ : new RegExp(`^-?(?:0|[1-9][0-9]{0,14})\\.[0-9]{${units}}$`),
);
const MINUS = 45;
const ZERO = 48;

/** Whether the text is an amount spelled with exactly so many decimals, which is how amounts are recorded. */
export function isAmount(text: string, units: number): boolean {
  if (AMOUNT[units]?.test(text) !== true) return false;
  return text.charCodeAt(0) !== MINUS || text.charCodeAt(1) !== ZERO || /[1-9]/.test(text);
}

/** The text with exactly so many decimals, if only zeros have to be added for that; what it is otherwise is for others to say. */
export function padded(text: string, units: number): string {
  const point = text.indexOf('.');
  if (point < 0) return units === 0 ? text : `${text}.${ZEROS.slice(0, units)}`;
  const decimals = text.length - point - 1;
  return decimals === 0 || decimals >= units ? text : text + ZEROS.slice(0, units - decimals);
}

const ZEROS = '0000';
