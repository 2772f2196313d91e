import { grouped } from '@ledger/money';

/** Comparisons that a sentence says as exactly as their expression does. */
const COMPARES: Readonly<Record<string, string>> = {
  '==': 'is',
  '!=': 'is not',
  '>=': 'is at least',
  '<=': 'is at most',
  '>': 'is more than',
  '<': 'is less than',
};
const COMPARISON =
  /^(?:deal|line)\.([A-Za-z]\w*) *(==|!=|>=|<=|>|<) *(?:"([^"\\]*)"|decimal\("([0-9]+(?:\.[0-9]+)?)"\)|([0-9]+))$/;

/** An expression of a definition file, as it is written there: nothing else says exactly the same. */
export const written = (expression: string): string => `\`${expression}\``;

/** `whose type is "new"`, of a condition that is made of comparisons; of any other `with` and the condition as it is written. */
export function whichIn(condition: string): string {
  return whoseIn(condition) ?? `with ${written(condition)}`;
}

/** The same where it can be said so. */
export function whoseIn(condition: string): string | null {
  const joined = condition.includes('||') ? ['||', 'or'] : ['&&', 'and'];
  const [sign = '', word = ''] = joined;
  const parts = condition.split(sign).map((part) => comparisonIn(part.trim()));
  return parts.every((part) => part !== null) ? `whose ${parts.join(` ${word} `)}` : null;
}

function comparisonIn(text: string): string | null {
  const [, field = '', sign = '', literal, decimal, count] = COMPARISON.exec(text) ?? [];
  const compares = COMPARES[sign];
  if (compares === undefined) return null;
  const number = decimal ?? count;
  const value = number === undefined ? `"${literal ?? ''}"` : grouped(number);
  return `${field.replaceAll(/_|(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()} ${compares} ${value}`;
}
