import type { Component } from '@ledger/events';
import { percent, sign } from '@ledger/money';
import type { Finding } from './finding.ts';

/** What is wrong with a component that pays for a window as a whole, when it ends. */
export function* atEndFindings(component: Component): Generator<Finding> {
  const { streak, window, tierBy } = component;
  if (streak === undefined) return;
  yield* unread(component, 'streak');
  if (typeof window === 'object' || window === 'deal') {
    const says = 'windows in a row follow each other in the calendar; write half-month, month, quarter, half or year.';
    yield { at: '/window', says };
  }
  yield* levelFindings(tierBy, streak.atLeast, '/streak/atLeast');
}

/** `50` where 50% was meant is reached a hundred times later: attainment is written with the sign, amounts without. */
function* levelFindings(tierBy: Component['tierBy'], text: string, at: string): Generator<Finding> {
  if (sign(percent(text)) <= 0) {
    yield { at, says: `is ${text}, so everybody reaches it; write more than 0.` };
  } else if ((tierBy === 'amount') === text.endsWith('%')) {
    const says =
      tierBy === 'amount'
        ? `tier-by is amount, and ${text} is none; write an amount, as 50000, or tier-by: attainment.`
        : `tier-by is attainment, and ${text} is an amount; write ${text}%, or tier-by: amount.`;
    yield { at, says };
  }
}

/** Fields about bands and deals, which nothing would read where a window is paid as a whole. */
function* unread(component: Component, by: string): Generator<Finding> {
  const { read, rateAt, each, paysOn, atBound, multiplyEarning, floor, cap, targetIncentive, table, curve } = component;
  const remove = (field: string) => `${by} pays once for a window, and nothing reads ${field}; remove it.`;
  if (table.length > 0) yield { at: '/table', says: remove('bands') };
  if (curve.length > 0) yield { at: '/curve', says: remove('a curve') };
  if (read !== 'marginal') yield { at: '/read', says: remove('how a table would be read') };
  if (rateAt !== 'after') yield { at: '/rateAt', says: remove('it') };
  if (each !== 'deal') yield { at: '/each', says: remove('it') };
  if (paysOn !== null) yield { at: '/paysOn', says: remove('another metric to pay on') };
  if (atBound !== 'upper-band') yield { at: '/atBound', says: remove('a bound') };
  if (targetIncentive !== null) yield { at: '/targetIncentive', says: remove('it') };
  if (multiplyEarning.length > 0) yield { at: '/multiplyEarning', says: remove('what a deal earns') };
  if (floor !== null) yield { at: '/floor', says: remove('a floor') };
  for (const scope of ['deal', 'period', 'window'] as const) {
    if (cap !== null && cap[scope] !== null) {
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
