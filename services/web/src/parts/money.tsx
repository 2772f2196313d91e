import { decimalsShown } from '@ledger/money';
import { Text, type TextProps } from '@mantine/core';
import classes from './parts.module.css';

/**
 * An exact decimal as people read it: grouped, with the decimals that its currency has; never through a float. `-1234.5` → `−1,234.50`,
 * of yen `1234` → `1,234`. Digits beyond those of the currency stay, zeros do not.
 */
export function amountText(amount: string, currency?: string): string {
  const [, sign = '', whole = '', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? [];
  if (whole === '') return amount;
  const places = decimalsShown(currency);
  const decimals = part.slice(0, places).padEnd(places, '0') + part.slice(places).replace(/0+$/, '');
  return `${sign === '-' ? '−' : ''}${inThousands(whole)}${decimals === '' ? '' : `.${decimals}`}`;
}

const inThousands = (whole: string) => whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** Whether an exact decimal is nothing: `0.00`, `-0`. */
export function isZero(amount: string): boolean {
  return /^-?0(?:\.0*)?$/.test(amount);
}

/** The same with a plus in front of what is above nothing. */
export function signedText(amount: string, currency?: string): string {
  return `${amount.startsWith('-') || isZero(amount) ? '' : '+'}${amountText(amount, currency)}`;
}

export interface MoneyProps {
  readonly amount: string;
  readonly currency?: string | undefined;
  /** Shows a plus. */
  readonly signed?: boolean;
  /** The currency stands elsewhere. */
  readonly bare?: boolean;
}

/** An amount with its currency, in tabular figures. */
export function Money({ amount, currency, signed = false, bare = false, ...props }: MoneyProps & TextProps) {
  const isNegative = amount.startsWith('-') && !isZero(amount);
  const given = { className: classes.figure, 'data-negative': isNegative ? true : undefined };
  const figure = (
    <>
      {signed ? signedText(amount, currency) : amountText(amount, currency)}
      {currency === undefined || bare ? null : <span className={classes.currency}>{currency}</span>}
    </>
  );
  // Most stand in tables, dozens at a time, and look as their cell does.
  if (Object.keys(props).length === 0) return <span {...given}>{figure}</span>;
  return (
    <Text span inherit {...given} {...props}>
      {figure}
    </Text>
  );
}

/** Sums by currency, in one line; `none` is said where there are none. */
export function Sums({
  totals,
  signed = false,
  none = '',
}: {
  readonly totals: Readonly<Record<string, string>>;
  readonly signed?: boolean;
  readonly none?: string;
}) {
  const sums = Object.entries(totals);
  if (sums.length === 0) return none;
  return sums.map(([currency, amount], at) => (
    <span key={currency}>
      {at === 0 ? '' : ', '}
      <Money amount={amount} currency={currency} signed={signed} />
    </span>
  ));
}

/** A ratio as percent, exactly: `0.8525` → `85.25%`. */
export function percentText(ratio: string): string {
  const [, sign = '', whole = '', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(ratio) ?? [];
  if (whole === '') return ratio;
  const digits = `${whole}${part.padEnd(2, '0')}`;
  const point = whole.length + 2;
  const before = digits.slice(0, point).replace(/^0+(?=\d)/, '');
  const after = digits.slice(point).replace(/0+$/, '');
  return `${sign === '-' ? '−' : ''}${inThousands(before)}${after === '' ? '' : `.${after}`}%`;
}
