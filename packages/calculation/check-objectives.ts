import type { Component, Objectives } from '@ledger/events';
import { equal, ONE, percent, sign, sum, toText } from '@ledger/money';
import type { Finding } from './finding.ts';

/** What is wrong with objectives and what they pay. */
export function* objectivesFindings(component: Component, objectives: Objectives): Generator<Finding> {
  const { window, streak, contest, targetIncentive, personal } = component;
  if (streak !== undefined || contest !== undefined) {
    yield { at: '/objectives', says: 'a component pays by objectives, a streak or a contest; write two components.' };
  }
  if (window === 'deal' || (typeof window === 'object' && 'rolling' in window)) {
    const says = 'objectives are scored for a stretch of time; write month, quarter or another one, or dates.';
    yield { at: '/window', says };
  }
  if (targetIncentive === null && personal === undefined) {
    const says = 'is missing: it is what a score of 100% pays in a window. Write an amount, or personal.';
    yield { at: '/targetIncentive', says, code: 'field_missing' };
  }
  const names = new Set<string>();
  for (const [index, { name, weight }] of objectives.list.entries()) {
    if (sign(percent(weight)) <= 0) {
      const says = `${name} weighs ${weight}, so it counts for nothing; write more than 0%, or remove it.`;
      yield { at: `/objectives/${index}/weight`, says, code: 'percent_invalid' };
    }
    if (names.has(name)) {
      yield { at: `/objectives/${index}/name`, says: `${name} is there twice; name every objective once.` };
    }
    names.add(name);
  }
  const total = sum(objectives.list.map(({ weight }) => percent(weight)));
  if (equal(total, ONE)) return;
  const says = `weights add up to ${toText({ n: total.n * 100n, d: total.d })}%; they must add up to 100%.`;
  yield { at: '/objectives', says, code: 'percent_invalid' };
}
