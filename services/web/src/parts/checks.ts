import { checkAmount, checkDecimal, isCurrency, PERCENT } from '@ledger/money';

/** What somebody types is: what is looked at before it is sent. */
export type Kind =
  | 'amount'
  | 'positive'
  | 'share'
  | 'percent'
  | 'day'
  | 'text'
  | 'label'
  | 'lines'
  | 'id'
  | 'name'
  | 'deal'
  | 'period'
  | 'year'
  | 'currency'
  | 'shares'
  | 'months';

/**
 * What is wrong with a text, in a sentence with its remedy, before anything is sent; `undefined`: nothing that the text alone shows. Texts
 * are never mended: what one types is what is sent, or it is refused. The API says all of it too, and is the judge; amounts are read
 * here by the code that reads them there.
 */
export function wrongWith(kind: Kind, text: string, unit?: string): string | undefined {
  switch (kind) {
    case 'amount':
      return amountWrong(text, unit);
    case 'positive':
      return (
        amountWrong(text, unit) ?? (/^-|^0(?:\.0+)?$/.test(text) ? `${shown(text)} is not more than 0.` : undefined)
      );
    case 'share':
      return shareWrong(text, '50% or 0.5');
    case 'percent':
      return percentWrong(text);
    case 'day':
      return dayWrong(text);
    case 'text':
      return textWrong(text, 4000);
    case 'label':
      return textWrong(text, 200);
    case 'lines':
      return linesWrong(text);
    case 'id':
      return matches(text, /^[A-Za-z0-9][A-Za-z0-9_:-]{0,63}$/, 'write letters, digits, "_", ":" or "-", at most 64');
    case 'name':
      return matches(text, /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/, 'write letters, digits, ".", "_", ":" or "-"');
    case 'deal':
      return matches(text, DEAL, 'name the deal with its source, as crm.D-1');
    case 'period':
      return matches(text, /^[0-9]{4}-(?:0[1-9]|1[0-2]|Q[1-4])$/, 'write a month as 2026-01, or a quarter as 2026-Q1');
    case 'year':
      return matches(text, /^(?:19[7-9]|20[0-9]|21[0-9])[0-9]$/, 'write a year from 1970 to 2199');
    case 'months':
      return matches(text, /^(?:1 month|(?:[2-9]|[1-9][0-9]|1[01][0-9]|120) months)$/, 'write it as 6 months');
    case 'shares':
      return sharesWrong(text);
    case 'currency':
      return isCurrency(text) ? undefined : `${shown(text)} is no currency; write three capital letters, as USD.`;
    default:
      return kind satisfies never;
  }
}

const DEAL = /^[A-Za-z0-9][A-Za-z0-9_:-]{0,63}\.[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** So much of a text is said again. */
const SAID = 40;

function shown(text: string): string {
  const said = text.length > SAID ? `${text.slice(0, SAID)}…`.toWellFormed() : text;
  return `"${said.replace(/\p{C}/gu, (mark) => `(U+${hex(mark)})`)}"`;
}

function hex(mark: string): string {
  return (mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

function amountWrong(text: string, unit: string | undefined): string | undefined {
  const checked = unit === undefined ? checkDecimal(text) : checkAmount(text, unit);
  return checked.ok ? undefined : `${shown(text)} ${checked.why}.`;
}

/** `1/3`: a part of a deal that no decimals say. */
const FRACTION = /^[1-9][0-9]{0,5}\/[1-9][0-9]{0,5}$/;

/** `50%` or `0.5`, as the ledger writes shares. */
function shareWrong(text: string, as: string): string | undefined {
  if (PERCENT.test(text) && !/^-?[0-9]{10}/.test(text)) return undefined;
  const checked = checkDecimal(text.replace(/%$/, ''));
  return `${shown(text)} ${checked.ok ? `is no share; write it as ${as}` : checked.why}.`;
}

/** The number alone, where the percent sign stands in the label. */
function percentWrong(text: string): string | undefined {
  const checked = checkDecimal(text);
  if (!checked.ok) return `${shown(text)} ${checked.why}.`;
  const isPart = /^(?:100(?:\.0+)?|[0-9]{1,2}(?:\.[0-9]+)?)$/.test(text) && !/^0(?:\.0+)?$/.test(text);
  return isPart ? undefined : `${shown(text)} is not more than 0 and at most 100.`;
}

const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;

function dayWrong(text: string): string | undefined {
  const [, year = '', month = '', day = ''] = DAY.exec(text) ?? [];
  if (year === '') return `${shown(text)} is no day; write it as 2026-01-31.`;
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const exists = at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day);
  if (exists && year >= '1970' && year <= '2199') return undefined;
  return `${shown(text)} is no day that exists between 1970 and 2199.`;
}

/** What nobody sees, and changes what is read. Line breaks, tabs and the joiners of scripts and emoji are none of them. */
const HIDDEN = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/u;

function textWrong(text: string, longest: number): string | undefined {
  if (!text.isWellFormed()) return 'It holds half a character; write it again.';
  const [mark] = HIDDEN.exec(text) ?? [];
  if (mark !== undefined) return `It holds a character that cannot be seen (U+${hex(mark)}); take it out.`;
  if (longest < 1000 && /[\n\t]/.test(text)) return 'It has to be on one line.';
  const { length } = text.normalize('NFC');
  return length > longest ? `It is ${length} characters long; say it in at most ${longest}.` : undefined;
}

/** Each by itself. */
function linesWrong(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  if (lines.length > 50) return `These are ${lines.length} lines; write at most 50.`;
  const wrong = lines.map((line) => textWrong(line, 1000)).findIndex((says) => says !== undefined);
  if (wrong < 0) return undefined;
  return `Line ${wrong + 1}: ${textWrong(lines[wrong] ?? '', 1000) ?? ''}`;
}

/** `ada 70%`, `ada 0.7` or `ada=0.7`: one person with one share, and nothing else. */
export function shareLine(line: string): { readonly participant: string; readonly share: string } | undefined {
  const [, participant, share] = /^([^\s=]+)\s*[=\s]\s*(\S+)$/.exec(line.trim()) ?? [];
  return participant === undefined || share === undefined ? undefined : { participant, share };
}

function sharesWrong(text: string): string | undefined {
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const read = shareLine(line);
    const wrong =
      read === undefined
        ? `${shown(line.trim())} is not one person with one share; write it as: ada 70%.`
        : (wrongWith('id', read.participant) ??
          (FRACTION.test(read.share) ? undefined : shareWrong(read.share, '70%, 0.7 or 1/3')));
    if (wrong !== undefined) return `Line ${at + 1}: ${wrong}`;
  }
  return undefined;
}

function matches(text: string, pattern: RegExp, remedy: string): string | undefined {
  return pattern.test(text) ? undefined : `${shown(text)} does not fit here; ${remedy}.`;
}
