import type { Budget, Component, Contest, GroupCap } from '@ledger/events';
import { cmp, exact, meantShare, ONE, percent, sign } from '@ledger/money';
import { objectivesFindings, scoredTable } from './check-objectives.ts';
import { curveFindings } from './check-table.ts';
import type { Finding } from './finding.ts';
import { paysAtEnd } from './otherwise.ts';
import { prizeOf, winsShares } from './ranking.ts';

/** What is wrong with a component that pays for a window as a whole, when it ends. */
export function* atEndFindings(component: Component): Generator<Finding> {
  const { streak, contest, window, tierBy } = component;
  if (streak !== undefined && contest !== undefined) {
    yield { at: '/contest', says: 'a component pays by a streak or by a contest; write two components.' };
  }
  const { objectives } = component;
  yield* unread(component, objectives !== undefined ? 'objectives' : streak === undefined ? 'contest' : 'streak');
  if (objectives !== undefined) yield* objectivesFindings(component, objectives);
  if (objectives !== undefined && component.read === 'curve') yield* curveFindings(component, 'money');
  if (objectives !== undefined && component.read === 'retroactive') yield* scoredTable(component);
  if (contest !== undefined) yield* contestFindings(component, contest);
  if (streak === undefined) return;
  if ((typeof window === 'object' && !('every' in window)) || window === 'deal') {
    const says =
      'windows in a row follow each other in the calendar; write half-month, month, quarter, half, year or { every: 1 week, from: … }.';
    yield { at: '/window', says };
  }
  yield* levelFindings(tierBy, streak.atLeast, '/streak/atLeast');
}

function* contestFindings(component: Component, contest: Contest): Generator<Finding> {
  const { window, tierBy, round } = component;
  if (window === 'deal')
    yield { at: '/window', says: 'people are ranked over a stretch of time; write month, quarter or another one.' };
  if (round === 'to-date') {
    yield {
      at: '/round',
      says: 'prizes are divided to the cent among those who win them; write each-line, or remove it.',
    };
  }
  const { awards, atLeast, ties } = contest;
  if (atLeast !== null) yield* levelFindings(tierBy, atLeast, '/contest/atLeast');
  if (awards.by === 'pot') {
    if (awards.pot.by === 'share' && tierBy === 'attainment') {
      yield {
        at: '/contest/pot',
        says: `a pot of ${awards.pot.share} is a share of what all measured; write tier-by: amount, or money.`,
      };
    }
    if (awards.pot.by === 'share' && sign(percent(awards.pot.share)) <= 0) {
      yield { at: '/contest/pot', says: `a pot of ${awards.pot.share} is nothing; write more.` };
    }
    if (ties !== 'share') yield { at: '/contest/ties', says: 'a pot is divided, and nobody is first; remove it.' };
    return;
  }
  yield* prizeFindings(awards);
  yield* shareFindings(component, contest);
}

/** Shares of the target incentive: all prizes are, and there is one. */
function* shareFindings({ targetIncentive, personal }: Component, contest: Contest): Generator<Finding> {
  const { awards } = contest;
  if (awards.by === 'pot') return;
  const hasIncentive = targetIncentive !== null || personal !== undefined;
  if (!winsShares(contest)) {
    if (hasIncentive)
      yield { at: '/targetIncentive', says: 'no prize is a share of it; write prizes as 200%, or remove it.' };
    return;
  }
  if (!hasIncentive) {
    yield { at: '/contest/prizes', says: 'are shares of a target incentive, and there is none; write one, or money.' };
  }
  if (awards.prizes.some(({ pays }) => !pays.endsWith('%'))) {
    yield { at: '/contest/prizes', says: 'are money and shares of the target incentive; write all of them alike.' };
  }
}

