import {
  allocate,
  cmp,
  div,
  type Exact,
  exact,
  isZero,
  max,
  min,
  minorUnits,
  money,
  mul,
  sign,
  sub,
  sum,
  toDecimalText,
  ZERO,
} from '@ledger/money';

/** Somebody's part in a sum that several share. */
export interface Part {
  /** Participant id first, so that ties fall by participant. */
  readonly key: string;
  readonly amount: Exact;
}

/**
 * What each keeps when all together may have at most `most`: a · most / Σ a, exactly (mechanics §4). Reversals pass: what is below 0
 * stays as it is and gives its room to the others. Below the limit everybody keeps everything.
 */
export function scaledTo(most: Exact, parts: readonly Part[]): ReadonlyMap<string, Exact> {
  const all = sum(parts.map(({ amount }) => amount));
  if (cmp(all, most) <= 0) return new Map(parts.map(({ key, amount }) => [key, amount]));
  const above = sum(parts.map(({ amount }) => max(ZERO, amount)));
  const room = max(ZERO, sub(most, sum(parts.map(({ amount }) => min(ZERO, amount)))));
  return new Map(parts.map(({ key, amount }) => [key, sign(amount) > 0 ? div(mul(amount, room), above) : amount]));
}

/**
 * The same to the cent: what is posted adds up to `most` exactly, by largest remainder, ties by key (mechanics §16.3). `posted`: what
 * each would be posted alone.
 */
export function postedTo(
  most: Exact,
  parts: readonly (Part & { readonly posted: Exact })[],
  currency: string,
): ReadonlyMap<string, Exact> {
  const all = sum(parts.map(({ amount }) => amount));
  if (cmp(all, most) <= 0) return new Map(parts.map(({ key, posted }) => [key, posted]));
  const below = sum(parts.flatMap(({ amount, posted }) => (sign(amount) > 0 ? [] : [posted])));
  const room = max(ZERO, sub(wholeUnits(most, currency), below));
  const shares = dividedBy(
    room,
    parts.filter(({ amount }) => sign(amount) > 0),
    currency,
  );
  return new Map(parts.map(({ key, posted }) => [key, shares.get(key) ?? posted]));
}

/** A sum divided in proportion, to the cent. */
export function dividedBy(total: Exact, parts: readonly Part[], currency: string): ReadonlyMap<string, Exact> {
  if (isZero(total)) return new Map(parts.map(({ key }) => [key, ZERO]));
  const whole = money(toDecimalText(total, minorUnits(currency), 'half-up'), currency);
  const shares = allocate(
    whole,
    parts.map(({ key, amount }) => ({ key, weight: amount })),
  );
  return new Map([...shares].map(([key, { amount }]) => [key, exact(amount)]));
}

/** What fits into a limit without passing it: whole minor units, rounded down. */
export function wholeUnits(amount: Exact, currency: string): Exact {
  const decimals = minorUnits(currency);
  const near = exact(toDecimalText(amount, decimals, 'half-up'));
  if (cmp(near, amount) <= 0) return near;
  return sub(near, exact(decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`));
}
