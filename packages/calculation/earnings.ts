import type { Component } from '@ledger/events';
import { add, type Exact, isZero, ZERO } from '@ledger/money';
import type { Book, DealEntry } from './book.ts';
import { creditingOf } from './crediting.ts';
import { type AppliedRate, exchange, newestRate, rateMissingOf } from './exchange.ts';
import { managersAbove } from './hierarchy.ts';
import type { ComponentInForce, Obstacle } from './in-force.ts';
import { dayBefore, daysAfter, periodsFrom, type Span, windowOf } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { dayOf, isOfTeam, loopOn, ofPool, type TeamReading, teamReading } from './team.ts';

/**
 * Override on commission: a component measures, or pays on, what the participant's team earns (mechanics §7): o · Σ c. Earned is what
 * their components yield before rounding and settlement, what caps remove and true-ups bring included.
 */

/** What one component of one report yields, for a deal or in a pay period beside its deals. */
export interface TeamLine {
  readonly participant: string;
  readonly component: string;
  readonly currency: string;
  readonly amount: Exact;
  readonly events: readonly string[];
}

/** The same in the currency of the plan that pays on it. */
export interface TeamAmount extends TeamLine {
  /** `null` where nothing had to be converted. */
  readonly rate: AppliedRate | null;
  readonly worth: Exact;
}

/** What a team earned, by deal, and by stand-ins for what is about no single deal. */
export interface TeamEarnings {
  /** Stand-ins by key, each on the last day of the pay period that it was earned in. */
  readonly others: ReadonlyMap<string, DealEntry>;
  readonly lines: ReadonlyMap<string, readonly TeamLine[]>;
  /** Reports whose earnings cannot be calculated, and why. */
  readonly problems: ReadonlyMap<string, readonly CalculationProblem[]>;
}

export const NO_EARNINGS: TeamEarnings = { others: new Map(), lines: new Map(), problems: new Map() };

export function measuresEarnings({ earningsOf }: Pick<Component, 'earningsOf'>): boolean {
  return earningsOf !== undefined;
}

/** What the team earned that a component takes, of a deal or a stand-in for one; `null` where it takes nothing. */
export function earnedOn(
  book: Book,
  { lines }: TeamEarnings,
  key: string,
  deal: DealEntry,
  { component: { document }, planVersion }: ComponentInForce,
): { readonly amounts: readonly TeamAmount[]; readonly total: Exact } | Obstacle | null {
  const team = teamReading(document);
  const { currency } = planVersion.document;
  if (team.own === 'instead' && isCreditedTo(book, deal, team)) return null;
  const amounts: TeamAmount[] = [];
  let total = ZERO;
  const on = deal.closedOn;
  for (const line of merged(lines.get(key) ?? [])) {
    if (!takes(document, line.component) || !isOfTeam(book, team, line.participant, dayOf(book, team, deal))) continue;
    const rate = line.currency === currency ? null : newestRate(book, line.currency, currency, on);
    // Nothing is nothing in any currency.
    if (rate === undefined && isZero(line.amount)) continue;
    if (rate === undefined) return rateMissing(line, currency, on);
    const worth = rate === null ? line.amount : exchange(line.amount, line.currency, currency, rate);
    amounts.push({ ...line, rate, worth });
    total = add(total, worth);
  }
  if (amounts.length === 0) return null;
  const loop = amounts.every(({ amount }) => isZero(amount)) ? null : loopOn(book, dayOf(book, team, deal));
  return loop ?? { amounts, total };
}

/**
 * What is in the way because reports have lines that cannot be calculated: from the pay period on in which that is so, as their own
 * statements stop, for every component that is in force on any day of a period. Before the ledger nobody earns.
 */
