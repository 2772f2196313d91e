import type { Book, DealEntry } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import type { DealPart, Line, PeriodLines } from './caps.ts';
import { bookAs } from './colleagues.ts';
import { type Credit, selectionDate, shareOf, worthOf } from './credits.ts';
import { decimalsOf } from './currencies.ts';
import { Refusal } from './formulas.ts';
import { everybody } from './hierarchy.ts';
import { componentsOn, type InForce } from './in-force.ts';
import {
  isNothing,
  isPositive,
  larger,
  less,
  minus,
  NOTHING,
  over,
  type Ratio,
  ratio,
  read,
  rounded,
  smaller,
  times,
  total,
} from './ratio.ts';
import { shared } from './sharing.ts';

/** Most that all who are paid on a deal earn on it together (D182). */

/** What a component of somebody earns before any cap of several deals, pay period by pay period. */
export type WalkOf = (book: Book, id: string) => readonly PeriodLines[];

interface Member {
  /** Participant, then component. */
  readonly name: string;
  readonly terms: Credit;
  /** Up to the end of a pay period. */
  readonly earned: Ratio;
}

/** What is earned and posted of a deal too much, up to the end of a pay period. */
interface Excess {
  readonly exact: Ratio;
  readonly posted: Ratio;
}

const NONE: Excess = { exact: NOTHING, posted: NOTHING };

export function withGroupCaps(
  book: Book,
  id: string,
  periods: readonly PeriodLines[],
  idsOf: (book: Book) => readonly string[],
  walkOf: WalkOf,
): readonly PeriodLines[] {
  const known = new Map<string, Excess>();
  const deals = periods
    .flatMap(({ lines }) => lines)
    .filter(({ what, terms }) => what === 'deal' && terms.component.groupCap !== undefined);
  if (deals.length === 0) return periods;
  return periods.map((at) => {
    const { period, periodId } = at;
    const more = deals
      .filter((line) => line.period <= period.from)
      .flatMap((line): readonly Line[] => {
        const { terms } = line;
        const members = membersOf(book, terms, period.to, idsOf, walkOf);
        const now = excessOf(book, terms, members, `${book.participant.participant} ${id}`);
        const before = known.get(terms.deal) ?? NONE;
        known.set(terms.deal, now);
        const exact = minus(now.exact, before.exact);
        const posted = minus(now.posted, before.posted);
        if (isNothing(exact) && isNothing(posted)) return [];
        return [{ ...line, period: period.from, periodId, what: 'group-cap', exact, posted }];
      });
    const parts = more.map(({ exact, terms }): DealPart => ({ deal: terms.deal, terms, amount: exact }));
    return { ...at, lines: [...at.lines, ...more], parts: [...at.parts, ...parts] };
  });
}

/** Everybody of the pool who has earned on a deal before a day. */
function membersOf(
  book: Book,
  own: Credit,
  before: string,
  idsOf: (book: Book) => readonly string[],
  walkOf: WalkOf,
): readonly Member[] {
  return [...everybody(book).keys()].sort().flatMap((who) => {
    const theirs = bookAs(book, who);
    return idsOf(theirs).flatMap((id): readonly Member[] => {
      const parts = asked(theirs, own, id, () => walkOf(theirs, id))
        .filter(({ period }) => period.from < before)
        .flatMap((each) => each.parts.filter(({ deal }) => deal === own.deal));
      const terms = parts[0]?.terms;
      if (terms === undefined || poolOf(terms) !== poolOf(own)) return [];
      if (terms.plan.document.currency !== own.plan.document.currency) {
        throw new Refusal('plan_currency', terms.plan.document.currency);
      }
      return [{ name: `${who} ${id}`, terms, earned: total(parts.map(({ amount }) => amount)) }];
    });
  });
}

/** Who cannot be calculated is in the way only of what they are credited with. */
function asked(book: Book, own: Credit, id: string, walk: () => readonly PeriodLines[]): readonly PeriodLines[] {
  try {
    return walk();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const inForce = componentsOn(book, selectionDate(own.entry)).filter(
      (each) => each.id === id && poolOf(each) === poolOf(own),
    );
    if (inForce.some(({ component }) => takesCreditOf(book, component, own.entry))) throw error;
    return [];
  }
}

function takesCreditOf(book: Book, component: Component, deal: DealEntry): boolean {
  try {
    return !isNothing(shareOf(book, component, deal));
  } catch (error) {
    if (error instanceof Refusal) return true;
    throw error;
  }
}

function poolOf({ component, plan, id }: InForce): string | null {
  const { groupCap } = component;
  return groupCap === undefined ? null : groupCap.group === null ? `${plan.document.plan} ${id}` : groupCap.group;
}

/** What one of them keeps, less what they have earned. */
function excessOf(book: Book, own: Credit, members: readonly Member[], name: string): Excess {
  const me = members.find((each) => each.name === name);
  const most = members.map(({ terms }) => mostOf(book, terms)).reduce(smaller);
  const sum = total(members.map(({ earned }) => earned));
  if (me === undefined || !less(most, sum)) return NONE;
  const positive = members.filter(({ earned }) => isPositive(earned));
  const others = members.filter(({ earned }) => !isPositive(earned));
  if (others.includes(me)) return NONE;
  const room = larger(NOTHING, minus(most, total(others.map(({ earned }) => earned))));
  const kept = over(times(me.earned, room), total(positive.map(({ earned }) => earned)));
  const decimals = decimalsOf(own.plan.document.currency);
  const round = ({ earned, terms }: Member) => rounded(earned, decimals, terms.plan.document.rounding);
  const toShare = minus(roundedDown(most, decimals), total(others.map(round)));
  const posted = shared(
    toShare,
    positive.map((each) => ({ name: each.name, weight: each.earned })),
    decimals,
  );
  return { exact: minus(kept, me.earned), posted: minus(posted.get(name) ?? NOTHING, round(me)) };
}

/** Money, or a share of what the deal is paid on before anybody's share of it. */
function mostOf(book: Book, { component, entry, plan }: Credit): Ratio {
  const most = component.groupCap?.most;
  if (most === undefined) throw new TypeError('a member of a pool has a cap');
  if (most.by === 'money') return read(most.money);
  const worth = worthOf(book, component.paysOn ?? component.measure, entry, plan.document) ?? NOTHING;
  return larger(NOTHING, times(read(most.share), worth));
}

function roundedDown(amount: Ratio, decimals: number): Ratio {
  const units = times(amount, ratio(10n ** BigInt(decimals)));
  return ratio(units.top / units.bottom, 10n ** BigInt(decimals));
}
