import type { MovedDeal, Replay } from '@ledger/calculation';
import { add, type Exact, exact, isZero, sign, ZERO } from '@ledger/money';
import type { Books } from './books.ts';
import { amountText } from './differences.ts';

/** What proposed definitions move, in frozen periods and open ones: deals, people, money, periods. */
export interface BlastRadius {
  /** Deals that count otherwise than now, by participant and component. */
  readonly deals: readonly BlastDeal[];
  readonly participants: readonly BlastParticipant[];
  readonly periods: readonly BlastPeriod[];
  /** By currency. */
  readonly totals: Readonly<Record<string, { readonly up: string; readonly down: string; readonly delta: string }>>;
  /** What cannot be computed in any period that was opened, and so is in none of this. */
  readonly problems: Replay['problems'];
}
export interface BlastDeal extends MovedDeal {
  readonly participant: string;
  readonly currency: string;
  readonly verdict: 'counts now' | 'counts no more' | 'counts otherwise';
  readonly isFrozen: boolean;
}
export interface BlastParticipant {
  readonly participant: string;
  readonly currency: string;
  /** Deals that count otherwise, and deals that count as before and are paid otherwise. */
  readonly deals: number;
  readonly repaid: number;
  /** Of periods that are frozen, or on their way to be: what becomes a correction. */
  readonly frozen: string;
  /** Of the others. */
  readonly open: string;
  readonly delta: string;
}
export interface BlastPeriod {
  readonly period: string;
  readonly state: 'frozen' | 'freezing' | 'open' | 'not open';
  readonly participants: number;
  readonly deals: number;
  readonly repaid: number;
  /** By currency. */
  readonly delta: Readonly<Record<string, string>>;
}

export function blastRadius(
  { periods }: Pick<Books, 'periods'>,
  replayed: readonly { readonly participant: string; readonly replay: Replay }[],
): BlastRadius {
  const deals: BlastDeal[] = [];
  const participants: BlastParticipant[] = [];
  const byPeriod = new Map<string, PeriodSum>();
  const totals = new Map<string, { up: Exact; down: Exact }>();
  // A freeze under way has pinned its position: what is approved now is no longer in the statements that it writes.
  const isFrozen = (period: string) => ['frozen', 'freezing'].includes(periods.get(period)?.state ?? 'not open');

  for (const {
    participant,
    replay: { moved },
  } of replayed) {
    if (moved === null || (moved.deals.length === 0 && moved.periods.length === 0)) continue;
    const { currency } = moved;
    for (const deal of moved.deals) {
      deals.push({ ...deal, participant, currency, verdict: verdictOf(deal), isFrozen: isFrozen(deal.period) });
      sumOf(byPeriod, deal.period).deals.add(deal.deal);
    }
    let [frozen, open, repaid] = [ZERO, ZERO, 0];
    for (const { period, delta, repaid: others } of moved.periods) {
      const amount = exact(delta);
      if (isFrozen(period)) frozen = add(frozen, amount);
      else open = add(open, amount);
      repaid += others;
      const sum = sumOf(byPeriod, period);
      sum.people.add(participant);
      sum.repaid += others;
      sum.money.set(currency, add(sum.money.get(currency) ?? ZERO, amount));
    }
    const delta = add(frozen, open);
    const known = totals.get(currency) ?? { up: ZERO, down: ZERO };
    totals.set(
      currency,
      sign(delta) > 0 ? { ...known, up: add(known.up, delta) } : { ...known, down: add(known.down, delta) },
    );
    const text = (amount: Exact) => amountText(amount, currency);
    participants.push({
      participant,
      currency,
      deals: countDeals(moved.deals),
      repaid,
      frozen: text(frozen),
      open: text(open),
      delta: text(delta),
    });
  }
  return {
    deals,
    participants,
    problems: replayed.flatMap(({ replay: { problems } }) => problems),
    periods: [...byPeriod].sort(byKey).map(([period, sum]) => ({
      period,
      state: periods.get(period)?.state ?? 'not open',
      participants: sum.people.size,
      deals: sum.deals.size,
      repaid: sum.repaid,
      delta: Object.fromEntries([...sum.money].sort(byKey).flatMap(textOf)),
    })),
    totals: Object.fromEntries(
      [...totals].sort(byKey).map(([currency, { up, down }]) => {
        const text = (amount: Exact) => amountText(amount, currency);
        return [currency, { up: text(up), down: text(down), delta: text(add(up, down)) }];
      }),
    ),
  };
}

/** How many deals they are: one that several people are credited with, or that several components count, is one. */
export function countDeals(deals: readonly Pick<MovedDeal, 'deal'>[]): number {
  return new Set(deals.map(({ deal }) => deal)).size;
}

interface PeriodSum {
  readonly people: Set<string>;
  readonly deals: Set<string>;
  readonly money: Map<string, Exact>;
  repaid: number;
}

function sumOf(sums: Map<string, PeriodSum>, period: string): PeriodSum {
  const known = sums.get(period) ?? { people: new Set(), deals: new Set(), money: new Map(), repaid: 0 };
  sums.set(period, known);
  return known;
}

function verdictOf({ countedBefore, countedAfter }: MovedDeal): BlastDeal['verdict'] {
  if (countedBefore === null) return 'counts now';
  return countedAfter === null ? 'counts no more' : 'counts otherwise';
}

function textOf([currency, amount]: readonly [string, Exact]): readonly (readonly [string, string])[] {
  return isZero(amount) ? [] : [[currency, amountText(amount, currency)]];
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
