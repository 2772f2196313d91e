import type { Objectives } from '@ledger/events';
import { add, exact, mul, ONE, percent, sum, ZERO } from '@ledger/money';
import { type Ending, endingIn, gatesAt, onLastDay } from './at-end.ts';
import { lumpsAt, sectionAt, sectionOf } from './bands.ts';
import type { Book } from './book.ts';
import type { Calculation } from './calculate.ts';
import { shareAt } from './curve.ts';
import { grantedOn } from './granted.ts';
import type { Obstacle } from './in-force.ts';
import type { Calculated, ObjectivesBasis, Scored } from './line.ts';
import { dayBefore, type Span } from './periods.ts';
import { personalOf } from './personal.ts';
import { presenceIn, presentShare } from './presence.ts';
import type { Reporting } from './reporting.ts';
import type { Stage } from './stage.ts';

/**
 * Management by objectives (mechanics §11): a line in the pay period in which the window ends, target incentive times weighted score,
 * or what a curve, or the band that the score is in, makes of it. Scores are approved exceptions; the newest of an objective counts, whenever it was approved.
 */
export function scoring(book: Book, component: string, calculation: Calculation, { report }: Reporting): Stage {
  return {
    next: (period) => {
      const made: Calculated[] = [];
      for (const ending of endingIn(book, onLastDay(calculation), component, period)) {
        if (ending.inForce.component.document.objectives === undefined) continue;
        const line = lineOf(book, calculation, ending, period);
        if ('code' in line) report(ending.inForce, period.id, null, line);
        else made.push(line);
      }
      return made;
    },
  };
}

function lineOf(book: Book, calculation: Calculation, ending: Ending, period: Span): Calculated | Obstacle {
  const { inForce, window } = ending;
  if (inForce.obstacle !== null) return inForce.obstacle;
  const { id, document, curve, table } = inForce.component;
  const scores = scoresIn(book, id, document.objectives, window);
  if ('code' in scores) return scores;
  const gates = gatesAt(book, calculation.measures, ending);
  if ('code' in gates) return gates;
  const personal = personalOf(book, inForce, window);
  if (personal !== null && 'code' in personal) return personal;
  const presence = presenceIn(book, inForce, window);
  const present = presentShare(presence, 'target-incentive', window);
  const incentive = personal?.value ?? exact(document.targetIncentive ?? '0');
  const weighted = sum(scores.map(({ weight, score }) => mul(weight, score)));
  const band = document.table.length === 0 ? null : sectionOf(table, sectionAt(table, weighted));
  const share = curve !== null ? shareAt(curve, weighted) : band !== null ? (band.pays?.rate ?? ZERO) : weighted;
  const lumps = band === null ? ZERO : mul(lumpsAt(table, weighted), presentShare(presence, 'lumps', window) ?? ONE);
  const isOpen = gates.every(({ open }) => open);
  const amount = isOpen ? add(mul(mul(incentive, share), present ?? ONE), lumps) : ZERO;
  const basis: ObjectivesBasis = {
    kind: 'objectives',
    window,
    scores,
    weighted,
    curve,
    band,
    share,
    lumps,
    incentive,
    personal,
    present,
    gates,
  };
  return {
    line: `${id}/objectives/${window.id}`,
    inForce,
    period: period.id,
    deal: null,
    closedOn: null,
    exact: amount,
    basis,
  };
}

/** The score of each objective; or which one has none, where that stops the statement. */
function scoresIn(
  book: Book,
  component: string,
  objectives: Objectives | undefined,
  window: Span,
): readonly Scored[] | Obstacle {
  const scores = objectives === undefined ? [] : scoredSoFar(book, component, objectives, window);
  const without = scores.find(({ granted }) => granted === null);
  if (without === undefined || objectives?.unscored === 'counts-0') return scores;
  const says = `objective ${without.objective} has no score for ${window.id}; define one as exception: score, or write unscored: counts-0`;
  return { code: 'score_missing', says, scope: window.id };
}

/** Each objective with the newest score that was approved for the window; one that has none counts as 0. */
export function scoredSoFar(book: Book, component: string, { list }: Objectives, window: Span): readonly Scored[] {
  const known = grantedOn(book, 'score', dayBefore(window.to)).filter(
    ({ terms }) => terms.component === component && terms.window === window.id,
  );
  return list.map(({ name, title, weight }) => {
    const granted = known.findLast(({ terms }) => terms.objective === name) ?? null;
    const score = granted === null ? ZERO : percent(granted.terms.score);
    return { objective: name, title, weight: percent(weight), score, granted };
  });
}
