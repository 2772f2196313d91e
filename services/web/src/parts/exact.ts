/** Sums of exact decimals as text, for what the API gives one by one: nothing here goes through a float. */

/** The sum of decimals, with as many digits after the point as the longest of them has. */
export function sumText(amounts: readonly string[]): string {
  const places = placesOf(amounts);
  const sum = amounts.reduce((before, amount) => before + unitsOf(amount, places), 0n);
  const digits = String(sum < 0n ? -sum : sum).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  return `${sum < 0n ? '-' : ''}${whole}${places === 0 ? '' : `.${digits.slice(-places)}`}`;
}

/** What is furthest from nothing comes first; of the same distance, by name. */
export function furthestFirst<Row>(
  rows: readonly Row[],
  amountOf: (row: Row) => string,
  nameOf: (row: Row) => string,
): readonly Row[] {
  const places = placesOf(rows.map(amountOf));
  return rows
    .map((row) => {
      const units = unitsOf(amountOf(row), places);
      return { row, far: units < 0n ? -units : units, name: nameOf(row) };
    })
    .sort((a, b) => {
      if (a.far !== b.far) return a.far > b.far ? -1 : 1;
      return a.name < b.name ? -1 : 1;
    })
    .map(({ row }) => row);
}

/** A percentage as the fraction of one that it is, exactly, and what is left of one: `70` → `0.7` and `0.3`. */
export function partsOf(percent: string): { readonly share: string; readonly others: string | undefined } {
  const [, whole, part = ''] = /^(\d{1,3})(?:\.(\d{1,10}))?$/.exec(percent) ?? [];
  // What does not read is sent as it is, and refused with its reason.
  if (whole === undefined) return { share: percent, others: undefined };
  const one = 10n ** BigInt(part.length + 2);
  const own = BigInt(whole + part);
  return { share: fractionText(own, one), others: own >= one ? undefined : fractionText(one - own, one) };
}

function fractionText(of: bigint, one: bigint): string {
  const decimals = one.toString().length - 1;
  const digits = of.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`.replace(/\.?0+$/, '');
}

function placesOf(amounts: readonly string[]): number {
  return amounts.reduce((most, amount) => Math.max(most, (amount.split('.')[1] ?? '').length), 0);
}

function unitsOf(amount: string, places: number): bigint {
  const [whole = '0', part = ''] = amount.replace('-', '').split('.');
  const units = BigInt(whole + part.padEnd(places, '0'));
  return amount.startsWith('-') ? -units : units;
}
