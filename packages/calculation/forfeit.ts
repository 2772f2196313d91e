import type { LeavingRule } from '@ledger/events';
import { type Exact, fraction, isZero, mul, ONE, sign, sub, sum, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import type { ComponentInForce } from './in-force.ts';
import { leavingRule } from './leaving-rule.ts';
import { type Calculated, dealAbout, isLost } from './line.ts';
import { type Cadence, dayBefore, daysIn, type Span } from './periods.ts';
import type { Stage } from './stage.ts';
import { isByPeriod, windowHolding } from './windows.ts';

/** What is lost of the period, or the window, that the end cuts: a line of its own (mechanics §15). `null` where the participant does not leave. */
export function forfeiting({ participant, calendar }: Book): Stage | null {
  const { endsOn } = participant;
  if (endsOn === null) return null;
  /** What the component paid so far on deals that closed before the end, for what is lost of a window. */
  const paid: { readonly period: Span; readonly amount: Exact }[] = [];
  let inForce: ComponentInForce | null = null;
  /** When deals closed. */
  const closed = new Map<string, string>();

  return {
    next: (period, lines) => {
      inForce = lines.findLast((line) => !isLost(line))?.inForce ?? inForce;
      for (const { deal, closedOn } of lines) if (deal !== null && closedOn !== null) closed.set(deal, closedOn);
      paid.push({ period, amount: sum(lines.filter((line) => !isAfterEnd(line)).map(({ exact }) => exact)) });
      const rule = inForce === null ? null : leavingRule(participant, inForce.planVersion.document);
      return inForce === null || rule === null ? [] : ofPeriod(period, rule, inForce);
    },
  };

  function isAfterEnd(line: Calculated): boolean {
    const closedOn = line.closedOn ?? closed.get(dealAbout(line) ?? '') ?? null;
    return endsOn !== null && closedOn !== null && closedOn >= endsOn;
  }

  /** What is owed back stays owed. */
  function ofPeriod(period: Span, { partial, of }: LeavingRule, held: ComponentInForce): readonly Calculated[] {
    if (partial === 'paid' || endsOn === null) return [];
    const byPeriod = of === 'period' || isByPeriod(held.component.document.window);
    const stretch = byPeriod ? periodCut(period, endsOn) : windowCut(held, endsOn, calendar.cadence, period);
    if (stretch === null) return [];
    const isFirst = period.from < endsOn;
    const amounts = isFirst ? paid.filter((each) => each.period.from >= stretch.from) : paid.slice(-1);
    const earned = sum(amounts.map(({ amount }) => amount));
    if (sign(earned) <= 0) return [];
    const days = fraction(BigInt(daysIn({ from: stretch.from, to: endsOn })), BigInt(daysIn(stretch)));
    const share = partial === 'prorated' ? days : ZERO;
    const exact = mul(earned, sub(share, ONE));
    if (isZero(exact)) return [];
    const line = `${held.component.id}/forfeited/${stretch.id}`;
    const basis = { kind: 'forfeited', why: 'partial', of: stretch.id, earned, share } as const;
    return [{ line, inForce: held, period: period.id, deal: null, closedOn: null, exact, basis }];
  }
}

function periodCut(period: Span, end: string): Span | null {
  return period.from < end && end < period.to ? period : null;
}

/** The window that the end cuts, in the pay period of the end and in those after it that lie in the window. */
function windowCut({ component }: ComponentInForce, end: string, cadence: Cadence, period: Span): Span | null {
  const window = windowHolding(component.document.window, dayBefore(end), cadence, '');
  const isCut = window !== null && window.from < end && end < window.to;
  return isCut && period.to >= end && period.from < window.to ? window : null;
}
