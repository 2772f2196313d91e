import type { Streak } from '@ledger/events';
import { cmp, type Exact, exact, percent, ZERO } from '@ledger/money';
import { attainedIn, type Ending, endingIn, gatesAt, onLastDay, unitOf } from './at-end.ts';
import type { Book } from './book.ts';
import type { Calculation } from './calculate.ts';
import type { GateState } from './gate.ts';
import type { Obstacle } from './in-force.ts';
import type { Calculated, StreakBasis, StreakWindow } from './line.ts';
import type { Span } from './periods.ts';
import type { Reporting } from './reporting.ts';
import type { Stage } from './stage.ts';

/** How far a row of windows has come. */
interface Row {
  /** Windows that count for the next payment, oldest first. */
  readonly windows: readonly StreakWindow[];
  /** Whether the row has paid since it began. */
  readonly hasPaid: boolean;
}
const NO_ROW: Row = { windows: [], hasPaid: false };

/**
 * Money for windows in a row at or above a level (mechanics §11): a line in the pay period in which the window ends that completes
 * the row. A window without a target above 0 (somebody on leave) neither counts nor breaks the row.
 */
export function streaking(book: Book, component: string, calculation: Calculation, { report }: Reporting): Stage {
  let row = NO_ROW;
  let last: Span | null = null;

  return {
    next: (period) => {
      const made: Calculated[] = [];
      for (const ending of endingIn(book, onLastDay(calculation), component, period)) {
        const { inForce, window } = ending;
        const { streak } = inForce.component.document;
        if (streak === undefined) continue;
        if (last?.to !== window.from || (!streak.acrossYears && !isOfOneYear(last, window))) row = NO_ROW;
        last = window;
        const measured = measuredIn(book, calculation, ending);
        if (measured === null) continue;
        if ('code' in measured) {
          report(inForce, period.id, null, measured);
          continue;
        }
        if (cmp(measured.reached, percent(streak.atLeast)) < 0) {
          row = NO_ROW;
          continue;
        }
        const windows = [...row.windows, measured].slice(-streak.windows);
        const isComplete = windows.length === streak.windows && !(streak.afterwards === 'stop' && row.hasPaid);
        row = {
          windows: isComplete && streak.afterwards === 'restart' ? [] : windows,
          hasPaid: row.hasPaid || isComplete,
        };
        if (!isComplete) continue;
        const gates = gatesAt(book, calculation.measures, ending);
        if ('code' in gates) report(inForce, period.id, null, gates);
        else made.push(lineOf(ending, period, streak, windows, gates));
      }
      return made;
    },
  };
}

function isOfOneYear(a: Span | null, b: Span): boolean {
  return a !== null && a.from.slice(0, 4) === b.from.slice(0, 4);
}

/** `null` where the window neither counts nor breaks a row. */
function measuredIn(book: Book, calculation: Calculation, { inForce, window }: Ending): StreakWindow | Obstacle | null {
  if (inForce.obstacle !== null) return inForce.obstacle;
  const unit = unitOf(inForce);
  if (unit === null) return null;
  const { id, document } = inForce.component;
  const measured = calculation.measures.own(id, document.measure, unit, window);
  const attained = attainedIn(book, calculation.measures, { inForce, window }, measured);
  if ('code' in attained) return attained.code === 'quota_zero' ? null : attained;
  return { window, unit, measured, ...attained };
}

function lineOf(
  { inForce, window }: Ending,
  period: Span,
  streak: Streak,
  windows: readonly StreakWindow[],
  gates: readonly GateState[],
): Calculated {
  const amount: Exact = gates.every(({ open }) => open) ? exact(streak.pays) : ZERO;
  const basis: StreakBasis = { kind: 'streak', window, streak, windows, gates };
  const line = `${inForce.component.id}/streak/${window.id}`;
  return { line, inForce, period: period.id, deal: null, closedOn: null, exact: amount, basis };
}
