import { type Exact, exact, fraction } from '@ledger/money';
import fc from 'fast-check';

/** Any decimal text that the product accepts, small and large, negative and not. */
export const decimalText: fc.Arbitrary<string> = fc
  .record({
    negative: fc.boolean(),
    whole: fc.oneof(fc.nat({ max: 1000 }), fc.nat({ max: 999_999_999_999_999 })),
    decimals: fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 12 }),
  })
  .map(({ negative, whole, decimals }) => {
    const size = decimals === '' ? `${whole}` : `${whole}.${decimals}`;
    return negative && /[1-9]/.test(size) ? `-${size}` : size;
  });

const fractions: fc.Arbitrary<Exact> = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
    fc.oneof(fc.bigInt({ min: 1n, max: 120n }), fc.bigInt({ min: 1n, max: 10n ** 20n })),
  )
  .map(([n, d]) => fraction(n, d));

// Denominators past the length at which common factors are taken out.
const long: fc.Arbitrary<Exact> = fc
  .tuple(fc.bigInt({ min: -(10n ** 90n), max: 10n ** 90n }), fc.bigInt({ min: 10n ** 77n, max: 10n ** 90n }))
  .map(([n, d]) => fraction(n, d));

/** Any exact number: decimals, thirds and sevenths, and very long fractions. */
export const anyExact: fc.Arbitrary<Exact> = fc.oneof(decimalText.map(exact), fractions, long);

/** A multiple of half a minor unit of a two-decimal currency, where the rounding modes differ. */
export const halfCents: fc.Arbitrary<Exact> = fc
  .bigInt({ min: -(10n ** 12n), max: 10n ** 12n })
  .map((n) => fraction(n, 200n));
