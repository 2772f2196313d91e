import type { Component } from '@ledger/events';
import { type Ending, endingsIn, isClosed } from './at-end.ts';
import { dayBefore, firstDayOf, payPeriodId, payPeriods } from './calendar.ts';
import type { Line } from './caps.ts';
import { newestOf } from './decided.ts';
import { Refusal } from './formulas.ts';
import { incentiveOf } from './personal.ts';
import { presentShare } from './presence.ts';
import { due, onCurve } from './rates.ts';
import { NOTHING, type Ratio, read, times, total, WHOLE } from './ratio.ts';
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
  if (isClosed(scope, ending)) return NOTHING;
  if (component.read === 'retroactive') return byTable(scope, ending, score, incentive);
  return times(incentive, component.read === 'curve' ? curveOf(component, score) : score);
}

/** What a table pays that is read at something else than what is measured (D223), on the incentive. */
function byTable({ book }: Scope, { window, terms }: Ending, score: Ratio, incentive: Ratio): Ratio {
  const { component } = terms;
  const lumps = presentShare(book, terms, 'lumps', window.stretch);
  const read = { picked: score, target: null, closed: [], threshold: null, otherwise: null, isInRamp: false };
  const setting = { component, ...read, parts: { bounds: WHOLE, lumps }, incentive: null };
  return due(setting, [{ measured: score, paid: incentive }]);
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
