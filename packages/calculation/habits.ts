import { percent, toText } from '@ledger/money';
import { DEAL_FIELDS } from './offer.ts';

/** Habits of other languages and of spreadsheets in an expression, each with what is written here instead. */
const HABITS: readonly (readonly [habit: RegExp, instead: (found: RegExpExecArray) => string])[] = [
  [/(?<![\w.])between(?!\w)/i, () => 'a range is written with both its ends: a >= 1 && a < 2'],
  [/(?<![\w.])(or|and|not)(?!\w)/i, ([, word = '']) => `"${word}" is written ${WORDS[word.toLowerCase()]}`],
  [/<>/, () => '"<>" is written !='],
  [/(?<![\w.])(?:if|iif|case)\s*\(/i, () => 'a choice is written condition ? one : other'],
  [/\bin\s*\(/, () => 'a list stands in [ ]: in ["a", "b"]'],
  [
    /([0-9]+(?:\.[0-9]+)?)\s*%(?!\s*[\w("])/,
    ([, digits = '']) => `${digits}% is written decimal("${toText(percent(`${digits}%`))}")`,
  ],
  [/[$€£]/, () => 'amounts are written without a currency'],
  [
    /(?<![\w.(,[] ?)[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])/,
    ([all]) => `a number is written without separators: ${all.replaceAll(',', '')}`,
  ],
  [/(?<![\w-])[0-9]{4}-[0-9]{2}-[0-9]{2}/, ([all]) => `a date is a text, in quotes: "${all}"`],
  [/\.(?:year|month|day|getMonth|getFullYear|date)\b/, () => 'dates compare as texts: deal.closedOn >= "2026-03-01"'],
  [/(?<![\w.])(?:min|max)\s*\((?:[^(),]*,){2}/, () => 'min and max take two: min(a, min(b, c))'],
  [/(?<![\w.])(?:year|month|day|date)\s*\(/, () => 'dates compare as texts: deal.closedOn >= "2026-03-01"'],
  [/(?<![\w.])(?:round|floor|ceil)\s*\(/, () => 'nothing is rounded before it is posted'],
  [/(?<![\w.])sum\s*\(/, () => 'with of: line, what is said of each line of the deal is added up'],
  [/(?<![\w.])(?:abs)\s*\(/, () => 'its size without a sign is max(a, -a)'],
];
const WORDS: Readonly<Record<string, string>> = { or: '||', and: '&&', not: '!' };

/** What somebody who wrote this probably wants to write; `undefined` where nothing looks like a habit. */
export function insteadOf(text: string): string | undefined {
  // What stands in quotes is text.
  const bare = text.replaceAll(/"[^"]*"|'[^']*'/g, (quoted) => `"${'_'.repeat(Math.max(0, quoted.length - 2))}"`);
  for (const [habit, instead] of HABITS) {
    const found = habit.exec(bare);
    if (found !== null) return instead(found);
  }
  return undefined;
}

/** A name that stands alone is a field of the deal, or a text without its quotes. */
export function insteadOfName(name: string): string {
  const field = Object.keys(DEAL_FIELDS).find((known) => known.toLowerCase() === name.toLowerCase());
  return field === undefined
    ? `write deal.${name} for what the deal says, or "${name}" for a text`
    : `write deal.${field}`;
}
