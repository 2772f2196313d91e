import { equal, mul, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import { dealShares, movedLine } from './deal-shares.ts';
import type { Calculated, ReturnedBasis } from './line.ts';
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
      for (const share of shares.inOrder()) {
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
        const before = state.taken;
        const basis = {
          kind: 'returned',
          deal: share.key,
          before,
          taken,
          earned: share.earned,
          share: part,
          returns,
        } as const;
        added.push(...movedLine(share, period, participant.currency, before, taken, { deal: null, basis }));
        state.taken = taken;
      }
      return added;
    },
  };
}