function* prizeFindings(awards: Exclude<Contest['awards'], { readonly by: 'pot' }>): Generator<Finding> {
  let last = 0;
  let share = percent('0%');
  for (const [index, prize] of awards.prizes.entries()) {
    const at = `/contest/prizes/${index}`;
    const earlier = awards.prizes[index - 1];
    if ('top' in prize) {
      const top = percent(prize.top);
      if (cmp(top, share) <= 0 || cmp(top, ONE) > 0) {
        yield {
          at,
          says: `prize ${index + 1} is for the best ${prize.top}; write shares from the smallest to the largest, up to 100%.`,
        };
      }
      share = top;
    } else {
      if (prize.to < prize.from || prize.from <= last) {
        yield {
          at,
          says: `prize ${index + 1} begins at place ${prize.from} and ends at ${prize.to}, after place ${last}; write every place once, from the first to the last.`,
        };
      } else if (prize.from > last + 1) {
        yield {
          at,
          says: `places ${last + 1} to ${prize.from - 1} win nothing, and place ${prize.from} does.`,
          warning: true,
        };
      }
      last = Math.max(last, prize.to);
    }
    if (earlier !== undefined && cmp(prizeOf(prize.pays), prizeOf(earlier.pays)) > 0) {
      yield {
        at,
        says: `prize ${index + 1} is ${prize.pays}, more than the ${earlier.pays} of those before.`,
        warning: true,
      };
    }
  }
}

/** What is wrong with what a component shares with other people: a cap on a deal, a budget. */
export function* sharedFindings(component: Component): Generator<Finding> {
  const { groupCap, budget, round } = component;
  if (groupCap !== undefined) yield* groupCapFindings(component, groupCap);
  if (budget !== undefined) yield* budgetFindings(component, budget);
  if (round === 'to-date' && (groupCap !== undefined || budget !== undefined)) {
    const says = 'what several people share is posted so that it adds up to the cent; write each-line, or remove it.';
    yield { at: '/round', says };
  }
}

function* groupCapFindings(component: Component, { most }: GroupCap): Generator<Finding> {
  const { each, cap, floor } = component;
  const at = '/groupCap/deal';
  if (paysAtEnd(component)) yield { at, says: 'no single deal earns here; remove it.' };
  if (each === 'period') yield { at, says: 'with each: period no single deal earns; write each: deal, or remove it.' };
  if (most.by === 'share' && sign(percent(most.share)) <= 0) {
    yield { at, says: `is ${most.share}, so nothing is ever paid; write more, or remove the component.` };
  }
  if (most.by === 'money' && floor?.deal != null && cmp(exact(most.money), exact(floor.deal)) < 0) {
    yield { at, says: `${most.money} is below the floor of ${floor.deal}; raise it, or lower the floor.` };
  }
  if (most.by === 'money' && cap !== null && cap.deal !== null && cmp(exact(cap.deal), exact(most.money)) > 0) {
    const says = `${cap.deal} for one person is above the ${most.money} for all recipients of a deal, which is reached first; lower it, or remove it.`;
    yield { at: '/cap/deal', says, warning: true };
  }
}

function* budgetFindings({ window, cap }: Component, budget: Budget): Generator<Finding> {
  if (budget.window === null && (window === 'deal' || (typeof window === 'object' && 'rolling' in window))) {
    yield {
      at: '/budget/window',
      says: 'is missing: money is there for a stretch of time; write month, quarter or { from: …, to: … }.',
    };
  }
  if (budget.window !== null && typeof budget.window === 'object' && budget.window.to <= budget.window.from) {
    const says = `${budget.window.to} must be after ${budget.window.from}; \`to\` is the first day that is no longer in it.`;
    yield { at: '/budget/window/to', says, code: 'interval_invalid' };
  }
  if (
    budget.window === null &&
    cap !== null &&
    cap.window !== null &&
    cmp(exact(cap.window), exact(budget.amount)) > 0
  ) {
    const says = `${cap.window} for one person is above the budget of ${budget.amount} for all, which is reached first; lower it, or remove it.`;
    yield { at: '/cap/window', says, warning: true };
  }
}

