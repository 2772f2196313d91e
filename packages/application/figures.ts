// How figures are shown to people.

import { grouped } from '@ledger/money';

export { grouped };

/** `1 deal`, `1,204 deals`. */
export function counted(count: number, thing: string): string {
  return `${grouped(String(count))} ${count === 1 ? thing : `${thing}s`}`;
}

/** With a sign in front, as differences are shown. */
export function signed(amount: string): string {
  return amount.startsWith('-') || /^0(?:\.0+)?$/.test(amount) ? grouped(amount) : `+${grouped(amount)}`;
}
