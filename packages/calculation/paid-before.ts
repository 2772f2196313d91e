import { add, div, type Exact, isZero, sign, sub, sum, toText, ZERO } from '@ledger/money';
import { dealShares } from './deal-shares.ts';
import { type AppliedRate, exchange } from './exchange.ts';
import type { Calculated } from './line.ts';
import type { StagedLines } from './stage.ts';

/** What a pay period has paid of a deal, in the plan's currency. */
export interface PaidIn {
  readonly period: string;
  readonly amount: Exact;
}

/** By deal, what each pay period has paid of it, but for what came back: what it earned there, less what is held, and what is released. */
export function paidByDeal(lines: StagedLines, silent: StagedLines): ReadonlyMap<string, readonly PaidIn[]> {
  const shares = dealShares();
  const paid = new Map<string, PaidIn[]>();
  for (const period of [...new Set([...lines.keys(), ...silent.keys()])].sort()) {
    const all = lines.get(period) ?? [];
    const earned = () => new Map([...shares.all].map(([key, share]) => [key, add(share.earned, share.returned)]));
    const before = earned();
    shares.next([...all.filter((line) => dealMoved(line) === null), ...(silent.get(period) ?? [])]);
    const now = new Map([...earned()].map(([key, amount]) => [key, sub(amount, before.get(key) ?? ZERO)]));
    for (const line of all) {
      const key = goesBack(line) ? null : dealMoved(line);
      if (key !== null) now.set(key, add(now.get(key) ?? ZERO, line.exact));
    }
    for (const [key, amount] of now) {
      if (isZero(amount)) continue;
      const known = paid.get(key);
      if (known === undefined) paid.set(key, [{ period, amount }]);
      else known.push({ period, amount });
    }
  }
  return paid;
}

/** Whether a line takes back, or gives back for it what was not paid: it goes at the rate at which the deal was paid. */
export function goesBack({ basis }: Pick<Calculated, 'basis'>): boolean {
  return basis.kind === 'returned' || ('isBack' in basis && basis.isBack === true);
}

/** The deal of which a line holds, releases or loses something: its earning is another line. */
function dealMoved({ basis, deal }: Calculated): string | null {
  if (basis.kind === 'held' || basis.kind === 'released') return basis.deal;
  return basis.kind === 'forfeited' && basis.lost !== undefined ? deal : null;
}

/**
 * The rate at which a deal was paid: of several the one that makes of the sum what was paid for it. `null`: nothing was, or nothing
 * that a rate makes of it.
 */
export function rateOfPayments(
  payments: readonly PaidIn[],
  { from, to }: { readonly from: string; readonly to: string },
  rateIn: (period: string) => AppliedRate | undefined,
): AppliedRate | null {
  const at: { readonly amount: Exact; readonly rate: AppliedRate }[] = [];
  for (const { period, amount } of payments) {
    const rate = rateIn(period);
    if (rate === undefined) return null;
    at.push({ amount, rate });
  }
  const last = at.at(-1)?.rate;
  const whole = sum(at.map(({ amount }) => amount));
  if (last === undefined || isZero(whole)) return null;
  if (at.every(({ rate }) => isSame(rate, last))) return last;
  const average = div(sum(at.map(({ amount, rate }) => exchange(amount, from, to, rate))), whole);
  if (sign(average) <= 0) return null;
  const { on, event } = last;
  const source = `average of what was paid of it in ${at.length} pay periods`;
  return { base: from, quote: to, on, rate: toText(average), source, event, average };
}

function isSame(a: AppliedRate, b: AppliedRate): boolean {
  return a.event === b.event && a.onward?.event === b.onward?.event;
}
