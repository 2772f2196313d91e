import { Text, type TextProps } from '@mantine/core';
import classes from './parts.module.css';

/** An exact decimal as people read it: grouped, with the cents that it has; never through a float. `-1234.5` → `−1,234.50`. */
export function amountText(amount: string): string {
  const [, sign = '', whole = '', cents = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? [];
  if (whole === '') return amount;
  return `${sign === '-' ? '−' : ''}${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}.${cents.padEnd(2, '0')}`;
}

/** Whether an exact decimal is nothing: `0.00`, `-0`. */
export function isZero(amount: string): boolean {
  return /^-?0(?:\.0*)?$/.test(amount);
}

/** The same with a plus in front of what is above nothing. */
export function signedText(amount: string): string {
  return `${amount.startsWith('-') || isZero(amount) ? '' : '+'}${amountText(amount)}`;
}

/** An amount with its currency, in tabular figures; `signed` shows a plus. */
export function Money({
  amount,
  currency,
  signed = false,
  ...props
}: { readonly amount: string; readonly currency?: string | undefined; readonly signed?: boolean } & TextProps) {
  const isNegative = amount.startsWith('-') && !isZero(amount);
  const given = { className: classes.figure, 'data-negative': isNegative ? true : undefined };
  const figure = (
    <>
      {signed ? signedText(amount) : amountText(amount)}
      {currency === undefined ? null : <span className={classes.currency}>{currency}</span>}
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
  return `${sign === '-' ? '−' : ''}${before}${after === '' ? '' : `.${after}`}%`;
}
