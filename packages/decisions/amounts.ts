import type { Problem } from '@ledger/kernel';
import { checkAmount, type Exact, exact, isCurrency, percentsText, toText } from '@ledger/money';
import { refuse, shown } from './produce.ts';

export function checkCurrency(currency: string, field: string): Problem | undefined {
  if (isCurrency(currency)) return undefined;
  const message = `The currency ${shown(currency)} is not one of ISO 4217; write its three capital letters, such as USD.`;
  return refuse('currency_unknown', message, field);
}

/** Whether an amount is a whole number of the currency's minor units. */
export function checkMinorUnits(amount: string, currency: string, field: string): Problem | undefined {
  const checked = checkAmount(amount, currency);
  return checked.ok ? undefined : refuse('amount_invalid', `The amount ${shown(amount)} ${checked.why}.`, field);
}

/** One text for one number: systems write 100, 100.0 and 100.00 for the same. The text is known to be a decimal. */
export function plain(decimal: string): string {
  return toText(exact(decimal));
}

/** `0.9999` as people say it: `99.99 %`; a fraction that no decimals end as `about 66.67 %`. */
export function percentText(share: Exact): string {
  return `${percentsText(share)} %`;
}
