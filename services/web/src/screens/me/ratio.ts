import { percentText } from '../../parts/money.tsx';

/** An exact ratio, a decimal or a fraction, as percent to two decimals, half-up: `2/3` → `66.67%`. */
export function ratioText(ratio: string): string {
  const [above = '', below = '1'] = ratio.split('/');
  const [n, d] = [wholeOf(above), wholeOf(below)];
  if (n === undefined || d === undefined || d.whole === 0n) return ratio;
  // In hundredths of a percent: of the larger one's decimals, so that both are whole.
  const up = n.whole * 10n ** BigInt(d.decimals) * 20_000n;
  const of = d.whole * 10n ** BigInt(n.decimals);
  const isNegative = up < 0n !== of < 0n && up !== 0n;
  const [a, b] = [up < 0n ? -up : up, of < 0n ? -of : of];
  const rounded = (a + b) / (2n * b);
  const digits = rounded.toString().padStart(5, '0');
  return percentText(`${isNegative ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`);
}

function wholeOf(text: string): { readonly whole: bigint; readonly decimals: number } | undefined {
  const [, sign = '', whole = '', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return whole === '' ? undefined : { whole: BigInt(sign + whole + part), decimals: part.length };
}