/** `50` where 50% was meant is reached a hundred times later: attainment is written with the sign, amounts without. */
function* levelFindings(tierBy: Component['tierBy'], text: string, at: string): Generator<Finding> {
  if (sign(percent(text)) <= 0) {
    yield { at, says: `is ${text}, so everybody reaches it; write more than 0.` };
  } else if ((tierBy === 'amount') === text.endsWith('%')) {
    const says =
      tierBy === 'amount'
        ? `tier-by is amount, and ${text} is none; write an amount, as 50000, or tier-by: attainment.`
        : `tier-by is attainment, and ${text} is an amount; write ${meantShare(text)}, or tier-by: amount.`;
    yield { at, says };
  }
}

/** Fields about bands and deals, which nothing would read where a window is paid as a whole. */
function* unread(component: Component, by: string): Generator<Finding> {
  const { read, rateAt, each, paysOn, atBound, multiplyEarning, floor, cap, targetIncentive, table, curve } = component;
  const remove = (field: string) => `${by} pays once for a window, and nothing reads ${field}; remove it.`;
  const isScored = component.objectives !== undefined;
  if (table.length > 0 && !(isScored && read === 'retroactive')) yield { at: '/table', says: remove('bands') };
  if (curve.length > 0 && !isScored) yield { at: '/curve', says: remove('a curve') };
  if (component.tierOf !== undefined && 'deal' in component.tierOf) {
    yield {
      at: '/tierOf',
      says: `${by} looks at a window, and not at single deals; write tier-by: attainment or amount.`,
    };
  }
  if (component.columns !== undefined) yield { at: '/columns', says: remove('columns') };
  if (component.products !== undefined) yield { at: '/products', says: remove('products') };
  if (read !== 'marginal' && !(isScored && (read === 'curve' || read === 'retroactive')))
    yield { at: '/read', says: remove('how a table would be read') };
  if (rateAt !== 'after') yield { at: '/rateAt', says: remove('it') };
  if (each !== 'deal') yield { at: '/each', says: remove('it') };
  if (paysOn !== null) yield { at: '/paysOn', says: remove('another metric to pay on') };
  if (atBound !== 'upper-band' && !isScored) yield { at: '/atBound', says: remove('a bound') };
  if (isScored) yield* unreadByScores(component);
  else if (
    (targetIncentive !== null || component.personal !== undefined) &&
    (component.contest === undefined || component.contest.awards.by === 'pot')
  )
    yield { at: '/targetIncentive', says: remove('it') };
  if (multiplyEarning.length > 0) yield { at: '/multiplyEarning', says: remove('what a deal earns') };
  if (floor !== null) yield { at: '/floor', says: remove('a floor') };
  if (component.fee !== undefined) yield { at: '/fee', says: remove('a fee of a deal') };
  for (const scope of ['deal', 'period', 'window'] as const) {
    if (cap !== null && (cap[scope] !== null || (scope !== 'deal' && cap.personal?.[scope] !== undefined))) {
      yield { at: `/cap/${scope}`, says: `${by} pays once for a window; write less money in it, or cap.year.` };
    }
  }
  for (const [index, gate] of component.gates.entries()) {
    if (gate.pays === 'excess') {
      yield {
        at: `/gates/${index}/pays`,
        says: `${by} pays a sum, which has no part above a threshold; write pays: everything.`,
      };
    }
  }
}

/** Fields about deals, which nothing reads where scores are given. */
function* unreadByScores({
  when,
  multiplyCredit,
  target,
  tierBy,
  tierOf,
  withoutQuota,
}: Component): Generator<Finding> {
  const says = 'objectives are scored, and no deal is looked at; remove it.';
  if (when.trim() !== 'true') yield { at: '/when', says };
  if (multiplyCredit.length > 0) yield { at: '/multiplyCredit', says };
  if (target !== 'quota') yield { at: '/target', says };
  if (tierBy !== 'attainment' || tierOf !== undefined) yield { at: '/tierBy', says };
  if (withoutQuota !== undefined) yield { at: '/withoutQuota', says };
}
