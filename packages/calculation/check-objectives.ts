import type { Component, Objectives } from '@ledger/events';
import { equal, ONE, percent, sign, sum } from '@ledger/money';
import { tableFindings } from './check-table.ts';
import type { Finding } from './finding.ts';
import { percentInWords, withPercentSign } from './words.ts';

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
  const weights = objectives.list.map(({ weight }) => weight);
  const total = sum(weights.map(percent));
  if (equal(total, ONE)) return;
  const says = `weights add up to ${percentInWords(total)}; write weights that make 100% together${withPercentSign(weights)}.`;
  yield { at: '/objectives', says, code: 'percent_invalid' };
}

/** Bands that are read at a score: the one that it is in pays its share of the target incentive. */
export function* scoredTable(component: Component): Generator<Finding> {
  const { personal: _, ...rest } = component;
  yield* tableFindings({ ...rest, targetIncentive: null }, 'money');
  for (const [index, { pays, cells, applies, gate, inRamp }] of component.table.entries()) {
    const at = `/table/${index}`;
    const name = `band ${index + 1}`;
    if (pays !== null && pays.by === 'amount') {
      yield { at: `${at}/pays`, says: `${name}: a score uses up no part of a band; write a lump, or pays.` };
    }
    if (cells !== undefined) yield { at: `${at}/pays`, says: `${name}: there are no columns; write one share.` };
    if (applies === 'marginal') {
      yield { at: `${at}/applies`, says: `${name}: the band that the score is in pays for all of it; remove it.` };
    }
    if (gate !== null || inRamp !== undefined) {
      yield {
        at: `${at}/${gate === null ? 'inRamp' : 'gate'}`,
        says: `${name}: is open or not for the whole component where scores pay; remove it.`,
      };
    }
  }
}