export function* blockedOn(
  book: Book,
  { problems }: TeamEarnings,
  upTo: string,
  inForceOn: (day: string) => readonly ComponentInForce[],
): Generator<{ readonly inForce: ComponentInForce; readonly period: string; readonly obstacle: Obstacle }> {
  const onDeals = new Map<string, DealsOfTeam>();
  for (const [participant, all] of problems) {
    for (const each of all) {
      for (const span of periodsFrom(book.calendar, book.calendar.firstPeriod, upTo)) {
        if (span.id < each.period) continue;
        for (const inForce of inForceWithin(span, inForceOn)) {
          const { document } = inForce.component;
          if (!measuresEarnings(document) || !takes(document, each.component)) continue;
          const team = teamReading(document);
          if (!isEverOfTeam(book, team, participant, span)) {
            const key = JSON.stringify(team);
            const known = onDeals.get(key) ?? dealsOfTeam(book, team);
            onDeals.set(key, known);
            if (known.get(span.id)?.has(participant) !== true) continue;
          }
          yield { inForce, period: span.id, obstacle: blocked(participant, each) };
        }
      }
    }
  }
}

function* inForceWithin(
  { from, to }: Span,
  inForceOn: (day: string) => readonly ComponentInForce[],
): Generator<ComponentInForce> {
  const seen = new Set<string>();
  for (let day = from; day < to; day = daysAfter(day, 1)) {
    for (const inForce of inForceOn(day)) {
      const name = `${inForce.component.id} ${inForce.planVersion.event}`;
      if (!seen.has(name)) yield inForce;
      seen.add(name);
    }
  }
}

function isCreditedTo(book: Book, deal: DealEntry, team: TeamReading): boolean {
  return ofPool(creditingOf(book, deal).credits, team.pool).some(
    ({ participant }) => participant === book.participant.participant,
  );
}

function isEverOfTeam(book: Book, team: TeamReading, participant: string, { from, to }: Span): boolean {
  return isOfTeam(book, team, participant, from) || isOfTeam(book, team, participant, dayBefore(to));
}

/** By the pay period in which they close, who has a part in a deal, themselves or by those below them, on a day on which they are of the team. */
type DealsOfTeam = ReadonlyMap<string, ReadonlySet<string>>;

function dealsOfTeam(book: Book, team: TeamReading): DealsOfTeam {
  const found = new Map<string, Set<string>>();
  for (const deal of book.deals.values()) {
    const day = dayOf(book, team, deal);
    for (const { participant } of creditingOf(book, deal).credits) {
      for (const each of [participant, ...managersAbove(book.colleagues, participant, day)]) {
        if (!isOfTeam(book, team, each, day)) continue;
        const period = windowOf(deal.closedOn, book.calendar.cadence).id;
        found.set(period, (found.get(period) ?? new Set()).add(each));
      }
    }
  }
  return found;
}

function takes({ earningsOf }: Component, component: string | null): boolean {
  return earningsOf === 'all' || component === null || earningsOf?.includes(component) === true;
}

/** One amount for each component of each report, by their ids. */
function merged(lines: readonly TeamLine[]): readonly TeamLine[] {
  const known = new Map<string, TeamLine>();
  for (const line of lines) {
    const key = `${line.participant}/${line.component}/${line.currency}`;
    const before = known.get(key);
    const amount = before === undefined ? line.amount : add(before.amount, line.amount);
    known.set(key, { ...line, amount, events: [...new Set([...(before?.events ?? []), ...line.events])] });
  }
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

function blocked(participant: string, { code, message, cause }: CalculationProblem): Obstacle {
  return {
    code,
    says: `it is paid on what ${participant} earns, and that stops: ${message.replace(/\.$/, '')}`,
    scope: participant,
    cause,
  };
}

function rateMissing({ currency, participant }: TeamLine, to: string, on: string): Obstacle {
  const says = `what ${participant} earned in ${currency} has no exchange rate ${currency}/${to} on or before ${on}; record one`;
  return { code: 'rate_missing', says, cause: rateMissingOf(`${currency}/${to}`, 'day') };
}
