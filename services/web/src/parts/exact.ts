/** Sums of exact decimals as text, for what the API gives one by one: nothing here goes through a float. */

/** The sum of decimals, with as many digits after the point as the longest of them has. */
export function sumText(amounts: readonly string[]): string {
  const places = amounts.reduce((most, amount) => Math.max(most, (amount.split('.')[1] ?? '').length), 0);
  const sum = amounts.reduce((before, amount) => before + unitsOf(amount, places), 0n);
  const digits = String(sum < 0n ? -sum : sum).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  return `${sum < 0n ? '-' : ''}${whole}${places === 0 ? '' : `.${digits.slice(-places)}`}`;
}

/** Of two decimals, which one is further from nothing; for sorting, the further one first. */
export function byDistance(a: string, b: string): number {
  const places = Math.max((a.split('.')[1] ?? '').length, (b.split('.')[1] ?? '').length);
  const [one, other] = [unitsOf(a, places), unitsOf(b, places)].map((units) => (units < 0n ? -units : units));
  if (one === undefined || other === undefined || one === other) return 0;
  return one > other ? -1 : 1;
}

function unitsOf(amount: string, places: number): bigint {
  const [whole = '0', part = ''] = amount.replace('-', '').split('.');
  const units = BigInt(whole + part.padEnd(places, '0'));
  return amount.startsWith('-') ? -units : units;
}
