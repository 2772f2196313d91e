import type { Component, GroupCap } from '@ledger/events';
import { add, type Exact, exact, isZero, max, min, mul, percent, round, sub, ZERO } from '@ledger/money';
import type { Book, DealEntry } from './book.ts';
import type { Calculation, CalculationOf } from './calculate.ts';
import type { Context } from './context.ts';
import { creditingOf } from './crediting.ts';
import { partsOfDeals } from './deal-parts.ts';
import { bookFor } from './entangled.ts';
import { exchange } from './exchange.ts';
import { type ComponentInForce, componentsOn, type Obstacle } from './in-force.ts';
import { type Calculated, contextOfLine, type GroupShare } from './line.ts';
import type { Credited } from './measured.ts';
import {
  isIn,
  type Member,
  membersOf,
  obstacleOf,
  type Pool,
  poolOf,
  poolsNamed,
  rememberedForAll,
  severalCurrencies,
} from './members.ts';
import type { Reporting } from './reporting.ts';
import { postedTo, scaledTo } from './sharing.ts';
import type { Stage } from './stage.ts';
import { creditsTaken } from './team.ts';

/**
 * The cap on what all recipients of a deal earn together (mechanics §4). It is held against what each has earned on the deal up to
 * the end of a pay period, so that what a true-up adds is under it, too; what it removes then is the difference to the period before.
 */
export function groupCapping(
  book: Book,
  component: string,
  upTo: string,
  calculationOf: CalculationOf,
  reported: Reporting,
): Stage {
  let lines: ReadonlyMap<string, readonly Calculated[]> | null = null;
  return {
    next: ({ id }) => {
      lines ??= linesOf(book, component, upTo, calculationOf, reported);
      return lines.get(id) ?? [];
    },
  };
}

/** What somebody earns on a deal under a component of the pool, in one pay period. */
interface Earning {
  readonly participant: string;
  readonly inForce: ComponentInForce;
  readonly context: Context;
  readonly deal: string;
  readonly period: string;
  readonly exact: Exact;
  /** Most that these terms leave for all recipients of the deal; `null` for what comes back of it. */
  readonly most: Exact | null;
}

function linesOf(
  book: Book,
  component: string,
  upTo: string,
  calculationOf: CalculationOf,
  reported: Reporting,
): ReadonlyMap<string, Calculated[]> {
  const lines = new Map<string, Calculated[]>();
  const { participant } = book.participant;
  for (const pool of poolsNamed(book, component, shares)) {
    const everybody = forAll(book, `${pool.key}|${upTo}`, () => everybodyIn(book, pool, calculationOf));
    for (const deal of everybody.dealsOf.get(keyOf(participant, component)) ?? []) {
      const all = everybody.earnings.get(deal) ?? [];
      const obstacle = obstacleIn(everybody, book, pool, deal, all);
      const [first] = all.filter((each) => isOwn(each, book, component));
      if (obstacle !== null && first !== undefined) {
        reported.report(first.inForce, first.period, deal, obstacle);
        continue;
      }
      for (const line of removals(book, component, deal, all)) {
        const ofPeriod = lines.get(line.period);
        if (ofPeriod === undefined) lines.set(line.period, [line]);
        else ofPeriod.push(line);
      }
    }
  }
  return lines;
}

/** Whether a component of the pool gives somebody credit for a deal: their own, or their team's. */
function takes({ participant, book }: Member, pool: Pool, deal: DealEntry): boolean {
  const own = creditingOf(book, deal).credits.filter((credit) => credit.participant === participant);
  return componentsOn(book, deal.selectionOn ?? deal.closedOn).some(({ plan, component: { id, document } }) => {
    if (!isIn(pool, shares)({ plan: { plan }, id, document })) return false;
    const taken = creditsTaken(book, deal, own, document);
    return 'code' in taken || taken.length > 0;
  });
}

function isOwn({ participant, inForce }: Earning, book: Book, component: string): boolean {
  return participant === book.participant.participant && inForce.component.id === component;
}

function keyOf(participant: string, component: string): string {
  return `${participant}/${component}`;
}

/** Whose numbers are missing on a deal, or in another currency. */
function obstacleIn(
  { obstacles }: Everybody,
  book: Book,
  pool: Pool,
  deal: string,
  all: readonly Earning[],
): Obstacle | null {
  const entry = book.deals.get(deal);
  for (const { member, obstacle } of obstacles) {
    if (member.participant === book.participant.participant || entry === undefined) continue;
    if (all.some(({ participant }) => participant === member.participant) || takes(member, pool, entry))
      return obstacle;
  }
  return severalCurrencies(all.map(({ inForce }) => inForce.planVersion.document.currency));
}

