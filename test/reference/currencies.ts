/** Minor units by ISO 4217, of the currencies that are drawn. */
const DECIMALS: Readonly<Record<string, number>> = { USD: 2, EUR: 2, GBP: 2, JPY: 0, KWD: 3 };

export function decimalsOf(currency: string): number {
  const decimals = DECIMALS[currency];
  if (decimals === undefined) throw new TypeError(`no minor units are written down for ${currency}`);
  return decimals;
}
