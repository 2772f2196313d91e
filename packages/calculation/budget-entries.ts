import { type Exact, exact, isZero, max, min, neg, round, sign, sub, ZERO } from '@ledger/money';
import type { CalendarEntry } from './book.ts';
import type { BudgetEntry } from './budget-types.ts';
import { type Calculated, contextOfLine, dealAbout } from './line.ts';
import { type Pool, poolOf } from './members.ts';
import { dayBefore, earliestOf, periodBounds, type Span } from './periods.ts';
import type { StagedLines } from './stage.ts';
import { windowHolding } from './windows.ts';

type Entry = Omit<BudgetEntry, 'window' | 'posted'> & { readonly window: Span | null; posted: Exact };

/** The entries of one person, period by period, in the order of the lines. */
export function entriesOf(
  lines: ReadonlyMap<string, StagedLines>,
  participant: string,
  pool: Pool,
  calendar: Pick<CalendarEntry, 'cadence'>,
): readonly BudgetEntry[] {
  const all: BudgetEntry[] = [];
  for (const [component, periods] of lines) {
    for (const [period, ofPeriod] of periods) {
      const entries: Entry[] = [];
      for (const line of ofPeriod) {
        const { budget } = line.inForce.component.document;
        if (budget === undefined || poolOf(line.inForce.plan, component, budget.group).key !== pool.key) continue;
        const posted = postedOf(line);
        const left = sign(posted) < 0 && isRemoved(line.basis) ? takeFrom(entries, line, posted) : posted;
        const date = dateOf(line);
        const kind = budget.window ?? line.inForce.component.document.window;
        const window = windowHolding(kind, date, calendar.cadence, '');
        if (isZero(left)) continue;
        const { inForce } = line;
        entries.push({ participant, component, inForce, window, period, place: placeOf(line), posted: left });
      }
      // What no window holds is not limited, and what a cap took off it is taken off nothing else.
      for (const { window, ...entry } of entries) {
        if (window !== null && !isZero(entry.posted)) all.push({ ...entry, window });
      }
    }
  }
  return all;
}

function postedOf({ exact: value, posted, inForce }: Calculated): Exact {
  const { currency, rounding } = inForce.planVersion.document;
  return posted ?? exact(round(value, currency, rounding).amount);
}

function placeOf({ basis }: Calculated): BudgetEntry['place'] {
  if (basis.kind !== 'deal') return null;
  const { deal, key } = basis.credit;
  return { closedOn: deal.closedOn, sequence: deal.sequence, deal: key };
}

/** The day by which a line belongs to a window. */
function dateOf(line: Calculated): string {
  if (line.closedOn !== null) return line.closedOn;
  const { to } = periodBounds(line.period);
  const window = contextOfLine(line)?.window;
  return dayBefore(window === undefined ? to : earliestOf(to, window.to));
}

/** What caps of one person, of a plan, and of a deal remove, and what deals lose, before the budget is looked at. */
function isRemoved({ kind }: Calculated['basis']): boolean {
  return kind === 'cap' || kind.endsWith('-cap') || kind === 'forfeited';
}

/** Takes what was removed off what it was removed from: its own deal, otherwise the latest first. Answers with what is left over. */
function takeFrom(entries: readonly Entry[], line: Calculated, removed: Exact): Exact {
  let left = neg(removed);
  const deal = dealAbout(line);
  for (const entry of [...entries].reverse()) {
    if (deal !== null && entry.place?.deal !== deal) continue;
    const cut = min(left, max(ZERO, entry.posted));
    entry.posted = sub(entry.posted, cut);
    left = sub(left, cut);
  }
  return neg(left);
}