/** What is removed of the participant's earning on a deal, period by period. */
function removals(book: Book, component: string, deal: string, all: readonly Earning[]): readonly Calculated[] {
  const made: Calculated[] = [];
  let before = { exact: ZERO, posted: ZERO };
  for (const period of [...new Set(all.map((each) => each.period))].sort()) {
    const soFar = all.filter((each) => each.period <= period);
    const last = soFar.findLast((each) => isOwn(each, book, component));
    if (last === undefined) continue;
    const { inForce, context } = last;
    const [first, ...more] = soFar.flatMap((each) => each.most ?? []);
    if (first === undefined) continue;
    const most = more.reduce(min, first);
    const shares = sharesOf(soFar, most);
    const own = shares.find(
      (each) => each.participant === book.participant.participant && each.component === component,
    );
    if (own === undefined) continue;
    const now = { exact: sub(own.kept, own.earned), posted: sub(own.postedKept, own.postedEarned) };
    const exactly = sub(now.exact, before.exact);
    const posted = sub(now.posted, before.posted);
    const basis = { kind: 'group-cap', context, deal, most, own, shares, before: before.exact } as const;
    before = now;
    if (isZero(exactly) && isZero(posted)) continue;
    const line = `${component}/group-cap/${deal}`;
    made.push({ line, inForce, period, deal: null, closedOn: null, exact: exactly, basis, posted });
  }
  return made;
}

/** What each has earned on the deal, and keeps under the cap. */
function sharesOf(earnings: readonly Earning[], most: Exact): readonly GroupShare[] {
  const totals = new Map<string, { readonly last: Earning; earned: Exact }>();
  for (const each of earnings) {
    const key = keyOf(each.participant, each.inForce.component.id);
    const known = totals.get(key);
    totals.set(key, { last: each, earned: add(known?.earned ?? ZERO, each.exact) });
  }
  const parts = [...totals].map(([key, { last, earned }]) => {
    const { currency, rounding } = last.inForce.planVersion.document;
    return { key, last, currency, amount: earned, posted: exact(round(earned, currency, rounding).amount) };
  });
  const kept = scaledTo(most, parts);
  const posted = postedTo(most, parts, parts[0]?.currency ?? '');
  return parts.map(({ key, last, amount, posted: postedEarned }) => ({
    participant: last.participant,
    component: last.inForce.component.id,
    earned: amount,
    kept: kept.get(key) ?? amount,
    postedEarned,
    postedKept: posted.get(key) ?? postedEarned,
  }));
}

/** What everybody in the pool earns. */
interface Everybody {
  /** By deal, in the order of pay periods. */
  readonly earnings: ReadonlyMap<string, readonly Earning[]>;
  /** By participant and component, in the order in which they were earned. */
  readonly dealsOf: ReadonlyMap<string, ReadonlySet<string>>;
  readonly obstacles: readonly { readonly member: Member; readonly obstacle: Obstacle }[];
}
const forAll = rememberedForAll<Everybody>();
const shares = ({ groupCap }: Component): GroupCap | undefined => groupCap;

function everybodyIn(book: Book, pool: Pool, calculationOf: CalculationOf): Everybody {
  const earnings = new Map<string, Earning[]>();
  const dealsOf = new Map<string, Set<string>>();
  const obstacles: { member: Member; obstacle: Obstacle }[] = [];
  for (const member of membersOf(book, pool, shares)) {
    const { participant } = member;
    const ofPool = bookFor(member.book, 'measured', `group cap ${pool.key}`, isIn(pool, shares));
    const calculation = calculationOf(ofPool);
    const obstacle = obstacleOf(member, pool, calculation.problems, shares);
    if (obstacle !== null) obstacles.push({ member, obstacle });
    for (const earning of ownEarnings(calculation, participant, pool)) {
      const { deal, inForce } = earning;
      const key = keyOf(participant, inForce.component.id);
      const known = earnings.get(deal);
      if (known === undefined) earnings.set(deal, [earning]);
      else known.push(earning);
      const deals = dealsOf.get(key);
      if (deals === undefined) dealsOf.set(key, new Set([deal]));
      else deals.add(deal);
    }
  }
  for (const all of earnings.values()) all.sort((a, b) => (a.period < b.period ? -1 : a.period > b.period ? 1 : 0));
  return { earnings, dealsOf, obstacles };
}

function* ownEarnings({ lines, silent }: Calculation, participant: string, pool: Pool): Generator<Earning> {
  for (const periods of [...lines.values(), ...silent.values()]) {
    for (const [period, ofPeriod] of periods) {
      for (const line of ofPeriod) {
        const context = contextOfLine(line);
        if (context === null) continue;
        for (const { credit, key: deal, amount: earned } of partsOfDeals(line) ?? []) {
          if (credit === null) continue;
          const { inForce } = credit;
          const { groupCap } = inForce.component.document;
          if (groupCap === undefined || poolOf(inForce.plan, inForce.component.id, groupCap.group).key !== pool.key)
            continue;
          const most = credit.returns === undefined ? mostOf(groupCap, credit) : null;
          yield { participant, inForce, context, deal, period, exact: earned, most };
        }
      }
    }
  }
}

/** A share is of what the paid metric says of the whole deal, before shares and factors. */
function mostOf({ most }: GroupCap, { deal, weighed: { pay } }: Credited): Exact {
  if (most.by === 'money') return exact(most.money);
  const worth = pay.rate === null ? pay.measured : exchange(pay.measured, deal.currency, pay.unit, pay.rate);
  return max(ZERO, mul(percent(most.share), worth));
}
