import { add, div, type Exact, exact, isZero, max, min, mul, round, sign, sub, sum, ZERO } from '@ledger/money';
import type { DealEntry } from './book.ts';
import { type DealPart, partsOfDeals } from './deal-parts.ts';
import type { ComponentInForce } from './in-force.ts';
import type { Calculated, ForfeitedBasis, ReleaseBasis, ReturnedBasis } from './line.ts';
import type { Credited } from './measured.ts';
import type { Span } from './periods.ts';
import { inOrderOfCredits } from './return-credits.ts';
import { isStandIn } from './stand-in.ts';

/** What a deal has earned in one component: true-ups counted in, caps and budgets counted out. */
export interface DealShare {
  readonly key: string;
  readonly deal: DealEntry;
  readonly inForce: ComponentInForce;
  /** Up to and with the last period that was looked at. */
  earned: Exact;
  /** What lines of these took back of it until then: it is earned no more. */
  returned: Exact;
}

/** Divides the lines of a component among its deals, period by period. */
export interface DealShares {
  /** By deal key. */
  readonly all: ReadonlyMap<string, DealShare>;
  /** In the order of credits, whenever they first earned. */
  inOrder(): readonly DealShare[];
  /** The deals that earn more, or less, by the lines of the next period, or of which something comes back. */
  next(lines: readonly Calculated[]): ReadonlySet<string>;
}

/**
 * What a cap, a budget or leaving takes is taken from the deals of the period in proportion to what they earn there, and what is given
 * back later goes to those it was taken from, in the same way. `takenBack`: what came back of a deal, where no line of these says it.
 */
export function dealShares(takenBack: (key: string) => Exact = () => ZERO): DealShares {
  const all = new Map<string, DealShare>();
  const taken = new Map<string, Exact>();
  let ordered: readonly DealShare[] = [];

  return {
    all,
    inOrder: () => {
      if (ordered.length !== all.size) ordered = [...all.values()].sort(inOrderOfCredits);
      return ordered;
    },
    next: (lines) => {
      const own = new Map<string, Exact>();
      let rest = ZERO;
      let givenBack = ZERO;
      // What comes back was earned before: no cap or budget of the period looks at it.
      const back = lines.filter(({ basis }) => basis.kind === 'returned');
      for (const line of back.length === 0 ? lines : lines.filter(({ basis }) => basis.kind !== 'returned')) {
        const parts = partsOf(line);
        if (parts !== null) count(own, parts);
        else if (GIVE_BACK.has(line.basis.kind) && sign(line.exact) > 0) givenBack = add(givenBack, line.exact);
        else rest = add(rest, line.exact);
      }
      // To a deal comes back what was taken from it, and no more. What is given back and taken again at once stays where it was.
      for (const [amount, by] of [
        [min(givenBack, sum(taken.values())), taken],
        [rest, own],
      ] as const) {
        const divisions = divided(amount, by, own);
        count(own, divisions);
        for (const each of divisions) taken.set(each.key, max(ZERO, sub(taken.get(each.key) ?? ZERO, each.amount)));
      }
      // Where as much is earned as comes back, less may be held all the same.
      const changed = new Set<string>();
      for (const line of back) {
        const parts = partsOf(line) ?? [];
        count(own, parts);
        for (const { key, amount } of parts) {
          const share = all.get(key);
          if (share === undefined) continue;
          share.returned = sub(share.returned, amount);
          changed.add(key);
        }
      }
      for (const [key, amount] of own) {
        const share = all.get(key);
        if (share === undefined || isZero(amount)) continue;
        share.earned = add(share.earned, amount);
        changed.add(key);
      }
      return changed;
    },
  };

  /** As `partsOfDeals`; whoever has a part is known from then on. */
  function partsOf(line: Calculated): readonly DealPart[] | null {
    const parts = partsOfDeals(line);
    for (const { credit, byReturn } of parts ?? []) {
      if (credit !== null && !(byReturn && credit.returns !== undefined)) know(credit);
    }
    return parts;
  }

  function know({ key, deal, inForce }: Credited): void {
    if (!isStandIn(deal) && !all.has(key)) all.set(key, { key, deal, inForce, earned: ZERO, returned: ZERO });
  }

  /** By what is above 0 of these amounts; where nothing is, by what is left of what deals have earned so far, in the period too. */
  function divided(amount: Exact, by: ReadonlyMap<string, Exact>, own: ReadonlyMap<string, Exact>): readonly Part[] {
    if (isZero(amount)) return [];
    const weights = positive(by);
    if (weights.length > 0) return inProportion(amount, weights);
    const kept = [...all.values()].map(
      ({ key, earned }) => [key, sub(add(earned, own.get(key) ?? ZERO), takenBack(key))] as const,
    );
    return inProportion(amount, positive(kept));
  }
}

/** What was taken before comes back by these. */
const GIVE_BACK: ReadonlySet<Calculated['basis']['kind']> = new Set(['carried-over', 'budget']);

function count(own: Map<string, Exact>, parts: readonly Part[]): void {
  for (const { key, amount } of parts) own.set(key, add(own.get(key) ?? ZERO, amount));
}

function positive(amounts: Iterable<readonly [string, Exact]>): readonly Part[] {
  return [...amounts].flatMap(([key, amount]) => (sign(amount) > 0 ? [{ key, amount }] : []));
}

type Part = Pick<DealPart, 'key' | 'amount'>;

/** By weight, each above 0. */
function inProportion(amount: Exact, weights: readonly Part[]): readonly Part[] {
  const whole = sum(weights.map((weight) => weight.amount));
  return weights.map(({ key, amount: weight }) => ({ key, amount: div(mul(amount, weight), whole) }));
}

/** What an amount of a deal was before less what it is now, posted as the difference of the two, rounded; none where neither is other. */
export function movedLine(
  { inForce, key, deal }: DealShare,
  period: Span,
  paidIn: string,
  before: Exact,
  now: Exact,
  about: Pick<Calculated, 'deal'> & { readonly basis: ReleaseBasis | ForfeitedBasis | ReturnedBasis },
): readonly Calculated[] {
  const { currency, rounding, payout } = inForce.planVersion.document;
  const whole = (amount: Exact) => exact(round(amount, currency, rounding).amount);
  const amount = sub(before, now);
  const posted = sub(whole(before), whole(now));
  if (isZero(amount) && isZero(posted)) return [];
  const line = `${inForce.component.id}/${about.basis.kind}/${key}`;
  const made = { line, inForce, period: period.id, closedOn: deal.closedOn, exact: amount, ...about };
  // In another currency the amounts of the two days are what counts.
  return [payout === undefined || paidIn === currency ? { ...made, posted } : made];
}
