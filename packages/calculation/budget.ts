import type { Budget, Component } from '@ledger/events';
import { isZero, sub, sum } from '@ledger/money';
import type { Book } from './book.ts';
import { entriesOf } from './budget-entries.ts';
import { type Paid, paidOf } from './budget-spending.ts';
import type { BudgetEntry } from './budget-types.ts';
import { bookFor } from './entangled.ts';
import type { BudgetBasis, Calculated } from './line.ts';
import {
  isIn,
  type MemberObstacle,
  membersOf,
  obstacleOf,
  type Pool,
  poolsNamed,
  rememberedForAll,
  severalCurrencies,
} from './members.ts';
import type { CalculationProblem } from './problem.ts';
import type { Reporting } from './reporting.ts';
import type { Stage, StagedLines } from './stage.ts';

/** What somebody's components yield before budgets. */
export type Before = (
  book: Book,
  upTo: string,
) => { readonly lines: ReadonlyMap<string, StagedLines>; readonly problems: readonly CalculationProblem[] };

/**
 * The budget of a component over all people (mechanics §11): what it leaves unpaid is a line of its own, in whole minor units, so
 * that what is paid never passes it by a cent.
 */
export function budgeting(book: Book, component: string, upTo: string, reported: Reporting, before: Before): Stage {
  let lines: ReadonlyMap<string, readonly Calculated[]> | null = null;
  return {
    next: ({ id }) => {
      lines ??= linesOf(book, component, upTo, reported, before);
      return lines.get(id) ?? [];
    },
  };
}

const shares = ({ budget }: Component): Budget | undefined => budget;

function linesOf(
  book: Book,
  component: string,
  upTo: string,
  reported: Reporting,
  before: Before,
): ReadonlyMap<string, Calculated[]> {
  const lines = new Map<string, Calculated[]>();
  const isOwn = (entry: BudgetEntry) =>
    entry.participant === book.participant.participant && entry.component === component;
  for (const pool of poolsNamed(book, component, shares)) {
    const { byWindow, obstacles } = forAll(book, `${pool.key}|${upTo}`, () => everybody(book, pool, upTo, before));
    const paid = byWindow.flat();
    const first = paid.flatMap(({ entries }) => entries).find(({ entry }) => isOwn(entry))?.entry;
    if (first === undefined) continue;
    const other = obstacles.find(({ participant }) => participant !== book.participant.participant);
    if (other !== undefined) {
      reported.report(first.inForce, first.period, null, other.obstacle);
      continue;
    }
    for (const each of paid) {
      const line = lineOf(each, component, isOwn);
      if (line === null) continue;
      const ofPeriod = lines.get(line.period);
      if (ofPeriod === undefined) lines.set(line.period, [line]);
      else ofPeriod.push(line);
    }
  }
  return lines;
}

/** What everybody under a budget is paid out of it, window by window; and who cannot be calculated. */
interface Everybody {
  readonly byWindow: readonly (readonly Paid[])[];
  readonly obstacles: readonly MemberObstacle[];
}
const forAll = rememberedForAll<Everybody>();

function everybody(book: Book, pool: Pool, upTo: string, before: Before): Everybody {
  const entries: BudgetEntry[] = [];
  const obstacles: MemberObstacle[] = [];
  for (const member of membersOf(book, pool, shares)) {
    const ofPool = bookFor(member.book, 'earned', `budget ${pool.key}`, isIn(pool, shares));
    const { lines, problems } = before(ofPool, upTo);
    const obstacle = obstacleOf(member, pool, problems, shares);
    if (obstacle !== null) obstacles.push({ participant: member.participant, obstacle });
    entries.push(...entriesOf(lines, member.participant, pool, book.calendar));
  }
  const several = severalCurrencies(entries.map(({ inForce }) => inForce.planVersion.document.currency));
  if (several !== null) obstacles.push({ participant: '', obstacle: several });
  if (obstacles.length > 0) {
    // Nothing is divided; it is enough to know whose statements wait for it.
    const one = (entry: BudgetEntry) => paidOf([entry], book.calendar.cadence);
    return { byWindow: entries.map(one), obstacles };
  }
  const windows = Map.groupBy(entries, ({ window }) => window.id);
  return { byWindow: [...windows.values()].map((all) => paidOf(all, book.calendar.cadence)), obstacles };
}

/** What the budget takes from the participant in a period, or gives back. */
function lineOf(paid: Paid, component: string, isOwn: (entry: BudgetEntry) => boolean): Calculated | null {
  const own = paid.entries.filter(({ entry }) => isOwn(entry));
  const due = paid.due.find(({ entry }) => isOwn(entry));
  const last = own.at(-1)?.entry ?? due?.entry;
  if (last === undefined) return null;
  const calculated = sum(own.map(({ entry }) => entry.posted));
  const kept = due === undefined ? sum(own.map((each) => each.paid)) : due.paid;
  const exact = sub(kept, calculated);
  if (isZero(exact)) return null;
  const { budget, window, period, spentBefore } = paid;
  const basis: BudgetBasis = {
    kind: 'budget',
    window,
    budget,
    calculated,
    paid: kept,
    spentBefore,
    own,
    due: due ?? null,
    waits: paid.waits,
  };
  const line = `${component}/budget/${window.id}`;
  const { inForce } = last;
  return { line, inForce, period, deal: null, closedOn: null, exact, basis, posted: exact };
}
