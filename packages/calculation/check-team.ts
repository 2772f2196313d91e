import { type Component, EARNINGS, type Look } from '@ledger/events';
import { percent, sign } from '@ledger/money';
import type { Finding } from './finding.ts';
import { allLooksOf } from './looks.ts';
import { takesTeam, teamReading } from './team.ts';

/** What is wrong with a component that takes the credits, or pays on the earnings, of a team. */
export function* teamFindings(component: Component): Generator<Finding> {
  if (!takesTeam(component)) {
    if (component.team !== undefined) yield { at: '/team', says: 'is read only with credits: team; remove it.' };
    if (component.earningsOf !== undefined) {
      yield { at: '/earningsOf', says: 'is read only with credits: team; remove it.' };
    }
    return;
  }
  const { pool, counts } = teamReading(component);
  if (counts === 'each' && pool === 'primary') {
    const says =
      'primary shares of a deal are never more than the deal, so both words say the same; remove it, or take pool: all.';
    yield { at: '/team/counts', says };
  }
  if (component.team?.quotas !== undefined && sign(percent(component.team.quotas.overAssignment)) < 0) {
    const says = 'must be 0% or more; assign a quota of their own to a manager who is held to more than the team.';
    yield { at: '/team/quotas/overAssignment', says, code: 'percent_invalid' };
  }
  if (component.team?.quotas !== undefined && !asksForQuota(component)) {
    const says = 'nothing is held against a quota here; write tier-by: attainment and target: quota, or remove it.';
    yield { at: '/team/quotas', says };
  }
  if (component.earningsOf !== undefined) yield* earningsFindings(component);
}

/** Whether the target, a gate, anything else that is looked at or a windfall is held against the quota. */
function asksForQuota(component: Component): boolean {
  const { target, tierBy, tierOf, windfall } = component;
  const isOwn = tierBy === 'attainment' && tierOf === undefined && (target === 'quota' || target === 'quota-to-date');
  const isLooked = ({ against, over }: Look) => against !== 'amount' && over === undefined;
  return isOwn || windfall?.quotaShareOver != null || allLooksOf(component).some(({ look }) => isLooked(look));
}

/** Earnings come by lines, some of which are about no single deal: what looks at a deal has nothing to look at. */
function* earningsFindings(component: Component): Generator<Finding> {
  const { when, multiplyCredit, multiplyEarning, floor, cap, target, tierBy, measure, paysOn, team, gates } = component;
  const { tierOf, columns, products } = component;
  const remedy = 'name the components that it is for in earnings-of';
  if (when.trim() !== 'true') {
    yield {
      at: '/when',
      says: `earnings are not all about one deal, so no condition on deals can choose among them; ${remedy}.`,
    };
  }
  if (multiplyCredit.length > 0) yield { at: '/multiplyCredit', says: `earnings are not credits of deals; ${remedy}.` };
  if (multiplyEarning.some((each) => !('look' in each))) {
    yield { at: '/multiplyEarning', says: 'earnings are not all about one deal; write the rate that is meant.' };
  }
  if (floor !== null) yield { at: '/floor/deal', says: 'earnings are not all about one deal; remove it.' };
  if (component.fee !== undefined) yield { at: '/fee', says: 'earnings are not all about one deal; remove it.' };
  if (cap !== null && cap.deal !== null) {
    yield { at: '/cap/deal', says: 'earnings are not all about one deal; write cap.period, cap.window or cap.year.' };
  }
  if (products !== undefined) yield { at: '/products', says: `earnings have no lines of products; ${remedy}.` };
  if (columns !== undefined && 'deal' in columns.by) {
    yield {
      at: '/columns/by',
      says: 'earnings are not all about one deal, so no deal picks a column; look at a measure.',
    };
  }
  if (tierOf !== undefined && 'deal' in tierOf) {
    yield { at: '/tierOf', says: 'earnings are not all about one deal, so no deal picks a band; look at a measure.' };
  }
  if (team?.own === 'included') {
    yield { at: '/team/own', says: 'what the participant earns would depend on itself; write apart or instead.' };
  }
  if (measure === EARNINGS && paysOn !== null && paysOn !== EARNINGS) {
    yield { at: '/paysOn', says: `pays on ${paysOn}; measure that, or pay on the earnings that are measured.` };
  }
  if (measure === EARNINGS && tierBy === 'attainment' && (target === 'quota' || target === 'quota-to-date')) {
    const says =
      'nobody has a quota for earnings; write tier-by: amount, or measure a metric and write pays-on: earnings.';
    yield { at: '/tierBy', says };
  }
  for (const [index, { measures }] of gates.entries()) {
    if (measures.some((each) => each.measure === EARNINGS)) {
      yield { at: `/gates/${index}/measures`, says: 'a gate looks at metrics; earnings are none.' };
    }
  }
}
