import type { LeavingRule } from '@ledger/events';
import { add, type Exact, fraction, isZero, mul, ONE, percent, sign, sub, sum, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import type { ComponentInForce } from './in-force.ts';
import { earnsUntil, leavingRule, pipelineShare } from './leaving-rule.ts';
import { type Calculated, dealAbout, type ForfeitedBasis } from './line.ts';
import { type Cadence, dayBefore, daysIn, holds, type Span } from './periods.ts';
import { isByPeriod, windowHolding } from './windows.ts';

/** What is lost by leaving, or by being away: each as a line of its own (mechanics §15). */
export interface Forfeiting {
  next(period: Span, lines: readonly Calculated[]): readonly Calculated[];
}

/** What is lost of a deal, and by which terms; `share` is kept. */
interface Loss extends Pick<ForfeitedBasis, 'why' | 'of' | 'share'> {
  readonly inForce: ComponentInForce;
}

/** `null` where the participant neither leaves nor is ever away, so that nothing can be lost. */
export function forfeiting({ participant, calendar }: Book): Forfeiting | null {
  const { endsOn, leaves } = participant;
  if (endsOn === null && leaves.length === 0) return null;
  /** Lines of the component so far, for what is lost of a window. */
  const paid: { readonly period: Span; readonly amount: Exact }[] = [];
  let inForce: ComponentInForce | null = null;
  /** By deal: when it closed, and what is lost of it. */
  const closed = new Map<string, string>();
  const losing = new Map<string, Loss>();

  return {
    next: (period, lines) => {
      inForce = lines.at(-1)?.inForce ?? inForce;
      const single = ofDeals(lines);
      const rule = inForce === null ? null : leavingRule(participant, inForce.planVersion.document);
      const own = sum(lines.filter((line) => !isAfterEnd(line)).map(({ exact }) => exact));
      const away = sum(single.filter((line) => !isAfterEnd(line)).map(({ exact }) => exact));
      paid.push({ period, amount: sum([own, away]) });
      const partial =
        inForce === null || rule === null || endsOn === null ? [] : ofPeriod(period, rule, endsOn, inForce);
      return [...single, ...partial];
    },
  };

  function isAfterEnd(line: Calculated): boolean {
    const closedOn = line.closedOn ?? closed.get(dealAbout(line) ?? '') ?? null;
    return endsOn !== null && closedOn !== null && closedOn >= endsOn;
  }

  /** What deals lose that closed during a leave, or after the end: of what a group cap leaves of them. */
  function ofDeals(lines: readonly Calculated[]): readonly Calculated[] {
    const earned = new Map<string, Exact>();
    for (const line of lines) {
      const deal = dealAbout(line);
      if (deal === null || (line.basis.kind !== 'deal' && line.basis.kind !== 'group-cap')) continue;
      if (line.basis.kind === 'deal' && line.closedOn !== null) {
        closed.set(deal, line.closedOn);
        const loss = lossOf(line, line.closedOn);
        if (loss !== null) losing.set(deal, loss);
      }
      if (losing.has(deal)) earned.set(deal, add(earned.get(deal) ?? ZERO, line.exact));
    }
    const period = lines[0]?.period ?? '';
    return [...earned].flatMap(([deal, amount]) => {
      const loss = losing.get(deal);
      if (loss === undefined || isZero(amount)) return [];
      const line = forfeited(loss.inForce, period, deal, closed.get(deal) ?? null, loss, amount, loss.share);
      return isZero(line.exact) ? [] : [line];
    });
  }

  function lossOf({ inForce: own }: Calculated, closedOn: string): Loss | null {
    const rule = leavingRule(participant, own.planVersion.document);
    const end = earnsUntil(participant);
    if (rule !== null && endsOn !== null && end !== null && closedOn >= end && rule.pipeline.length > 0) {
      const share = percent(pipelineShare(rule, daysIn({ from: endsOn, to: closedOn })));
      return { inForce: own, why: 'pipeline', of: endsOn, share };
    }
    const leave =
      own.component.document.duringLeave === 'not-paid' ? leaves.find((each) => holds(each, closedOn)) : undefined;
    return leave === undefined ? null : { inForce: own, why: 'leave', of: `${leave.from} to ${leave.to}`, share: ZERO };
  }

  /** What is lost of the period, or the window, that the end cuts. What is owed back stays owed. */
  function ofPeriod(
    period: Span,
    { partial, of }: LeavingRule,
    end: string,
    held: ComponentInForce,
  ): readonly Calculated[] {
    if (partial === 'paid') return [];
    const byPeriod = of === 'period' || isByPeriod(held.component.document.window);
    const stretch = byPeriod ? periodCut(period, end) : windowCut(held, end, calendar.cadence, period);
    if (stretch === null) return [];
    const isFirst = period.from < end;
    const amounts = isFirst ? paid.filter((each) => each.period.from >= stretch.from) : paid.slice(-1);
    const earned = sum(amounts.map(({ amount }) => amount));
    if (sign(earned) <= 0) return [];
    const days = fraction(BigInt(daysIn({ from: stretch.from, to: end })), BigInt(daysIn(stretch)));
    const share = partial === 'prorated' ? days : ZERO;
    return [forfeited(held, period.id, null, null, { why: 'partial', of: stretch.id }, earned, share)].filter(
      ({ exact }) => !isZero(exact),
    );
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

function forfeited(
  inForce: ComponentInForce,
  period: string,
  deal: string | null,
  closedOn: string | null,
  { why, of }: Pick<ForfeitedBasis, 'why' | 'of'>,
  earned: Exact,
  share: Exact,
): Calculated {
  const exact = mul(earned, sub(share, ONE));
  const line = `${inForce.component.id}/forfeited/${deal ?? of}`;
  return { line, inForce, period, deal, closedOn, exact, basis: { kind: 'forfeited', why, of, earned, share } };
}
