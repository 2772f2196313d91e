import { add, type Exact, isZero, mul, ONE, percent, sub, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import type { Context } from './context.ts';
import { partsOfDeals } from './deal-parts.ts';
import { earnsUntil, leavingRule, pipelineShare } from './leaving-rule.ts';
import { type Calculated, contextOfLine, type ForfeitedBasis } from './line.ts';
import type { Credited } from './measured.ts';
import { daysIn, holds } from './periods.ts';
import { inOrderOfCredits } from './return-credits.ts';
import { NO_LINES, type Stage, type StagedLines } from './stage.ts';
import { isStandIn } from './stand-in.ts';

/** By which terms a deal loses what it earns; `share` is kept. */
interface Loss extends Pick<ForfeitedBasis, 'why' | 'of' | 'share'> {
  readonly credit: Credited;
}

/** What a deal that loses earns in a pay period. */
interface Lost {
  readonly loss: Loss;
  readonly context: Context;
  amount: Exact;
}

/**
 * What deals earn that closed during a leave, or after the end, and is not paid (mechanics §15), each as a line of its own. Floors, caps
 * and budgets look at what is left. `null` where the participant neither leaves nor is ever away.
 */
export function losing({ participant }: Book, silent: StagedLines = NO_LINES): Stage | null {
  const { endsOn, leaves } = participant;
  if (endsOn === null && leaves.length === 0) return null;
  const known = new Map<string, Loss | null>();

  return {
    next: (period, lines) => {
      const lost = new Map<string, Lost>();
      for (const line of [...lines, ...(silent.get(period.id) ?? [])]) {
        const context = contextOfLine(line);
        if (context === null) continue;
        for (const { key, amount, credit } of partsOfDeals(line) ?? []) {
          if (credit !== null && credit.returns === undefined && !known.has(key)) known.set(key, lossOf(credit));
          const loss = known.get(key) ?? null;
          if (loss === null) continue;
          const own = lost.get(key) ?? { loss, context, amount: ZERO };
          own.amount = add(own.amount, amount);
          lost.set(key, own);
        }
      }
      return [...lost.values()]
        .sort((a, b) => inOrderOfCredits(a.loss.credit, b.loss.credit))
        .map((each) => lineOf(each, period.id))
        .filter(({ exact }) => !isZero(exact));
    },
  };

  function lossOf(credit: Credited): Loss | null {
    const { planVersion, component } = credit.inForce;
    const { closedOn } = credit.deal;
    if (isStandIn(credit.deal) || component.document.each === 'period') return null;
    const rule = leavingRule(participant, planVersion.document);
    const end = earnsUntil(participant);
    if (rule !== null && endsOn !== null && end !== null && closedOn >= end && rule.pipeline.length > 0) {
      const share = percent(pipelineShare(rule, daysIn({ from: endsOn, to: closedOn })));
      return { credit, why: 'pipeline', of: endsOn, share };
    }
    const leave =
      component.document.duringLeave === 'not-paid' ? leaves.find((each) => holds(each, closedOn)) : undefined;
    return leave === undefined ? null : { credit, why: 'leave', of: `${leave.from} to ${leave.to}`, share: ZERO };
  }
}

function lineOf({ loss: { credit, why, of, share }, context, amount: earned }: Lost, period: string): Calculated {
  const { inForce, key, deal } = credit;
  return {
    line: `${inForce.component.id}/forfeited/${key}`,
    inForce,
    period,
    deal: key,
    closedOn: deal.closedOn,
    exact: mul(earned, sub(share, ONE)),
    basis: { kind: 'forfeited', why, of, earned, share, context },
  };
}
