import type { Component } from '@ledger/events';
import { type Ending, endingsIn, isClosed } from './at-end.ts';
import { dayBefore, firstDayOf, payPeriodId, payPeriods } from './calendar.ts';
import type { Line } from './caps.ts';
import { newestOf } from './decided.ts';
import { Refusal } from './formulas.ts';
import { incentiveOf } from './personal.ts';
import { onCurve } from './rates.ts';
import { NOTHING, type Ratio, read, times, total } from './ratio.ts';
import type { Scope } from './windows.ts';

/** What scores of objectives pay when a window ends (D101). */

export function objectiveLines(scope: Scope, id: string, upTo: string): readonly Line[] {
  const { firstPeriod, cadence } = scope.book.calendar;
  return payPeriods(firstDayOf(firstPeriod), upTo, cadence).flatMap((period) =>
    endingsIn(scope.book, id, period)
      .filter(({ terms }) => terms.component.objectives !== undefined)
      .map((ending): Line => {
        const { window, terms } = ending;
        const about = { component: id, period: period.from, periodId: payPeriodId(period, cadence) };
        return { ...about, what: 'objectives', deal: null, window, terms, exact: paidFor(scope, ending) };
      }),
  );
}

function paidFor(scope: Scope, ending: Ending): Ratio {
  const { window, terms } = ending;
  const { component } = terms;
  const score = total(
    (component.objectives?.list ?? []).map((each) => times(read(each.weight), scoreOf(scope, ending, each.name))),
  );
  const incentive = incentiveOf(scope.book, terms, window.stretch, window.stretch.to) ?? NOTHING;
  const factor = component.read === 'curve' ? curveOf(component, score) : score;
  return isClosed(scope, ending) ? NOTHING : times(incentive, factor);
}

/** The newest that holds on the last day of the window, whenever it was approved. */
function scoreOf({ book }: Scope, { window, terms }: Ending, objective: string): Ratio {
  const known = newestOf(
    book,
    'score',
    dayBefore(window.stretch.to),
    ({ terms: said }) => said.component === terms.id && said.objective === objective && said.window === window.id,
  );
  if (known !== undefined) return read(known.terms.score);
  if (terms.component.objectives?.unscored === 'counts-0') return NOTHING;
  throw new Refusal('score_missing', `${objective} in ${window.id}`);
}

function curveOf({ curve, atBound }: Component, score: Ratio): Ratio {
  return onCurve(
    curve.map(({ at, pays }) => ({ at: read(at), pays: read(pays) })),
    atBound,
    score,
  );
}
