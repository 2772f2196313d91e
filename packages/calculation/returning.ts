import { equal, exact, mul, round, sub, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import { type DealShare, dealShares } from './deal-shares.ts';
import type { Calculated, ReturnedBasis } from './line.ts';
import type { Span } from './periods.ts';
import { hasReturns, type Return, returnsOf, shareReturned } from './returned.ts';
import { NO_LINES, type Stage, type StagedLines } from './stage.ts';

/**
 * What is taken back in the period in which a deal, or a part of it, comes back (mechanics §12, i): of what the deal earned as it was
 * calculated, after caps and budgets, so never more than was paid. What the deal earns more or less afterwards is taken back alike.
 */
export function returning({ participant }: Book, silent: StagedLines = NO_LINES): Stage {
  const known = new Map<string, { readonly returns: readonly Return[]; taken: ReturnedBasis['taken'] }>();
  const shares = dealShares((key) => known.get(key)?.taken ?? ZERO);
  return {
    next: (period, lines) => {
      const changed = shares.next([...lines, ...(silent.get(period.id) ?? [])]);
      const added: Calculated[] = [];
      for (const share of shares.all.values()) {
        const { document } = share.inForce.component;
        if (!hasReturns(document, 'period-of-return')) continue;
        let state = known.get(share.key);
        if (state === undefined) {
          state = { returns: returnsOf(share.deal, document, 'period-of-return'), taken: ZERO };
          known.set(share.key, state);
        }
        const isNow = state.returns.some(({ on }) => period.from <= on && on < period.to);
        if (state.returns.length === 0 || (!isNow && !changed.has(share.key))) continue;
        const part = shareReturned(state.returns, period.to);
        const taken = mul(share.earned, part);
        if (equal(taken, state.taken)) continue;
        const returns = state.returns.filter(({ on }) => on < period.to);
        const basis = { deal: share.key, before: state.taken, taken, earned: share.earned, share: part, returns };
        added.push(lineOf(share, period, { kind: 'returned', ...basis }, participant.currency));
        state.taken = taken;
      }
      return added;
    },
  };
}

function lineOf({ inForce, key, deal }: DealShare, period: Span, basis: ReturnedBasis, paidIn: string): Calculated {
  const { currency, rounding, payout } = inForce.planVersion.document;
  const whole = (amount: ReturnedBasis['taken']) => exact(round(amount, currency, rounding).amount);
  const line = `${inForce.component.id}/returned/${key}`;
  const amount = sub(basis.before, basis.taken);
  const made = { line, inForce, period: period.id, deal: null, closedOn: deal.closedOn, exact: amount, basis };
  if (payout !== undefined && paidIn !== currency) return made;
  const posted = sub(whole(basis.before), whole(basis.taken));
  return { ...made, posted };
}
