import { CLOSED, type Component, type ReleasePart, type ReturnRule } from '@ledger/events';
import { cmp, equal, ONE, percent, shareIn, sign, sum } from '@ledger/money';
import type { Finding } from './finding.ts';
import { paysAtEnd } from './otherwise.ts';
import { isAlike } from './returned.ts';
import { percentInWords, withPercentSign } from './words.ts';

/** What is wrong with when a component's earnings are released. */
export function* releaseFindings(component: Component): Generator<Finding> {
  const { release } = component;
  if (release === undefined) return;
  if (paysAtEnd(component)) {
    const says = 'nothing here is earned by a single deal; remove it.';
    yield { at: '/release', says };
    return;
  }
  for (const [index, part] of release.entries()) yield* partFindings(part, `/release/${index}`);
  const whole = sum(release.map(({ share }) => shareIn(share)));
  if (!equal(whole, ONE)) {
    yield {
      at: '/release',
      says: `the parts add up to ${percentInWords(whole)}; write shares that make 100% together${withPercentSign(release.map(({ share }) => share))}.`,
      code: 'percent_invalid',
    };
  }
}

/** Names of milestones under which nothing is recorded, because a deal has closed by then. */
const CLOSING: ReadonlySet<string> = new Set(['booking', 'booked', 'closing', 'close', 'won']);

/** Names of milestones for what is a cancellation of the deal. */
const CANCELLING: ReadonlySet<string> = new Set(['cancelled', 'canceled', 'cancel', 'cancellations']);

function* partFindings({ at: milestone, share, inProportion, fromShare }: ReleasePart, at: string): Generator<Finding> {
  if (sign(shareIn(share)) <= 0) {
    yield {
      at: `${at}/share`,
      says: `is ${share}, so it releases nothing; write more than 0%.`,
      code: 'percent_invalid',
    };
  }
  if (CLOSING.has(milestone)) {
    const says = `${milestone} is a milestone, which somebody has to record; write ${CLOSED}, if it is when the deal closes.`;
    yield { at: `${at}/at`, says, warning: true };
  }
  if (milestone === CLOSED && (inProportion === true || fromShare !== undefined)) {
    const field = inProportion === true ? 'inProportion' : 'fromShare';
    const says = 'closing has no amounts to be in proportion to; name a milestone, as at: paid, or remove it.';
    yield { at: `${at}/${field}`, says };
  }
  if (fromShare === undefined) return;
  const from = percent(fromShare);
  if (sign(from) <= 0 || cmp(from, ONE) > 0) {
    const says = `is ${fromShare}; write a part of the deal, above 0% and up to 100%.`;
    yield { at: `${at}/fromShare`, says, code: 'percent_invalid' };
  }
}

/** What is wrong with what a component takes back. */
export function* returnedFindings(component: Component): Generator<Finding> {
  const { returned, earningsOf } = component;
  if (returned === undefined) return;
  if (paysAtEnd(component)) {
    yield { at: '/returned', says: 'nothing here is earned by a single deal; remove it.' };
    return;
  }
  if (earningsOf !== undefined) {
    const says =
      'what the team gives back is among its earnings already; write it in their components, and remove it here.';
    yield { at: '/returned', says };
  }
  const isFirst = returned.map(({ outOf }) => outOf === 'held-first');
  if (isFirst.includes(true)) yield* heldFirstFindings(component, isFirst);
  for (const [index, rule] of returned.entries()) {
    const at = `/returned/${index}`;
    const earlier = returned.findIndex(
      (each, before) => before < index && isAlike(each, rule) && (rule.on.by === 'unpaid' || isForAll(each)),
    );
    if (earlier >= 0) {
      const says = `rule ${earlier + 1} is for it already, whenever it happens; give that one \`within\` (of several the first that holds takes), or write one rule.`;
      yield { at: `${at}/on`, says };
    }
    yield* ruleFindings(component, rule, at);
  }
}

/** What is held is one amount of a deal: all rules take from it first, or none. */
function* heldFirstFindings({ release, returned = [] }: Component, isFirst: readonly boolean[]): Generator<Finding> {
  const at = `/returned/${isFirst.indexOf(true)}/outOf`;
  if (release === undefined) {
    yield { at, says: 'nothing is held; write release, or remove it.' };
  } else if (isFirst.includes(false)) {
    yield {
      at: `/returned/${isFirst.indexOf(false)}/outOf`,
      says: 'is all, and another rule takes from what is held first; write the same in every rule.',
    };
  } else if (returned.some(({ credit }) => credit === 'original-period')) {
    const says =
      'a deal that never counted has nothing held; write credit: period-of-return in every rule, or remove it.';
    yield { at, says };
  }
}

function isForAll({ within, atLeast }: ReturnRule): boolean {
  return within === undefined && atLeast === undefined;
}

function* ruleFindings({ window, columns, products }: Component, rule: ReturnRule, at: string): Generator<Finding> {
  const { on, credit, takes } = rule;
  if (on.by === 'milestone' && on.milestone === CLOSED) {
    yield { at: `${at}/on`, says: 'every deal closes; name what takes back, as cancellation or refunded.' };
  }
  if (on.by === 'milestone' && CANCELLING.has(on.milestone)) {
    const says = `${on.milestone} is a milestone, which somebody has to record; write cancellation, if it is that the deal is cancelled.`;
    yield { at: `${at}/on`, says, warning: true };
  }
  if (on.by === 'unpaid' && credit === 'original-period') {
    const says = 'a period cannot know what will not be paid later; write credit: period-of-return.';
    yield { at: `${at}/credit`, says };
  }
  const isByDeal = products !== undefined || (columns !== undefined && 'deal' in columns.by);
  if (credit === 'period-of-return' && window !== 'deal' && isByDeal) {
    const says =
      'credit cannot be taken from a table in which each deal has its own column or product; write original-period, or window: deal.';
    yield { at: `${at}/credit`, says };
  }
  if ('share' in takes && takes.share !== undefined) yield* shareFindings(takes.share, `${at}/takes`);
  if (takes.by !== 'steps') return;
  for (const [index, { share, within }] of takes.steps.entries()) {
    yield* shareFindings(share, `${at}/takes`);
    const earlier = takes.steps[index - 1]?.within;
    if (earlier !== undefined && daysIn(within) <= daysIn(earlier)) {
      const says = `within ${within.count} ${within.unit} is not after within ${earlier.count} ${earlier.unit}; write the shorter time first.`;
      yield { at: `${at}/takes`, says };
    }
  }
}

/** Good enough to say which of two times is the longer one. */
function daysIn({ count, unit }: { readonly count: number; readonly unit: 'days' | 'months' }): number {
  return unit === 'days' ? count : count * 30;
}

function* shareFindings(share: string, at: string): Generator<Finding> {
  const part = percent(share);
  if (sign(part) < 0 || cmp(part, ONE) > 0) {
    yield { at, says: `is ${share}; write a part of what was earned, from 0% to 100%.`, code: 'percent_invalid' };
  }
}
