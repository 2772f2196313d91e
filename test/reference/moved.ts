import type { DealPart, Line, PeriodLines } from './caps.ts';
import {
  isPositive,
  larger,
  minus,
  NOTHING,
  negative,
  over,
  plus,
  type Ratio,
  smaller,
  times,
  total,
} from './ratio.ts';

/** What each deal has earned in a component, pay period by pay period: E of D140. */

type ByDeal = ReadonlyMap<string, Ratio>;

export interface Earned {
  readonly period: PeriodLines;
  /** Up to the end of the period, in the order in which deals first earned. */
  readonly earned: ByDeal;
}

/** `after`: what comes after the lines of the walk; what is of no deal is divided. `returned`: how much of a deal has come back before a day. */
export function earnedByDeal(
  periods: readonly PeriodLines[],
  after: readonly Line[],
  returned: (deal: string, before: string) => Ratio,
): readonly Earned[] {
  const earned = new Map<string, Ratio>();
  const taken = new Map<string, Ratio>();
  return periods.map((period) => {
    const now = new Map<string, Ratio>();
    const add = ({ deal, amount }: Pick<DealPart, 'deal' | 'amount'>, ...to: Map<string, Ratio>[]) => {
      for (const each of to) each.set(deal, plus(each.get(deal) ?? NOTHING, amount));
    };
    const back = new Map([...earned].map(([deal, each]) => [deal, times(each, returned(deal, period.period.from))]));
    for (const part of period.parts) add(part, now, earned);
    const ofNobody: Ratio[] = [];
    const givenBack: Ratio[] = [];
    for (const { what, deal, exact } of after.filter((line) => line.period === period.period.from)) {
      if (deal !== null) add({ deal, amount: exact }, now, earned);
      else ((what === 'carried-over' || what === 'budget') && isPositive(exact) ? givenBack : ofNobody).push(exact);
    }
    const wasTaken = new Map([...taken].map(([deal, each]) => [deal, negative(each)]));
    const most = total([...wasTaken.values()].map((each) => larger(NOTHING, each)));
    for (const part of divided(smaller(total(givenBack), most), [wasTaken])) add(part, now, earned, taken);
    const kept = new Map([...earned].map(([deal, each]) => [deal, minus(each, back.get(deal) ?? NOTHING)]));
    for (const part of divided(total(ofNobody), [now, kept])) add(part, now, earned, taken);
    return { period, earned: new Map(earned) };
  });
}

/** By what is above 0 in the first of these lists that has anything above it. */
function divided(amount: Ratio, lists: readonly ByDeal[]) {
  const weights = lists.map((list) => [...list].map(([deal, each]) => ({ deal, weight: larger(NOTHING, each) })));
  const sumOf = (list: (typeof weights)[number]) => total(list.map(({ weight }) => weight));
  const by = weights.find((list) => isPositive(sumOf(list))) ?? [];
  return by.map(({ deal, weight }) => ({ deal, amount: over(times(amount, weight), sumOf(by)) }));
}
