import {
  type Book,
  type DefinitionEntry,
  dayBefore,
  type EarnedLine,
  earn,
  type ParticipantEntry,
  type PlanEntry,
  periodBounds,
  presentBook,
  windfallDecisions,
} from '@ledger/calculation';
import { isProblem, type Problem } from '@ledger/kernel';
import { div, type Exact, exact, isZero, mul, neg, sign, sum } from '@ledger/money';
import { type Books, openBooks } from '../books.ts';
import { amountText } from '../differences.ts';
import type { Ledger } from '../ledger.ts';
import type { KeptBack } from './coming.ts';

/**
 * Windfalls that nobody has decided, or that are still being paid, and what plans hold until a milestone: earned and not paid, and in no
 * balance, since the lines that hold it are earned, not settled. Calculated for those alone whose plans can hold.
 */
export function keepingBack(ledger: Ledger, entries: readonly DefinitionEntry[], asOf: bigint): KeptBack {
  const holding = new Set(entries.flatMap((entry) => (entry.kind === 'plan' && canHold(entry) ? [entry.plan] : [])));
  const people = new Map(
    entries.flatMap((entry) => (entry.kind === 'participant' ? [[entry.participant, entry] as const] : [])),
  );
  let opened: Promise<Books | Problem> | undefined;
  return async ({ participant, period, currency }) => {
    const person = people.get(participant);
    if (person === undefined || !isUnder(person, holding)) return [];
    opened ??= openBooks(ledger, asOf);
    const books = await opened;
    if (isProblem(books)) return books;
    const history = await books.history(participant);
    if (isProblem(history)) return history;
    const { to } = periodBounds(period);
    const book = presentBook(history);
    const lines = [...earn(book, to).lines.values()].flat();
    return [...windfallsOf(lines, book, to), ...heldByPlan(lines)].map(({ of, amount }) => ({
      balance: 'held',
      of,
      closing: amountText(amount, currency),
    }));
  };
}

function canHold({ versions }: PlanEntry): boolean {
  return versions.some(({ document }) =>
    Object.values(document.components).some(
      (component) => component.windfall !== undefined || component.release !== undefined,
    ),
  );
}

function isUnder({ assignments }: ParticipantEntry, plans: ReadonlySet<string>): boolean {
  return assignments.some(({ plan }) => plans.has(plan));
}

interface Waiting {
  readonly of: string;
  readonly amount: Exact;
}

/** Up to the day `to`. */
function windfallsOf(lines: readonly EarnedLine[], book: Book, to: string): readonly Waiting[] {
  const held = byDeal(lines, ({ kind }) => kind === 'windfall' || kind === 'windfall-paid');
  return held.flatMap(({ component, deal, amount }) => {
    const decision = windfallDecisions(book, component, deal, dayBefore(to)).at(-1);
    const named = `${component}, windfall ${deal}`;
    if (decision === undefined) return [{ of: `${named}, which nobody has decided`, amount }];
    const { treatment, period } = decision.terms;
    if (treatment.by === 'instalments') {
      return [{ of: `${named}, paid in ${treatment.count} instalments from ${period} on`, amount }];
    }
    // What was decided otherwise is paid at once, and the rest of it is lost.
    return periodBounds(period).from < to ? [] : [{ of: `${named}, decided for ${period}`, amount }];
  });
}

/** What the plan holds of deals that have not come far enough, by component; what is lost of it is held no more. */
function heldByPlan(lines: readonly EarnedLine[]): readonly Waiting[] {
  const held = byDeal(lines, ({ kind }) => kind === 'held' || kind === 'released');
  return [...Map.groupBy(held, ({ component }) => component)].map(([component, deals]) => ({
    of: `${component}, of ${deals.length === 1 ? deals[0]?.deal : `${deals.length} deals`}, by the plan`,
    amount: sum(deals.map(({ amount }) => amount)),
  }));
}

/** What some lines of a component take out of the earnings of a deal together, where that is not nothing. */
function byDeal(lines: readonly EarnedLine[], isOf: (basis: EarnedLine['basis']) => boolean) {
  const own = lines.filter(({ basis }) => isOf(basis));
  return [...Map.groupBy(own, (line) => `${line.component} ${dealOf(line)}`).values()].flatMap((of) => {
    const [first] = of;
    const deal = first === undefined ? null : dealOf(first);
    const amount = keptOf(of);
    return first === undefined || deal === null || isZero(amount) ? [] : [{ component: first.component, deal, amount }];
  });
}

/**
 * What is left of what some lines take out. What is paid in another currency than the plan's comes back at the rate of another day, so that
 * what is left is known in that of the plan, and worth what it was when it was taken out.
 */
function keptOf(lines: readonly EarnedLine[]): Exact {
  const kept = neg(sum(lines.map(({ amount }) => exact(amount))));
  if (lines.every(({ payout }) => payout === null)) return kept;
  const inPlan = neg(sum(lines.map(({ calculated }) => calculated)));
  const taken = lines.filter(({ calculated }) => sign(calculated) < 0);
  if (taken.length === 0) return kept;
  const worth = div(sum(taken.map(({ amount }) => exact(amount))), sum(taken.map(({ calculated }) => calculated)));
  const [{ currency } = { currency: '' }] = lines;
  return exact(amountText(mul(inPlan, worth), currency));
}

/** A line that holds or releases names its deal in what it was calculated from alone: it is about more than the day of the deal. */
function dealOf({ deal, basis }: EarnedLine): string | null {
  return basis.kind === 'held' || basis.kind === 'released' ? basis.deal : deal;
}
