import { add, cmp, div, type Exact, equal, fromText, isZero, max, min, mul, neg, sub } from '@ledger/money';

/** A number inside an expression: exact, whatever it went through. A class, because CEL tells types by constructor. */
export class Decimal {
  readonly exact: Exact;
  constructor(exact: Exact) {
    this.exact = exact;
  }
}

/** Why an expression has no value for a deal. */
export class ExpressionFailure extends Error {
  override readonly name = 'ExpressionFailure';
}

/** What the language does with numbers: signatures of CEL, all of them exact. */
export const DECIMAL_OPERATORS: Readonly<Record<string, (a: Decimal, b: Decimal) => Decimal | boolean>> = {
  'Decimal + Decimal': (a, b) => new Decimal(add(a.exact, b.exact)),
  'Decimal - Decimal': (a, b) => new Decimal(sub(a.exact, b.exact)),
  'Decimal * Decimal': (a, b) => new Decimal(mul(a.exact, b.exact)),
  'Decimal / Decimal': (a, b) => new Decimal(quotient(a.exact, b.exact)),
  'Decimal < Decimal': (a, b) => cmp(a.exact, b.exact) < 0,
  'Decimal <= Decimal': (a, b) => cmp(a.exact, b.exact) <= 0,
  'Decimal > Decimal': (a, b) => cmp(a.exact, b.exact) > 0,
  'Decimal >= Decimal': (a, b) => cmp(a.exact, b.exact) >= 0,
  'Decimal == Decimal': (a, b) => equal(a.exact, b.exact),
};

export const DECIMAL_FUNCTIONS = {
  'decimal(string): Decimal': (text: string) => parsed(text),
  'min(Decimal, Decimal): Decimal': (a: Decimal, b: Decimal) => new Decimal(min(a.exact, b.exact)),
  'max(Decimal, Decimal): Decimal': (a: Decimal, b: Decimal) => new Decimal(max(a.exact, b.exact)),
} as const;

export function negated(a: Decimal): Decimal {
  return new Decimal(neg(a.exact));
}

/** Text of a decimal as events carry them; at most 40 characters, so that no expression computes with huge numbers. */
export function parsed(text: string): Decimal {
  if (text.length > 40 || !/^-?[0-9]+(?:\.[0-9]+)?$/.test(text)) {
    throw new ExpressionFailure(`decimal(${JSON.stringify(text.slice(0, 40))}) is not a number such as 12.5`);
  }
  return new Decimal(fromText(text.replace(/^(-?)0+(?=[0-9])/, '$1').replace(/^-(0+(?:\.0+)?)$/, '$1')));
}

function quotient(a: Exact, b: Exact): Exact {
  if (isZero(b)) throw new ExpressionFailure('division by zero');
  return div(a, b);
}
